/// @file
/// Iteration over the first axis of an array.
#pragma once

#include <tessera/core/errors/checks.hpp>
#include <tessera/core/shape.hpp>
#include <tessera/core/types/operand.hpp>

#include <array> // for std::random_access_iterator_tag, too: <iterator> costs more
#include <compare>

namespace tessera {

template <class T, std::size_t N> class view;

/// Runs along the first axis of a view, whose elements must live on; the view itself need not. Of a
/// view of one axis it gives the elements, of others views without the first axis.
///
///     std::sort(a.begin(), a.end());
///     for (auto row : matrix) print(sum(row));
template <class T, std::size_t N> class axis_iterator {
public:
  using value_type = std::conditional_t<N == 1, std::remove_const_t<T>, view<T, N - (N > 1)>>;
  using reference = std::conditional_t<N == 1, T&, view<T, N - (N > 1)>>;
  using pointer = std::conditional_t<N == 1, T*, void>;
  using difference_type = index_t;
  using iterator_concept = std::random_access_iterator_tag;
  using iterator_category =
      std::conditional_t<N == 1, std::random_access_iterator_tag, std::input_iterator_tag>;

  axis_iterator() = default;
  axis_iterator(const view<T, N>& elements, index_t i) : elements_(elements), i_(i) {}
  axis_iterator(const axis_iterator& other) = default;
  axis_iterator& operator=(const axis_iterator& other) {
    // Assigning a view would copy elements.
    elements_.rebind(other.elements_);
    i_ = other.i_;
    return *this;
  }
  ~axis_iterator() = default;

  reference operator*() const { return (*this)[0]; }
  reference operator[](index_t n) const { return at_index(i_ + n); }
  pointer operator->() const requires(N == 1) { return &**this; }

  axis_iterator& operator+=(index_t n) {
    i_ += n;
    return *this;
  }
  axis_iterator& operator-=(index_t n) { return *this += -n; }
  axis_iterator& operator++() { return *this += 1; }
  axis_iterator& operator--() { return *this += -1; }
  axis_iterator operator++(int) {
    const axis_iterator old(*this);
    ++*this;
    return old;
  }
  axis_iterator operator--(int) {
    const axis_iterator old(*this);
    --*this;
    return old;
  }
  friend axis_iterator operator+(axis_iterator it, index_t n) { return it += n; }
  friend axis_iterator operator+(index_t n, axis_iterator it) { return it += n; }
  friend axis_iterator operator-(axis_iterator it, index_t n) { return it -= n; }
  /// Of iterators over the same axis; so are the comparisons.
  friend index_t operator-(const axis_iterator& a, const axis_iterator& b) { return a.i_ - b.i_; }
  friend bool operator==(const axis_iterator& a, const axis_iterator& b) { return a.i_ == b.i_; }
  friend auto operator<=>(const axis_iterator& a, const axis_iterator& b) { return a.i_ <=> b.i_; }

private:
  reference at_index(index_t i) const {
    T* const first = elements_.data() + i * elements_.strides()[0];
    if constexpr (N == 1) {
#ifdef TESSERA_CHECKED
      if (detail::is_marked_and_gone(first)) detail::throw_gone(first, elements_.shape().data(), N);
#endif
      return *first;
    } else {
      shape_t<N - 1> shape;
      shape_t<N - 1> strides;
      for (std::size_t d = 1; d < N; ++d) {
        shape[d - 1] = elements_.shape()[d];
        strides[d - 1] = elements_.strides()[d];
      }
      return {first, shape, strides};
    }
  }

  view<T, N> elements_;
  index_t i_ = 0;
};

} // namespace tessera
