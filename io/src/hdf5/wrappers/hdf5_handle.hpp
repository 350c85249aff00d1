/// @file
/// Owners of HDF5 identifiers, and errors of HDF5 as exceptions.
#pragma once

#include "hdf5/wrappers/hdf5_calls.hpp"

#include <tessera/core/shape.hpp>

#include <string>
#include <utility>
#include <vector>

namespace tessera::detail {

/// Owner of one HDF5 identifier of any kind. Move-only; closing it in the destructor ignores
/// errors, so files that were written are closed by `close_file`.
class hdf5_handle {
public:
  hdf5_handle() = default;
  explicit hdf5_handle(hid_t id) : id_(id) {}
  hdf5_handle(hdf5_handle&& other) noexcept : id_(other.release()) {}
  hdf5_handle& operator=(hdf5_handle&& other) noexcept {
    if (this != &other) {
      reset();
      id_ = other.release();
    }
    return *this;
  }
  hdf5_handle(const hdf5_handle&) = delete;
  hdf5_handle& operator=(const hdf5_handle&) = delete;
  ~hdf5_handle() { reset(); }

  [[nodiscard]] hid_t get() const { return id_; }
  [[nodiscard]] bool is_open() const { return id_ >= 0; }
  [[nodiscard]] hid_t release() noexcept { return std::exchange(id_, H5I_INVALID_HID); }

private:
  void reset() noexcept {
    if (id_ >= 0) H5Idec_ref(release());
  }

  hid_t id_ = H5I_INVALID_HID;
};

/// Throws file_error "cannot write 'u' in 'out.h5': ..." with HDF5's reason.
[[noreturn]] void throw_hdf5(const std::string& action);

/// Passes the result of an HDF5 call on, unless it is negative: then `action` failed.
template <class R> R check_hdf5(R result, const std::string& action) {
  if (result < 0) throw_hdf5(action);
  return result;
}

/// The same for calls that return an identifier.
inline hdf5_handle own_hdf5(hid_t id, const std::string& action) {
  return hdf5_handle(check_hdf5(id, action));
}

/// Sizes as HDF5 counts them.
inline std::vector<hsize_t> hdf5_sizes(const std::vector<index_t>& sizes) {
  return {sizes.begin(), sizes.end()};
}

/// Closes a file; what could not be written is found out now.
void close_hdf5_file(hdf5_handle& file, const std::string& action);

} // namespace tessera::detail
