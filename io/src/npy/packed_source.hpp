/// @file
/// What libzip puts into an archive, packed by the threads of the process.
#pragma once

#include "files/deflate_blocks.hpp"

#include <exception>
#include <string_view>
#include <zip.h>

namespace tessera::detail {

/// A member of an archive as it is stored there, which is packed while libzip asks for it.
class packed_source {
public:
  /// Of pieces in memory that must outlive it, as it must the archive.
  packed_source(const std::vector<std::string_view>& pieces, int level);
  packed_source(const packed_source&) = delete;
  packed_source& operator=(const packed_source&) = delete;
  ~packed_source() { zip_error_fini(&error_); }

  /// For libzip, which frees it; null where there is no memory.
  zip_source_t* create(zip_t* archive) { return zip_source_function(archive, call, this); }
  /// Throws what went wrong here.
  void rethrow() const {
    if (failure_) std::rethrow_exception(failure_);
  }

private:
  static zip_int64_t call(void* self, void* data, zip_uint64_t bytes, zip_source_cmd_t command);
  zip_int64_t run(void* data, zip_uint64_t bytes, zip_source_cmd_t command);
  zip_int64_t read(char* to, zip_uint64_t bytes);
  zip_int64_t describe(void* data) const;

  deflate_blocks blocks_;
  zip_uint64_t size_ = 0;
  std::string_view left_; // of what was packed last
  bool is_at_end_ = false;
  zip_error_t error_{};
  std::exception_ptr failure_;
};

} // namespace tessera::detail
