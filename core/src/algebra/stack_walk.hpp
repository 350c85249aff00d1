// Visits the matrices of several stacks that broadcast against each other.
#pragma once

#include <tessera/core/algebra/matrix_stack.hpp>
#include <tessera/core/loops/loop_nest.hpp>
#include <tessera/core/types/advance_index.hpp>

namespace tessera::detail {

/// One matrix in memory.
template <class T> struct matrix {
  T* data;
  index_t rows;
  index_t columns;
  index_t row_step;
  index_t column_step;

  [[nodiscard]] matrix transposed() const { return {data, columns, rows, column_step, row_step}; }
  [[nodiscard]] view<T, 2> elements() const {
    return {data, {rows, columns}, {row_step, column_step}};
  }
};

template <class T> matrix<T> first_matrix(const matrix_stack<T>& s) {
  return {s.data, s.rows(), s.columns(), s.strides[s.ndim - 2], s.strides[s.ndim - 1]};
}

/// The positions of a stack of `ndim` axes, the last axis fastest:
///
///     stack_walk<2> walk(shape, ndim);
///     walk.add(a), walk.add(b);
///     for (; walk.more(); walk.advance()) use(walk.at(0, a.data), walk.at(1, b.data));
template <std::size_t Count> class stack_walk {
public:
  stack_walk(const index_t* shape, std::size_t ndim) : shape_(shape), ndim_(ndim) {
    for (std::size_t d = 0; d < ndim; ++d) more_ = more_ && shape[d] > 0;
  }

  /// The next stack, which broadcasts to the shape.
  template <class T> void add(const matrix_stack<T>& s) {
    const std::size_t own = s.ndim - 2;
    for (std::size_t d = 0; d < own; ++d)
      steps_[filled_][d + ndim_ - own] = s.shape[d] == 1 ? 0 : s.strides[d];
    ++filled_;
  }

  [[nodiscard]] bool more() const { return more_; }
  /// The matrix of stack k, whose first one is at `data`: null where it has no elements.
  template <class T> [[nodiscard]] T* at(std::size_t k, T* data) const {
    return data == nullptr ? nullptr : data + offsets_[k];
  }

  void advance() {
    const std::size_t moved = advance_index(position_, ndim_, shape_);
    more_ = moved > 0;
    for (std::size_t k = 0; k < Count; ++k) {
      if (more_) offsets_[k] += steps_[k][moved - 1];
      for (std::size_t d = moved; d < ndim_; ++d) offsets_[k] -= steps_[k][d] * (shape_[d] - 1);
    }
  }

private:
  const index_t* shape_;
  std::size_t ndim_;
  std::size_t filled_ = 0;
  bool more_ = true;
  index_t position_[max_ndim] = {};
  index_t offsets_[Count] = {};
  index_t steps_[Count][max_ndim] = {};
};

} // namespace tessera::detail
