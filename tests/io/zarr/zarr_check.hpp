/// @file
/// What tests of Zarr stores ask again and again.
#pragma once

#include "support/numbered.hpp"
#include "support/scratch.hpp"

#include <tessera/io/zarr.hpp>
#include <tessera/io/zarr/metadata/zarr_buffers.hpp>

#include <gtest/gtest.h>

#include <filesystem>
#include <initializer_list>
#include <map>
#include <string>

namespace tessera_test {

/// The call throws, on every rank the same, and the message holds all of `parts`.
template <class F> void expect_zarr_error(F&& call, std::initializer_list<std::string> parts) {
  const auto world = tessera::communicator::world();
  const std::string message = message_of(call);
  EXPECT_EQ(message, tessera::broadcast(world, message, 0));
  for (const std::string& part : parts)
    EXPECT_NE(message.find(part), std::string::npos) << "no \"" << part << "\" in: " << message;
}

/// The files of a folder, by their paths in it.
inline std::map<std::string, std::string> files_of(const std::string& folder) {
  std::map<std::string, std::string> files;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(folder))
    if (entry.is_regular_file())
      files[std::filesystem::relative(entry.path(), folder)] = content_of(entry.path());
  return files;
}

/// Buffers of Zarr stores are this small while it lives.
class small_zarr_buffers {
public:
  explicit small_zarr_buffers(tessera::index_t bytes)
      : before_(tessera::detail::zarr_buffer_bytes()) {
    tessera::detail::set_zarr_buffer_bytes(bytes);
  }
  small_zarr_buffers(const small_zarr_buffers&) = delete;
  small_zarr_buffers& operator=(const small_zarr_buffers&) = delete;
  ~small_zarr_buffers() { tessera::detail::set_zarr_buffer_bytes(before_); }

private:
  tessera::index_t before_;
};

} // namespace tessera_test
