/// @file
/// Where the elements that a mask chooses on each rank stand among all that it chooses.
///
/// Its parts lie in part_pieces.cpp and chosen_order.cpp.
#pragma once

#include <tessera/core/selection/mask_bits.hpp>
#include <tessera/distributed/arrays/copy.hpp>

#include <vector>

namespace tessera::detail {

/// A rank's part of an array, cut into pieces each of which lies in the array in one stretch of its
/// row-major order: of rows along the last axis that is divided between ranks.
class part_pieces {
public:
  part_pieces(const axes_span& axes, int rank, int grid_ranks);

  /// The last divided axis, or 0.
  [[nodiscard]] std::size_t divided() const { return divided_; }
  /// Is the part of every rank one piece, and do they follow each other in the ranks' order?
  [[nodiscard]] bool is_by_rank() const { return is_by_rank_; }
  /// How many pieces there are of a row; part number `part` has those that `axis` says.
  [[nodiscard]] axis_distribution pieces_of_row() const;
  /// Calls f(length, first) for each piece of this rank, in order; `first` is the subscript in
  /// row-major order of its first element in the array. Parts without elements have none.
  template <class F> void each(F f) const {
    if (is_empty_) return;
    if (is_by_rank_) return f(size_, first_of(at_start()));
    const axis_distribution& rule = axes_[divided_];
    std::vector<index_t> local = at_start();
    do {
      for (index_t i = 0; i < counts_[divided_];) {
        local[divided_] = i;
        const index_t length = rule.stretch_length(parts_[divided_], i);
        f(length * inner_, first_of(local));
        i += length;
      }
    } while (go_to_next_row(local));
  }

private:
  [[nodiscard]] std::vector<index_t> at_start() const {
    return std::vector<index_t>(axes_.size(), 0);
  }
  [[nodiscard]] index_t first_of(const std::vector<index_t>& local) const;
  bool go_to_next_row(std::vector<index_t>& local) const;

  const axes_span& axes_;
  std::vector<int> parts_;
  std::vector<index_t> counts_;
  std::size_t divided_ = 0;
  index_t inner_ = 1; // elements of all axes behind
  index_t size_ = 1;
  bool is_empty_ = false;
  bool is_by_rank_ = true;
};

/// The axes under which elements are chosen of an array that lies as `layout` says: its own, or
/// others where pieces would be too many. The same on all ranks.
axes_span order_axes(const copy_layout& layout);

/// Chosen elements that follow each other on a rank, and among all chosen ones.
struct chosen_piece {
  index_t position;
  index_t count;
};

/// The chosen elements of this rank, in order.
class chosen_order {
public:
  /// The bits are those of this rank's part of an array under `axes`. Collective: one Allgather of
  /// 8 bytes; where the array is divided along a later axis than its first, the numbers of each
  /// row's pieces travel, too.
  chosen_order(const communicator& comm, int grid_ranks, const axes_span& axes,
               const mask_bits& bits);

  /// How many all ranks have together.
  [[nodiscard]] index_t total() const { return total_; }
  [[nodiscard]] const std::vector<chosen_piece>& pieces() const { return pieces_; }
  [[nodiscard]] const communicator& comm() const { return comm_; }
  /// Has every rank one piece at most, in the order of the ranks? Then this is how many each has.
  [[nodiscard]] const std::vector<index_t>* counts_by_rank() const {
    return is_by_rank_ ? &counts_ : nullptr;
  }

private:
  void find_positions(int grid_ranks, const axes_span& axes, const part_pieces& parts,
                      const mask_bits& bits);
  void add(index_t position, index_t count);

  communicator comm_;
  bool is_by_rank_;
  std::vector<index_t> counts_;
  std::vector<chosen_piece> pieces_;
  index_t total_ = 0;
};

} // namespace tessera::detail
