#include "algebra/add_product.hpp"
#include "algebra/blas.hpp"
#include "algebra/stack_walk.hpp"

#include <tessera/core/algebra/matmul.hpp>
#include <tessera/core/algebra/multiply_add.hpp>
#include <tessera/core/algebra/products.hpp>
#include <tessera/core/complex.hpp>
#include <tessera/core/error.hpp>

#include <fmt/core.h>

#include <concepts>

namespace tessera::detail {

namespace {

template <class T>
concept known_to_blas = std::floating_point<T> || is_complex<T>;

/// Below so many multiplications, calling BLAS costs more than they do.
constexpr index_t small_product = 64;

template <class T> T& element(const matrix<T>& m, index_t i, index_t j) {
  return m.data[i * m.row_step + j * m.column_step];
}

template <class T>
void multiply_small(const matrix<const T>& a, const matrix<const T>& b, const matrix<T>& c,
                    bool adds) {
  for (index_t i = 0; i < c.rows; ++i)
    for (index_t j = 0; j < c.columns; ++j) {
      T sum = adds ? element(c, i, j) : T{};
      for (index_t k = 0; k < a.columns; ++k) add_product(sum, element(a, i, k), element(b, k, j));
      element(c, i, j) = sum;
    }
}

/// Steps without a meaning, those of a single row or column, as BLAS wants to see them.
template <class T> matrix<T> regular(matrix<T> m) {
  if (m.rows <= 1) m.row_step = m.column_step == 1 ? m.columns : 1;
  if (m.columns <= 1) m.column_step = m.row_step == 1 && m.rows > 1 ? m.rows : 1;
  return m;
}

/// Can BLAS read it, its rows lying one after another?
template <class T> bool has_rows(const matrix<T>& m) {
  return m.column_step == 1 && m.row_step >= m.columns;
}

/// A matrix whose rows or columns are adjacent: itself, or else a copy.
template <class T> class readable {
public:
  explicit readable(const matrix<const T>& m) : m_(regular(m)) {
    if (has_rows(m_) || has_rows(m_.transposed())) return;
    copy_ = m.elements();
    m_ = {copy_.data(), m.rows, m.columns, m.columns, 1};
  }
  readable(const readable&) = delete;
  readable& operator=(const readable&) = delete;

  [[nodiscard]] CBLAS_TRANSPOSE order() const { return has_rows(m_) ? CblasNoTrans : CblasTrans; }
  [[nodiscard]] blas_int leading() const {
    const index_t step = has_rows(m_) ? m_.row_step : m_.column_step;
    return blas_size(step > 0 ? step : 1);
  }
  [[nodiscard]] const matrix<const T>& get() const { return m_; }

private:
  matrix<const T> m_;
  ndarray<T, 2> copy_;
};

/// Where c has rows one after another.
template <known_to_blas T>
void multiply_by_blas(const matrix<const T>& a, const matrix<const T>& b, const matrix<T>& c,
                      bool adds) {
  const readable<T> left(a);
  const readable<T> right(b);
  prepare_blas();
  blas<T>::gemm(left.order(), right.order(), blas_size(c.rows), blas_size(c.columns),
                blas_size(a.columns), left.get().data, left.leading(), right.get().data,
                right.leading(), adds, c.data, blas_size(c.row_step));
}

/// Where b and c are columns.
template <known_to_blas T>
void multiply_vector(const matrix<const T>& a, const matrix<const T>& b, const matrix<T>& c,
                     bool adds) {
  const readable<T> left(a);
  ndarray<T, 2> copy;
  const T* x = b.data;
  index_t step = b.row_step;
  if (step <= 0) {
    copy = b.elements();
    x = copy.data();
    step = 1;
  }
  const bool plain = left.order() == CblasNoTrans;
  prepare_blas();
  blas<T>::gemv(left.order(), blas_size(plain ? a.rows : a.columns),
                blas_size(plain ? a.columns : a.rows), left.get().data, left.leading(), x,
                blas_size(step), adds, c.data, blas_size(c.row_step));
}

/// Packed operands, so that the inner loop runs over adjacent elements.
template <class T>
void multiply_by_loops(const matrix<const T>& a, const matrix<const T>& b, const matrix<T>& c,
                       bool adds) {
  constexpr index_t block = 64; // rows of b that stay in the cache
  const ndarray<T, 2> left(a.elements());
  const ndarray<T, 2> right(b.elements());
  for (index_t i = 0; !adds && i < c.rows * c.columns; ++i) c.data[i] = T{};
  for (index_t first = 0; first < a.columns; first += block) {
    const index_t last = first + block < a.columns ? first + block : a.columns;
    for (index_t i = 0; i < c.rows; ++i)
      for (index_t k = first; k < last; ++k) {
        const T x = left(i, k);
        const T* const row = &right(k, 0);
        T* const to = c.data + i * c.columns;
#pragma omp simd
        for (index_t j = 0; j < c.columns; ++j) add_product(to[j], x, row[j]);
      }
  }
}

template <class T>
void multiply_through_copy(const matrix<const T>& a, const matrix<const T>& b, const matrix<T>& c,
                           bool adds);

/// c = a b, or where `adds`, c += a b.
template <class T>
void multiply_matrix(const matrix<const T>& a, const matrix<const T>& b, const matrix<T>& c,
                     bool adds) {
  if (c.rows == 0 || c.columns == 0) return;
  if (c.rows * c.columns * a.columns <= small_product) return multiply_small(a, b, c, adds);
  if constexpr (known_to_blas<T>) {
    if (c.columns == 1 && c.row_step > 0) return multiply_vector(a, b, c, adds);
    if (c.rows == 1 && c.column_step > 0)
      return multiply_vector(b.transposed(), a.transposed(), c.transposed(), adds);
    const matrix<T> to = regular(c);
    if (has_rows(to)) return multiply_by_blas(a, b, to, adds);
    if (has_rows(to.transposed()))
      return multiply_by_blas(b.transposed(), a.transposed(), to.transposed(), adds);
  } else {
    if (c.column_step == 1 && c.row_step == c.columns) return multiply_by_loops(a, b, c, adds);
  }
  multiply_through_copy(a, b, c, adds);
}

template <class T>
void multiply_through_copy(const matrix<const T>& a, const matrix<const T>& b, const matrix<T>& c,
                           bool adds) {
  ndarray<T, 2> result(shape_t<2>{c.rows, c.columns});
  if (adds) result = c.elements();
  multiply_matrix<T>(a, b, {result.data(), c.rows, c.columns, c.columns, 1}, adds);
  c.elements() = result;
}

/// How many of the last axes of the stack continue the rows of a and c while b stays the same: with
/// those, it is one product of a taller matrix.
template <class T>
std::size_t joined_axes(const matrix_stack<const T>& a, const matrix_stack<const T>& b,
                        const matrix_stack<T>& c, index_t& rows) {
  std::size_t joined = 0;
  while (joined + 2 < c.ndim && joined + 2 < a.ndim) {
    const std::size_t at = a.ndim - 3 - joined;
    const std::size_t to = c.ndim - 3 - joined;
    const bool same = joined + 2 >= b.ndim || b.shape[b.ndim - 3 - joined] == 1;
    const bool continues = a.shape[at] == c.shape[to] &&
                           a.strides[at] == rows * a.strides[a.ndim - 2] &&
                           c.strides[to] == rows * c.strides[c.ndim - 2];
    if (!same || !continues) break;
    rows *= c.shape[to];
    ++joined;
  }
  return joined;
}

} // namespace

template <class T>
void multiply(const matrix_stack<const T>& a, const matrix_stack<const T>& b,
              const matrix_stack<T>& c) {
  index_t rows = c.rows();
  const std::size_t merged = joined_axes(a, b, c, rows);
  matrix<const T> left = first_matrix(a);
  matrix<const T> right = first_matrix(b);
  matrix<T> to = first_matrix(c);
  left.rows = to.rows = rows;
  const T* const left_data = left.data;
  const T* const right_data = right.data;
  T* const to_data = to.data;
  // A joined axis is visited once, at its start.
  index_t stack[max_ndim] = {};
  for (std::size_t d = 0; d + 2 < c.ndim; ++d) stack[d] = c.shape[d];
  for (std::size_t k = 0; k < merged; ++k) stack[c.ndim - 3 - k] = stack[c.ndim - 3 - k] > 0;
  stack_walk<3> walk(stack, c.ndim - 2);
  walk.add(a), walk.add(b), walk.add(c);
  for (; walk.more(); walk.advance()) {
    left.data = walk.at(0, left_data);
    right.data = walk.at(1, right_data);
    to.data = walk.at(2, to_data);
    multiply_matrix<T>(left, right, to, false);
  }
}

template <class T>
void multiply_add(const view<const T, 2>& a, const view<const T, 2>& b, const view<T, 2>& c,
                  bool adds) {
  multiply_matrix<T>(first_matrix(stack_of(a)), first_matrix(stack_of(b)),
                     first_matrix(stack_of(c)), adds);
}

#define TESSERA_MULTIPLY(T)                                                                        \
  template void multiply_add<T>(const view<const T, 2>&, const view<const T, 2>&,                  \
                                const view<T, 2>&, bool);                                          \
  template void multiply<T>(const matrix_stack<const T>&, const matrix_stack<const T>&,            \
                            const matrix_stack<T>&);
TESSERA_MULTIPLY(bool)
TESSERA_MULTIPLY(signed char)
TESSERA_MULTIPLY(unsigned char)
TESSERA_MULTIPLY(short)
TESSERA_MULTIPLY(unsigned short)
TESSERA_MULTIPLY(int)
TESSERA_MULTIPLY(unsigned)
TESSERA_MULTIPLY(long)
TESSERA_MULTIPLY(unsigned long)
TESSERA_MULTIPLY(long long)
TESSERA_MULTIPLY(unsigned long long)
TESSERA_MULTIPLY(float)
TESSERA_MULTIPLY(double)
TESSERA_MULTIPLY(std::complex<float>)
TESSERA_MULTIPLY(std::complex<double>)
#undef TESSERA_MULTIPLY

void throw_not_of_three(const index_t* a, std::size_t a_ndim, const index_t* b,
                        std::size_t b_ndim) {
  throw shape_error(fmt::format("cross of shapes {} and {}: the last axis must have 3 elements",
                                tuple_text(a, a_ndim), tuple_text(b, b_ndim)));
}

} // namespace tessera::detail
