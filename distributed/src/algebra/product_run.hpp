// The product of matrices whose rectangles fit together.
#pragma once

#include "algebra/matrix_layout.hpp"
#include "memory/node_memory.hpp"

#include <tessera/core/memory.hpp>
#include <tessera/distributed/algebra/global_product.hpp>
#include <tessera/distributed/transfer/transfer.hpp>

#include <array>
#include <exception>
#include <vector>

namespace tessera::detail {

/// Runs once. Each part of c's rows lies in one part of a's, and each part of its columns in one of
/// b's.
///
/// All ranks tell each other where their rectangles lie: those of the same node are read in place.
/// If any must travel, panels of `panel_depth` columns of a and rows of b do, two under way at a
/// time.
class product_run {
public:
  product_run(const view_ref& c, const view_ref& a, const view_ref& b, multiply_function multiply);
  /// Collective.
  void run();

private:
  /// What a rank says of its rectangle of one operand.
  struct offer {
    std::int64_t node = 0;  // the first rank of its node
    std::int64_t place = 0; // in the memory that the node shares, or nowhere
    std::int64_t row_step = 0;
    std::int64_t column_step = 0;
  };
  static constexpr std::size_t operands = 2;
  using offers = std::array<offer, operands>;

  /// One operand, and what this rank has to do with it.
  struct operand {
    const global_block* block;
    matrix_layout layout;
    index_t itemsize;
    [[nodiscard]] std::byte* own() const { return block->data() + layout.own().offset * itemsize; }
  };
  /// Columns of a and rows of b that belong to one part of either.
  struct stretch {
    interval range;
    std::size_t a_part;
    std::size_t b_part;
  };
  /// A panel that comes from other ranks.
  struct panel {
    stretch what;
    buffer received[operands];
    transfer_plan plan;
    transfer under_way;
  };
  /// Which rectangle of an operand is needed for a rectangle of c, and which part of it.
  struct need {
    int reader;
    int owner;
    interval rows; // of the operand
    interval columns;
    index_t first_row; // of the owner's rectangle
    index_t first_column;
  };

  [[nodiscard]] std::vector<stretch> stretches(index_t deepest) const;
  void tell_offers();
  void find_node_ranks();
  [[nodiscard]] bool is_shared(std::size_t k, int reader, int owner) const;
  [[nodiscard]] bool must_travel() const;
  [[nodiscard]] need need_of(std::size_t k, const stretch& s, std::size_t i, std::size_t j) const;
  [[nodiscard]] local_matrix source(std::size_t k, const stretch& s,
                                    const std::byte* received) const;
  void multiply_stretch(const stretch& s, const std::byte* const* received);
  void make_room(panel* panels, std::size_t count) const;
  void start(panel& p);
  void add_messages(panel& p, std::size_t k) const;
  void run_in_place();
  void run_in_panels();

  const communicator& comm_;
  operand operands_[operands];
  operand result_;
  multiply_function multiply_;
  node_memory* node_ = nullptr;
  std::vector<int> node_ranks_; // of each rank; no_rank on other nodes
  std::vector<offers> offers_;
  std::size_t row_part_ = 0; // of this rank's rectangle of c
  std::size_t column_part_ = 0;
  bool has_begun_ = false; // does c hold the first stretches?
  std::exception_ptr failure_;
};

} // namespace tessera::detail
