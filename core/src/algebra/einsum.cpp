#include <tessera/core/algebra/einsum.hpp>

#include "algebra/add_product.hpp"
#include "algebra/named_array.hpp"

#include <tessera/core/algebra/matmul.hpp>
#include <tessera/core/complex.hpp>
#include <tessera/core/reductions/panels.hpp>

#include <utility>

namespace tessera::detail {

namespace {

/// All products, without a sum.
template <class T>
void multiply_places(const named_array<T>& a, const named_array<T>& b, const named_axes& axes,
                     T* to) {
  named_axes left = strides_in(axes, a.axes);
  named_axes right = strides_in(axes, b.axes);
  const named_axis x = take_last(left);
  const named_axis y = take_last(right);
  for_places(left, right, [&](index_t l, index_t r) {
    for (index_t i = 0; i < x.size; ++i) {
      T product{};
      add_product(product, a.data[l + i * x.stride], b.data[r + i * y.stride]);
      *to++ = product;
    }
  });
}

/// Of each place of the batch, one sum of products.
template <class T>
void sum_of_lines(const named_array<T>& a, const named_array<T>& b, const product_axes& axes,
                  T* to) {
  named_axes left = strides_in(axes.summed, a.axes);
  named_axes right = strides_in(axes.summed, b.axes);
  const named_axis x = take_last(left);
  const named_axis y = take_last(right);
  for_places(strides_in(axes.batch, a.axes), strides_in(axes.batch, b.axes),
             [&](index_t first, index_t other) {
               T sum{};
               for_places(left, right, [&](index_t l, index_t r) {
                 for (index_t i = 0; i < x.size; ++i)
                   add_product(sum, a.data[first + l + i * x.stride],
                               b.data[other + r + i * y.stride]);
               });
               *to++ = sum;
             });
}

/// A stack of matrices: the axes of the batch, then those of rows and columns joined.
template <class T> class stacked {
public:
  stacked(const named_array<T>& a, const named_axes& batch, const named_axes& rows,
          const named_axes& columns) {
    const index_t row_step = joined_stride(strides_in(rows, a.axes));
    const index_t column_step = joined_stride(strides_in(columns, a.axes));
    if (row_step >= 0 && column_step >= 0) {
      fill(a, batch, rows, columns, row_step, column_step);
    } else {
      copy_ = reordered(a, joined_lists(batch, rows, columns));
      fill(copy_, batch, rows, columns, size_of_axes(columns), 1);
    }
  }
  stacked(const stacked&) = delete;
  stacked& operator=(const stacked&) = delete;

  [[nodiscard]] matrix_stack<const T> get() const {
    return {data_, shape_.size(), shape_.data(), strides_.data()};
  }

private:
  void fill(const named_array<T>& from, const named_axes& batch, const named_axes& rows,
            const named_axes& columns, index_t row_step, index_t column_step) {
    data_ = from.data;
    for (const named_axis& axis : strides_in(batch, from.axes)) {
      shape_.push_back(axis.size);
      strides_.push_back(axis.stride);
    }
    shape_.insert(shape_.end(), {size_of_axes(rows), size_of_axes(columns)});
    strides_.insert(strides_.end(), {row_step, column_step});
  }

  named_array<T> copy_;
  const T* data_ = nullptr;
  std::vector<index_t> shape_;
  std::vector<index_t> strides_;
};

template <class T>
named_array<T> product_of(const named_array<T>& a, const named_array<T>& b,
                          const product_axes& axes) {
  auto result = named_array<T>::packed_over(joined_lists(axes.batch, axes.left, axes.right));
  T* const to = result.memory.data();
  if (axes.summed.empty()) {
    multiply_places(a, b, result.axes, to);
  } else if (axes.left.empty() && axes.right.empty()) {
    sum_of_lines(a, b, axes, to);
  } else {
    const stacked<T> left(a, axes.batch, axes.left, axes.summed);
    const stacked<T> right(b, axes.batch, axes.summed, axes.right);
    const stacked<T> place(result, axes.batch, axes.left, axes.right);
    const matrix_stack<const T> c = place.get();
    multiply<T>(left.get(), right.get(), {to, c.ndim, c.shape, c.strides});
  }
  return result;
}

/// Exact sums of real numbers over the axes behind the first `kept`.
template <class R>
void sum_exactly(const R* data, const named_axes& axes, std::size_t kept, R* results) {
  std::vector<index_t> shape;
  std::vector<index_t> strides;
  for (const named_axis& axis : axes) {
    shape.push_back(axis.size);
    strides.push_back(axis.stride);
  }
  const array_node<R, 1> node{view<R, 1>(const_cast<R*>(data), {0})};
  loop_operand leaf{reinterpret_cast<std::byte*>(const_cast<R*>(data)), sizeof(R), strides.data()};
  panel_source source{kept,  axes.size() - kept, shape.data(), &leaf, 1, row_assignment<R>(node),
                      &node, sizeof(R),          true};
  sum_panels<R>(source, results);
}

template <class T>
void sum_one_by_one(const T* data, named_axes axes, std::size_t kept, T* results) {
  const named_axes outer(axes.begin(), axes.begin() + static_cast<std::ptrdiff_t>(kept));
  const named_axes inner(axes.begin() + static_cast<std::ptrdiff_t>(kept), axes.end());
  for_places(outer, outer, [&](index_t first, index_t) {
    T sum{};
    for_places(inner, inner,
               [&](index_t at, index_t) { add_product(sum, data[first + at], T{1}); });
    *results++ = sum;
  });
}

/// The parts of a complex number, one after another, as real arrays.
template <class T>
void sum_of_parts(const T* data, named_axes axes, std::size_t kept, T* results, index_t count) {
  using part = typename T::value_type;
  for (named_axis& axis : axes) axis.stride *= 2;
  ndarray<part, 2> sums(shape_t<2>{2, count});
  for (index_t k = 0; k < 2; ++k)
    sum_exactly(reinterpret_cast<const part*>(data) + k, axes, kept, sums.data() + k * count);
  for (index_t i = 0; i < count; ++i) results[i] = T(sums(0, i), sums(1, i));
}

/// Sums over the axes that no other array has, nor the result.
template <class T, class Needed>
named_array<T> without_own(const named_array<T>& a, Needed needed) {
  named_axes kept;
  named_axes own;
  for (const named_axis& axis : a.axes) (needed(axis.name) ? kept : own).push_back(axis);
  auto result = named_array<T>::packed_over(kept);
  const named_axes all = joined_lists(kept, own, {});
  T* const to = result.memory.data();
  if (result.memory.size() == 0) return result;
  if constexpr (is_complex<T>)
    sum_of_parts(a.data, all, kept.size(), to, result.memory.size());
  else if constexpr (std::is_floating_point_v<T>)
    sum_exactly(a.data, all, kept.size(), to);
  else
    sum_one_by_one(a.data, all, kept.size(), to);
  return result;
}

/// The arrays that are still to be multiplied.
template <class T> class contraction {
public:
  contraction(const einsum_operand<T>* operands, std::size_t count, const axis_labels& result)
      : result_(result) {
    std::vector<einsum_shape> shapes;
    for (std::size_t k = 0; k < count; ++k) shapes.push_back(operands[k].axes);
    const sizes_by_name sizes(shapes.data(), count);
    for (std::size_t k = 0; k < count; ++k) {
      named_array<T> next;
      next.data = operands[k].data;
      next.axes = axes_of_operand(operands[k].axes, sizes);
      arrays_.push_back(std::move(next));
    }
    for (std::size_t k = 0; k < count; ++k) sum_alone(k);
  }

  const named_array<T>& run() {
    while (arrays_.size() > 1) multiply_best();
    return arrays_.front();
  }

private:
  [[nodiscard]] bool is_needed(axis_label name, std::size_t k, std::size_t other) const {
    if (result_.count(name) > 0) return true;
    for (std::size_t i = 0; i < arrays_.size(); ++i)
      if (i != k && i != other && has_axis(arrays_[i].axes, name)) return true;
    return false;
  }

  void sum_alone(std::size_t k) {
    const auto needed = [&](axis_label name) { return is_needed(name, k, k); };
    for (const named_axis& axis : arrays_[k].axes)
      if (!needed(axis.name)) {
        arrays_[k] = without_own(arrays_[k], needed);
        return;
      }
  }

  [[nodiscard]] product_axes axes_of(std::size_t k, std::size_t other) const {
    return {arrays_[k].axes, arrays_[other].axes, result_,
            [&](axis_label name) { return is_needed(name, k, other); }};
  }

  /// Those two whose product has least more elements than they have.
  void multiply_best() {
    std::size_t left = 0;
    std::size_t right = 1;
    double least = 0.0;
    for (std::size_t k = 0; k < arrays_.size(); ++k)
      for (std::size_t other = k + 1; other < arrays_.size(); ++other) {
        const double cost = growth(k, other);
        if ((k == 0 && other == 1) || cost < least) left = k, right = other, least = cost;
      }
    named_array<T> product = product_of(arrays_[left], arrays_[right], axes_of(left, right));
    arrays_[left] = std::move(product);
    arrays_.erase(arrays_.begin() + static_cast<std::ptrdiff_t>(right));
  }

  [[nodiscard]] double growth(std::size_t k, std::size_t other) const {
    const product_axes axes = axes_of(k, other);
    return static_cast<double>(size_of_axes(joined_lists(axes.batch, axes.left, axes.right))) -
           static_cast<double>(size_of_axes(arrays_[k].axes)) -
           static_cast<double>(size_of_axes(arrays_[other].axes));
  }

  const axis_labels& result_;
  std::vector<named_array<T>> arrays_;
};

} // namespace

template <class T>
void contract(const einsum_operand<T>* operands, std::size_t count, const axis_labels& result,
              const index_t* shape, T* to) {
  contraction<T> all(operands, count, result);
  const named_array<T>& last = all.run();
  named_axes axes;
  for (std::size_t d = 0; d < result.ndim; ++d) axes.push_back({result.names[d], shape[d], 0});
  copy_in_order(last, axes, to);
}

#define TESSERA_CONTRACT(T)                                                                        \
  template void contract<T>(const einsum_operand<T>*, std::size_t, const axis_labels&,             \
                            const index_t*, T*);
TESSERA_CONTRACT(bool)
TESSERA_CONTRACT(signed char)
TESSERA_CONTRACT(unsigned char)
TESSERA_CONTRACT(short)
TESSERA_CONTRACT(unsigned short)
TESSERA_CONTRACT(int)
TESSERA_CONTRACT(unsigned)
TESSERA_CONTRACT(long)
TESSERA_CONTRACT(unsigned long)
TESSERA_CONTRACT(long long)
TESSERA_CONTRACT(unsigned long long)
TESSERA_CONTRACT(float)
TESSERA_CONTRACT(double)
TESSERA_CONTRACT(std::complex<float>)
TESSERA_CONTRACT(std::complex<double>)
#undef TESSERA_CONTRACT

} // namespace tessera::detail
