/// @file
/// What is known of a message that has been received.
#pragma once

#include <tessera/core/loops/loop_nest.hpp>
#include <tessera/core/shape.hpp>

#include <mpi.h>

#include <array>
#include <span>

namespace tessera {

/// In place of a rank: nobody. What is sent there is dropped, what is received from there leaves
/// the array as it was. It stands for the neighbours of ranks at the edge of a grid.
inline constexpr int no_rank = MPI_PROC_NULL;
/// In place of a rank that is received from: whoever sent first.
inline constexpr int any_source = MPI_ANY_SOURCE;
/// In place of a tag that is received: any.
inline constexpr int any_tag = MPI_ANY_TAG;

/// Of a message that was received: who sent it, under which tag, and how much of what shape.
/// Members are local.
///
///     const status from = recv(world, work, any_source);
///     send(world, answer, from.source());
class status {
public:
  /// Nothing from nobody.
  status() = default;
  /// Of a single value, or of what has no shape.
  status(int source, int tag, index_t count) : source_(source), tag_(tag), count_(count) {}
  /// Of an array.
  status(int source, int tag, index_t count, const index_t* shape, std::size_t ndim)
      : status(source, tag, count) {
    for (; ndim_ < ndim; ++ndim_) shape_[ndim_] = shape[ndim_];
  }

  /// The rank that sent it; no_rank where that was who was received from.
  [[nodiscard]] int source() const { return source_; }
  /// The tag under which it was sent.
  [[nodiscard]] int tag() const { return tag_; }
  /// Number of elements; of an object, bytes.
  [[nodiscard]] index_t count() const { return count_; }
  /// Shape of the array that was sent; (count) for what has one axis, () for a single value.
  [[nodiscard]] std::span<const index_t> shape() const { return {shape_.data(), ndim_}; }

private:
  int source_ = no_rank;
  int tag_ = any_tag;
  index_t count_ = 0;
  std::size_t ndim_ = 0;
  std::array<index_t, detail::max_ndim> shape_; // the first ndim_ are set
};

} // namespace tessera
