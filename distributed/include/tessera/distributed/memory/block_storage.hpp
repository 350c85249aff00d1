/// @file
/// The memory of one rank's block of a global array: the one place it comes from.
#pragma once

#include <tessera/core/memory.hpp>
#include <tessera/core/shape.hpp>
#include <tessera/distributed/communicator.hpp>

#include <cstdint>
#include <utility>

namespace tessera::detail {

/// Bytes that processors fetch at once.
inline constexpr index_t cache_line = 64;

class node_memory;

/// Sole owner of a piece of the memory that the ranks of a node share.
class shared_piece {
public:
  shared_piece() = default;
  /// What was reserved; see node_memory::reserve.
  shared_piece(node_memory& node, std::uint64_t place, index_t bytes);
  shared_piece(shared_piece&& other) noexcept
      : node_(std::exchange(other.node_, nullptr)), place_(other.place_), bytes_(other.bytes_),
        data_(std::exchange(other.data_, nullptr)) {}
  shared_piece& operator=(shared_piece&& other) noexcept {
    std::swap(node_, other.node_);
    std::swap(place_, other.place_);
    std::swap(bytes_, other.bytes_);
    std::swap(data_, other.data_);
    return *this;
  }
  shared_piece(const shared_piece&) = delete;
  shared_piece& operator=(const shared_piece&) = delete;
  ~shared_piece();

  [[nodiscard]] std::byte* data() const { return data_; }
  [[nodiscard]] std::uint64_t place() const { return place_; }

private:
  node_memory* node_ = nullptr;
  std::uint64_t place_ = 0;
  index_t bytes_ = 0;
  std::byte* data_ = nullptr;
};

/// Owner of the bytes of a padded block. They lie in memory that the node's ranks share, where
/// there are several and it can be had. Making one is a collective call. Move-only.
class block_storage {
public:
  block_storage() = default;
  /// @throws memory_error on all ranks when one of them has not enough.
  block_storage(const communicator& comm, index_t bytes);
  /// Refers to memory of the caller's, and owns nothing. Local.
  explicit block_storage(std::byte* memory) : data_(memory) {}

  [[nodiscard]] std::byte* data() const { return data_; }

private:
  shared_piece shared_;
  buffer memory_;
  std::byte* data_ = nullptr;
};

} // namespace tessera::detail
