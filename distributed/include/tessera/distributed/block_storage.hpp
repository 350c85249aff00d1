/// @file
/// The memory of one rank's block of a global array: the one place it comes from.
#pragma once

#include <tessera/core/memory.hpp>
#include <tessera/core/shape.hpp>
#include <tessera/distributed/communicator.hpp>

namespace tessera::detail {

/// Owner of the bytes of a padded block. Making one is a collective call, so that the blocks of a
/// node's ranks can be laid out together. Move-only.
class block_storage {
public:
  block_storage() = default;
  /// @throws memory_error on all ranks when one of them has not enough.
  block_storage(const communicator& comm, index_t bytes);

  [[nodiscard]] std::byte* data() const { return memory_.data(); }

private:
  buffer memory_;
};

} // namespace tessera::detail
