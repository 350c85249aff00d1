#include "npy/zip_target.hpp"

#include <tessera/core/error.hpp>
#include <tessera/core/files/file_errors.hpp>

#include <algorithm>
#include <cerrno>

namespace tessera::detail {

zip_t* zip_target::create() {
  zip_source_t* const source = zip_source_function_create(call, this, &error_);
  zip_t* const archive = source == nullptr
                             ? nullptr
                             : zip_open_from_source(source, ZIP_CREATE | ZIP_TRUNCATE, &error_);
  if (archive != nullptr) return archive;
  if (source != nullptr) zip_source_free(source);
  throw_file_error("write", file_.path(), zip_error_strerror(&error_));
}

zip_int64_t zip_target::call(void* self, void* data, zip_uint64_t bytes, zip_source_cmd_t command) {
  return static_cast<zip_target*>(self)->run(data, bytes, command);
}

zip_int64_t zip_target::run(void* data, zip_uint64_t bytes, zip_source_cmd_t command) {
  switch (command) {
  case ZIP_SOURCE_SUPPORTS:
    return zip_source_make_command_bitmap(
        ZIP_SOURCE_OPEN, ZIP_SOURCE_READ, ZIP_SOURCE_CLOSE, ZIP_SOURCE_STAT, ZIP_SOURCE_ERROR,
        ZIP_SOURCE_FREE, ZIP_SOURCE_SEEK, ZIP_SOURCE_TELL, ZIP_SOURCE_SUPPORTS, ZIP_SOURCE_REMOVE,
        ZIP_SOURCE_BEGIN_WRITE, ZIP_SOURCE_COMMIT_WRITE, ZIP_SOURCE_ROLLBACK_WRITE,
        ZIP_SOURCE_SEEK_WRITE, ZIP_SOURCE_TELL_WRITE, ZIP_SOURCE_WRITE, -1);
  case ZIP_SOURCE_ERROR: return zip_error_to_data(&error_, data, bytes);
  case ZIP_SOURCE_STAT:
    // There is no archive yet.
    zip_error_set(&error_, ZIP_ER_READ, ENOENT);
    return -1;
  case ZIP_SOURCE_WRITE: return write(data, bytes);
  case ZIP_SOURCE_SEEK_WRITE: return seek(data, bytes);
  case ZIP_SOURCE_TELL_WRITE: return at_;
  case ZIP_SOURCE_BEGIN_WRITE:
  case ZIP_SOURCE_COMMIT_WRITE:
  case ZIP_SOURCE_ROLLBACK_WRITE:
  case ZIP_SOURCE_REMOVE:
  case ZIP_SOURCE_FREE: return 0;
  default: zip_error_set(&error_, ZIP_ER_OPNOTSUPP, 0); return -1;
  }
}

zip_int64_t zip_target::write(const void* data, zip_uint64_t bytes) {
  try {
    file_.write_at(at_, data, static_cast<index_t>(bytes));
  } catch (...) {
    failure_ = std::current_exception();
    zip_error_set(&error_, ZIP_ER_WRITE, EIO);
    return -1;
  }
  at_ += static_cast<zip_int64_t>(bytes);
  end_ = std::max(end_, at_);
  return static_cast<zip_int64_t>(bytes);
}

zip_int64_t zip_target::seek(void* data, zip_uint64_t bytes) {
  const zip_int64_t to = zip_source_seek_compute_offset(
      static_cast<zip_uint64_t>(at_), static_cast<zip_uint64_t>(end_), data, bytes, &error_);
  if (to < 0) return -1;
  at_ = to;
  return 0;
}

} // namespace tessera::detail
