#include "npy/zip_input.hpp"

#include <algorithm>
#include <cerrno>
#include <cstring>

namespace tessera::detail {

zip_int64_t zip_input::call(void* self, void* data, zip_uint64_t bytes, zip_source_cmd_t command) {
  return static_cast<zip_input*>(self)->run(data, bytes, command);
}

zip_int64_t zip_input::run(void* data, zip_uint64_t bytes, zip_source_cmd_t command) {
  switch (command) {
  case ZIP_SOURCE_SUPPORTS:
    return zip_source_make_command_bitmap(ZIP_SOURCE_OPEN, ZIP_SOURCE_READ, ZIP_SOURCE_CLOSE,
                                          ZIP_SOURCE_STAT, ZIP_SOURCE_ERROR, ZIP_SOURCE_FREE,
                                          ZIP_SOURCE_SUPPORTS, -1);
  case ZIP_SOURCE_ERROR: return zip_error_to_data(&error_, data, bytes);
  case ZIP_SOURCE_STAT: {
    zip_stat_t* const known = static_cast<zip_stat_t*>(data);
    zip_stat_init(known);
    describe(*known, is_at_end_);
    return sizeof *known;
  }
  case ZIP_SOURCE_READ: return read(static_cast<char*>(data), bytes);
  case ZIP_SOURCE_OPEN:
  case ZIP_SOURCE_CLOSE:
  case ZIP_SOURCE_FREE: return 0;
  default: zip_error_set(&error_, ZIP_ER_OPNOTSUPP, 0); return -1;
  }
}

zip_int64_t zip_input::read(char* to, zip_uint64_t bytes) {
  try {
    if (left_.empty() && !is_at_end_) {
      left_ = next();
      is_at_end_ = left_.empty();
    }
  } catch (...) {
    failure_ = std::current_exception();
    zip_error_set(&error_, ZIP_ER_MEMORY, ENOMEM);
    return -1;
  }
  const std::size_t count = std::min<std::size_t>(left_.size(), bytes);
  if (count > 0) std::memcpy(to, left_.data(), count);
  left_.remove_prefix(count);
  return static_cast<zip_int64_t>(count);
}

} // namespace tessera::detail
