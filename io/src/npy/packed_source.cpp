#include "npy/packed_source.hpp"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <utility>

namespace tessera::detail {

packed_source::packed_source(const std::vector<std::string_view>& pieces, int level)
    : blocks_(pieces, level) {
  for (const std::string_view piece : pieces) size_ += piece.size();
  zip_error_init(&error_);
}

zip_int64_t packed_source::call(void* self, void* data, zip_uint64_t bytes,
                                zip_source_cmd_t command) {
  return static_cast<packed_source*>(self)->run(data, bytes, command);
}

zip_int64_t packed_source::run(void* data, zip_uint64_t bytes, zip_source_cmd_t command) {
  switch (command) {
  case ZIP_SOURCE_SUPPORTS:
    return zip_source_make_command_bitmap(ZIP_SOURCE_OPEN, ZIP_SOURCE_READ, ZIP_SOURCE_CLOSE,
                                          ZIP_SOURCE_STAT, ZIP_SOURCE_ERROR, ZIP_SOURCE_FREE,
                                          ZIP_SOURCE_SUPPORTS, -1);
  case ZIP_SOURCE_ERROR: return zip_error_to_data(&error_, data, bytes);
  case ZIP_SOURCE_STAT: return describe(data);
  case ZIP_SOURCE_READ: return read(static_cast<char*>(data), bytes);
  case ZIP_SOURCE_OPEN:
  case ZIP_SOURCE_CLOSE:
  case ZIP_SOURCE_FREE: return 0;
  default: zip_error_set(&error_, ZIP_ER_OPNOTSUPP, 0); return -1;
  }
}

/// The checksum is known at the end only, when libzip asks again.
zip_int64_t packed_source::describe(void* data) const {
  zip_stat_t* const s = static_cast<zip_stat_t*>(data);
  zip_stat_init(s);
  s->valid = ZIP_STAT_SIZE | ZIP_STAT_COMP_METHOD;
  s->size = size_;
  s->comp_method = ZIP_CM_DEFLATE;
  if (is_at_end_) {
    s->valid |= ZIP_STAT_CRC;
    s->crc = blocks_.crc();
  }
  return sizeof *s;
}

zip_int64_t packed_source::read(char* to, zip_uint64_t bytes) {
  try {
    if (left_.empty() && !is_at_end_) {
      left_ = blocks_.next();
      is_at_end_ = left_.empty();
    }
  } catch (...) {
    failure_ = std::current_exception();
    zip_error_set(&error_, ZIP_ER_MEMORY, ENOMEM);
    return -1;
  }
  const std::size_t count = std::min<std::size_t>(left_.size(), bytes);
  std::memcpy(to, left_.data(), count);
  left_.remove_prefix(count);
  return static_cast<zip_int64_t>(count);
}

} // namespace tessera::detail
