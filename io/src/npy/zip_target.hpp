/// @file
/// Where libzip writes an archive.
#pragma once

#include <tessera/core/files/output_file.hpp>

#include <exception>
#include <zip.h>

namespace tessera::detail {

/// An output file that libzip writes to: its own way to write files replaces old ones without their
/// permissions, and gives other names to temporary ones.
class zip_target {
public:
  explicit zip_target(output_file& file) : file_(file) { zip_error_init(&error_); }
  zip_target(const zip_target&) = delete;
  zip_target& operator=(const zip_target&) = delete;
  ~zip_target() { zip_error_fini(&error_); }

  /// A new archive, which `zip_close` writes here.
  /// @throws file_error
  zip_t* create();
  /// Throws what went wrong while writing, if it was here.
  void rethrow() const {
    if (failure_) std::rethrow_exception(failure_);
  }

private:
  static zip_int64_t call(void* self, void* data, zip_uint64_t bytes, zip_source_cmd_t command);
  zip_int64_t run(void* data, zip_uint64_t bytes, zip_source_cmd_t command);
  zip_int64_t write(const void* data, zip_uint64_t bytes);
  zip_int64_t seek(void* data, zip_uint64_t bytes);

  output_file& file_;
  zip_int64_t at_ = 0;
  zip_int64_t end_ = 0;
  zip_error_t error_{};
  std::exception_ptr failure_;
};

} // namespace tessera::detail
