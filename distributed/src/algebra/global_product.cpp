#include <tessera/distributed/algebra/global_product.hpp>

#include "algebra/matrix_layout.hpp"
#include "algebra/product_run.hpp"

#include <tessera/core/error.hpp>
#include <tessera/core/reductions/reduce.hpp>
#include <tessera/distributed/arrays/copy.hpp>
#include <tessera/distributed/copies/view_copies.hpp>
#include <tessera/distributed/expressions/operand_text.hpp>

#include <fmt/core.h>

#include <algorithm>
#include <optional>
#include <utility>

namespace tessera::detail {

namespace {

/// A matrix of its own, for elements that lie otherwise elsewhere.
class matrix_beside {
public:
  matrix_beside(const view_ref& like, axes_span axes)
      : shape_{axes[0].size(), axes[1].size()}, walks_{{0, 1, 0}, {0, 1, 1}},
        block_(like.block->comm(), axes, std::vector<halo_axis>(2), like.itemsize,
               axes[0].parts() * axes[1].parts(), like.block->kind()) {}
  matrix_beside(const matrix_beside&) = delete;
  matrix_beside& operator=(const matrix_beside&) = delete;
  [[nodiscard]] view_ref ref() { return {2, shape_, block_.itemsize(), &block_, walks_, fixed_}; }

private:
  index_t shape_[2];
  axis_walk walks_[2];
  index_t fixed_[max_ndim]{};
  global_block block_;
};

/// The same parts, of an axis of an array of its own.
axis_distribution rule_of(const std::vector<interval>& parts) {
  std::vector<index_t> boundaries{0};
  for (const interval& part : parts)
    boundaries.push_back(std::max(boundaries.back(), part.empty() ? 0 : part.upper));
  return axis_distribution(std::move(boundaries));
}

bool is_each_in_one(const std::vector<interval>& parts, const std::vector<interval>& others) {
  return std::all_of(parts.begin(), parts.end(),
                     [&](const interval& part) { return part_with(others, part) < others.size(); });
}

int count_of(const std::vector<interval>& parts) { return static_cast<int>(parts.size()); }

/// An operand as it lies, where each rank finds what it needs of it in whole rows or columns of
/// rectangles, or else a copy that does.
class product_operand {
public:
  product_operand(const view_ref& from, const matrix_layout& c, bool is_left) : ref_(from) {
    const std::vector<interval>& needed = is_left ? c.rows() : c.columns();
    if (matrix_layout::fits(from)) {
      const matrix_layout own(from);
      if (is_each_in_one(needed, is_left ? own.rows() : own.columns())) return;
    }
    if (is_left)
      copy_.emplace(from, axes_span{rule_of(c.rows()), {from.shape[1], count_of(c.columns())}});
    else
      copy_.emplace(from, axes_span{{from.shape[0], count_of(c.rows())}, rule_of(c.columns())});
    copy_between(copy_->ref(), from);
    ref_ = copy_->ref();
  }
  [[nodiscard]] const view_ref& ref() const { return ref_; }

private:
  view_ref ref_;
  std::optional<matrix_beside> copy_;
};

void check_product(const view_ref& c, const view_ref& a, const view_ref& b) {
  if (a.shape[1] != b.shape[0]) throw_product("matmul", a.shape, a.ndim, b.shape, b.ndim);
  if (c.shape[0] != a.shape[0] || c.shape[1] != b.shape[1])
    throw shape_error(fmt::format("matmul of shapes {} and {} gives shape ({}, {}), not {}",
                                  tuple_text(a.shape, 2), tuple_text(b.shape, 2), a.shape[0],
                                  b.shape[1], tuple_text(c.shape, 2)));
  for (const view_ref* const other : {&a, &b})
    if (!c.block->comm().same_ranks(other->block->comm()))
      throw argument_error(fmt::format("matmul of arrays over different ranks: {}, and {}",
                                       call_text(*other), call_text(c)));
}

bool can_be_written(const view_ref& c, const view_ref& a, const view_ref& b) {
  return matrix_layout::fits(c) && matrix_layout(c).ascends() && !may_overlap(c, a) &&
         !may_overlap(c, b);
}

/// The number of ranks that a matrix's rows are divided among, and its columns.
axes_span axes_of_copy(const view_ref& view) { return copy_layout(view).result_axes; }

} // namespace

axes_span product_axes(const view_ref& a, const view_ref& b) {
  axes_span left = axes_of_copy(a);
  const axes_span right = axes_of_copy(b);
  const bool is_alike = left[0].parts() == right[0].parts() && left[1].parts() == right[1].parts();
  return {std::move(left[0]), is_alike ? right[1] : axis_distribution(b.shape[1], left[1].parts())};
}

axes_span product_axis(const view_ref& matrix, std::size_t kept) {
  const axes_span axes = axes_of_copy(matrix);
  const int ranks = axes[0].parts() * axes[1].parts();
  if (axes[kept].parts() == ranks) return {axes[kept]};
  return {axis_distribution(matrix.shape[kept], ranks)};
}

void multiply_matrices(const view_ref& c, const view_ref& a, const view_ref& b,
                       multiply_function multiply) {
  check_product(c, a, b);
  const communicator& comm = c.block->comm();
  agree_if_checked(comm, "a product of matrices", [&] {
    return fmt::format("{} by {} to {}", call_text(a), call_text(b), call_text(c));
  });
  if (!can_be_written(c, a, b)) {
    matrix_beside result(c, product_axes(a, b));
    const view_ref ref = result.ref();
    if (!matrix_layout::fits(ref)) { // where rows or columns are dealt out in turn
      matrix_beside blocks(c, {{c.shape[0], ref.block->axes()[0].parts()},
                               {c.shape[1], ref.block->axes()[1].parts()}});
      multiply_matrices(blocks.ref(), a, b, multiply);
      return copy_between(c, blocks.ref());
    }
    multiply_matrices(ref, a, b, multiply);
    return copy_between(c, ref);
  }
  const matrix_layout layout(c);
  const product_operand left(a, layout, true);
  const product_operand right(b, layout, false);
  product_run(c, left.ref(), right.ref(), multiply).run();
}

} // namespace tessera::detail
