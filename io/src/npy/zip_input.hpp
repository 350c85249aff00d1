/// @file
/// Members of an archive that are made while libzip asks for them.
#pragma once

#include <exception>
#include <string_view>
#include <zip.h>

namespace tessera::detail {

/// What libzip puts into an archive, a piece at a time. It must outlive the archive.
class zip_input {
public:
  zip_input() { zip_error_init(&error_); }
  zip_input(const zip_input&) = delete;
  zip_input& operator=(const zip_input&) = delete;
  virtual ~zip_input() { zip_error_fini(&error_); }

  /// For libzip, which frees it; null where there is no memory.
  zip_source_t* create(zip_t* archive) { return zip_source_function(archive, call, this); }
  /// Throws what went wrong here.
  void rethrow() const {
    if (failure_) std::rethrow_exception(failure_);
  }

protected:
  /// The next bytes, which stay until the next call; none at the end.
  virtual std::string_view next() = 0;
  /// What is known of the member: asked before the first byte and behind the last one.
  virtual void describe(zip_stat_t& known, bool is_at_end) const = 0;

private:
  static zip_int64_t call(void* self, void* data, zip_uint64_t bytes, zip_source_cmd_t command);
  zip_int64_t run(void* data, zip_uint64_t bytes, zip_source_cmd_t command);
  zip_int64_t read(char* to, zip_uint64_t bytes);

  std::string_view left_; // of what came last
  bool is_at_end_ = false;
  zip_error_t error_{};
  std::exception_ptr failure_;
};

} // namespace tessera::detail
