/// @file
/// An element and its neighbours, as stencil kernels see them.
#pragma once

#include <tessera/core/shape.hpp>
#include <tessera/core/views/subscript.hpp>
#include <tessera/distributed/distribution/halo.hpp>

#include <utility>

namespace tessera {

namespace detail {

/// How to get from an element to its neighbours, and how far.
template <std::size_t N> struct neighbourhood {
  shape_t<N> strides{};
  halo<N> reach;
};

/// How far a kernel reads along one axis: from -lower to upper.
struct read_range {
  index_t lower = 0;
  index_t upper = 0;
};

/// What a kernel read around its cell.
template <std::size_t N> struct reach_record {
  read_range along[N]{};
  bool is_beyond = false; ///< the reach that it was given
  bool is_beyond_1 = false;
  bool is_beyond_2 = false;
  bool is_beyond_4 = false;
  bool is_even_neighbour = false; ///< one whose offsets add up to an even number, as on a colour

  /// Notes one element; is it within the reach?
  template <class... Offset> bool take(const halo<N>& reach, Offset... offset) {
    bool is_within = true;
    is_even_neighbour |= ((offset + ...) & 1) == 0 && ((offset != 0) || ...);
    std::size_t d = 0;
    ((is_within = take_along(d, offset, reach.lower[d], reach.upper[d]) & is_within, ++d), ...);
    is_beyond |= !is_within;
    return is_within;
  }

private:
  bool take_along(std::size_t d, index_t offset, index_t lower, index_t upper) {
    along[d].lower = -offset > along[d].lower ? -offset : along[d].lower;
    along[d].upper = offset > along[d].upper ? offset : along[d].upper;
    is_beyond_1 |= offset > 1 || offset < -1;
    is_beyond_2 |= offset > 2 || offset < -2;
    is_beyond_4 |= offset > 4 || offset < -4;
    return offset >= -lower && offset <= upper;
  }
};

} // namespace detail

/// An element and its neighbours, as a stencil kernel sees them: `c(0, 0)` is the element itself,
/// `c(-1, 0)` the one before it along the first axis. Offsets reach as far as the halo; what lies
/// beyond is never read, but an error on all ranks. All members are local.
template <class T, std::size_t N> class stencil_point {
public:
  /// `row`: steps along the first of several axes from `center` to the element. Elements that start
  /// from one center name their common neighbours alike, so the compiler reads those once.
  /// `record`: takes note of what is read, and keeps reading within the reach.
  stencil_point(const T* center, const detail::neighbourhood<N>& around, index_t row = 0,
                detail::reach_record<N>* record = nullptr)
      : center_(center), around_(around), row_(row), record_(record) {}

  /// The value at an offset from the element, by axis: `c(-1, 0)`.
  template <class... Offset>
  requires(sizeof...(Offset) == N && (detail::is_integer<Offset> && ...)) T
  operator()(Offset... offset) const {
    if (__builtin_expect(record_ != nullptr, 0)) return recorded(static_cast<index_t>(offset)...);
    return element(static_cast<index_t>(offset)...);
  }

private:
  template <class... Offset> [[gnu::cold]] T recorded(Offset... offset) const {
    return record_->take(around_.reach, offset...) ? element(offset...) : *center_;
  }
  template <class... Offset> T element(Offset... offset) const {
    std::size_t d = 0;
    index_t at = 0;
    // The last axis is contiguous; the compiler must see that to vectorise.
    ((at += (offset + (d == 0 && N > 1 ? row_ : 0)) * (d + 1 == N ? 1 : around_.strides[d]), ++d),
     ...);
    return center_[at];
  }

  const T* center_;
  const detail::neighbourhood<N>& around_;
  index_t row_;
  detail::reach_record<N>* record_;
};

namespace detail {

/// The value at the element itself.
template <class T, std::size_t N> T center_of(const stencil_point<T, N>& point) {
  return [&]<std::size_t... D>(std::index_sequence<D...>) {
    return point(static_cast<index_t>(0 * D)...);
  }
  (std::make_index_sequence<N>());
}

} // namespace detail

} // namespace tessera
