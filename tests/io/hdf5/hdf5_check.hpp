/// @file
/// What tests of HDF5 files ask again and again.
#pragma once

#include "support/numbered.hpp"
#include "support/scratch.hpp"

#include <tessera/io/hdf5.hpp>

#include <gtest/gtest.h>

#include <cstdlib>
#include <initializer_list>
#include <string>

namespace tessera_test {

/// The call throws, on every rank the same, and the message holds all of `parts`.
template <class F> void expect_message(F&& call, std::initializer_list<std::string> parts) {
  const auto world = tessera::communicator::world();
  const std::string message = message_of(call);
  EXPECT_EQ(message, tessera::broadcast(world, message, 0));
  for (const std::string& part : parts)
    EXPECT_NE(message.find(part), std::string::npos) << "no \"" << part << "\" in: " << message;
}

/// Where the Python test that runs this program keeps files.
inline std::string h5py_folder() { return std::string(std::getenv("TESSERA_H5PY")) + "/"; }

/// Buffers and pieces of HDF5 files are this small while it lives.
class small_pieces {
public:
  explicit small_pieces(tessera::index_t bytes) {
    tessera::detail::set_hdf5_buffer_bytes(bytes);
    tessera::detail::set_hdf5_piece_bytes(bytes);
  }
  small_pieces(const small_pieces&) = delete;
  small_pieces& operator=(const small_pieces&) = delete;
  ~small_pieces() {
    tessera::detail::set_hdf5_buffer_bytes(usual_buffer);
    tessera::detail::set_hdf5_piece_bytes(usual_piece);
  }

private:
  static constexpr tessera::index_t usual_buffer = tessera::index_t{32} << 20U;
  static constexpr tessera::index_t usual_piece = tessera::index_t{1} << 30U;
};

} // namespace tessera_test
