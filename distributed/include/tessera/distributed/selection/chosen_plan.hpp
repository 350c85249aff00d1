/// @file
/// Chosen elements between the ranks that have chosen them and those that have them in equal
/// blocks.
#pragma once

#include <tessera/distributed/selection/chosen_order.hpp>
#include <tessera/distributed/transfer/transfer.hpp>

#include <utility>
#include <vector>

namespace tessera::detail {

/// Who has which of the chosen elements when they are in equal blocks. Making one is collective: a
/// rank that has several pieces tells them to those whose blocks they lie in. Other members are
/// local unless they say otherwise.
class chosen_plan {
public:
  /// `target` is the axis of an array of all chosen elements, whose parts are the first ranks.
  chosen_plan(const chosen_order& order, const axis_distribution& target, index_t itemsize);

  /// How many elements of this rank go to others.
  [[nodiscard]] index_t leaving() const { return leaving_; }
  /// How many elements this rank has chosen.
  [[nodiscard]] index_t chosen() const { return chosen_; }

  /// Where this rank's elements go, one after another: to its block, or, on their way to others, to
  /// `leaving`.
  [[nodiscard]] std::vector<element_stretch> stretches(std::byte* block, std::byte* leaving) const;
  /// Sends what was written to `leaving`, and receives what other ranks have of the block.
  /// Collective.
  void bring(const std::byte* leaving, std::byte* block) const;
  /// The other way: brings those elements of blocks that this rank has chosen to `chosen`, one
  /// behind another. Collective.
  void fetch(const std::byte* block, std::byte* chosen) const;

private:
  /// A part of a piece that lies in one block.
  struct segment {
    int owner;
    index_t position;
    index_t count;
  };
  using pieces_of_rank = std::pair<int, std::vector<chosen_piece>>;

  void cut(const std::vector<chosen_piece>& pieces, const axis_distribution& target);
  void find_others(const chosen_order& order);
  void hear_of_others();
  [[nodiscard]] bool is_mine(const segment& s) const { return s.owner == comm_.rank(); }
  template <class F> void each_leaving(F f) const;

  communicator comm_;
  index_t itemsize_;
  bool is_by_rank_;
  interval mine_; // of all chosen elements, in this rank's block
  std::vector<segment> segments_;
  std::vector<pieces_of_rank> others_; // which lie in this rank's block
  index_t leaving_ = 0;
  index_t chosen_ = 0;
};

} // namespace tessera::detail
