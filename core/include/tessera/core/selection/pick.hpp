/// @file
/// Several subscripts of which one at least is an array: `a(i, j)`, `a(all, j)`, `a(mask, all)`.
#pragma once

#include <tessera/core/selection/take.hpp>

namespace tessera {

namespace detail {

template <class S> inline constexpr bool is_mask_array = false;
template <array_operand S>
inline constexpr bool is_mask_array<S> =
    std::is_same_v<typename std::remove_cvref_t<S>::value_type, bool>;

/// The axes that a subscript stands for, and those that it gives where it is an array of
/// subscripts; a mask stands for as many as it has, and gives one.
template <class S> constexpr std::size_t axes_taken() {
  if constexpr (is_mask_array<S>)
    return std::remove_cvref_t<S>::ndim;
  else
    return std::is_same_v<std::remove_cvref_t<S>, newaxis_t> ? 0 : 1;
}
template <class S> constexpr std::size_t axes_of_places() {
  if constexpr (is_mask_array<S>)
    return 1;
  else if constexpr (array_operand<S>)
    return std::remove_cvref_t<S>::ndim;
  else
    return 0;
}
/// Does it choose places? Beside arrays, integers do.
template <class S>
inline constexpr bool is_picking = array_operand<S> || is_integer<std::remove_cvref_t<S>>;

/// What is chosen: at each place, a part of the array that plain subscripts select. The axes of
/// the places stand before axis `at` of the part.
template <std::size_t R, std::size_t B> struct picked_places {
  shape_t<R> shape;
  shape_t<R> strides;
  shape_t<B> places;
  ndarray<index_t, 1> offsets; ///< of the places, in elements, in row-major order
  std::size_t at;

  [[nodiscard]] shape_t<R + B> whole() const {
    shape_t<R + B> result{};
    for (std::size_t d = 0; d < at; ++d) result[d] = shape[d];
    for (std::size_t d = 0; d < B; ++d) result[at + d] = places[d];
    for (std::size_t d = at; d < R; ++d) result[B + d] = shape[d];
    return result;
  }
};

/// Collects the subscripts of one array, from the first on.
template <std::size_t N, std::size_t R, std::size_t B> class place_collector {
public:
  place_collector(const shape_t<N>& shape, const shape_t<N>& strides, const shape_t<B>& places)
      : shape_(shape), strides_(strides), plain_{shape_.data(), strides_.data(), N,
                                                 result_.shape.data(), result_.strides.data()} {
    result_.places = places;
    result_.offsets = ndarray<index_t, 1>(shape_t<1>{size_of(places)}, index_t{0});
  }

  template <class S> void take(const S& s) {
    if constexpr (is_picking<S>) note_place();
    if constexpr (is_mask_array<S>)
      take_mask(s);
    else if constexpr (array_operand<S>)
      add(ndarray<typename S::value_type, S::ndim>(s));
    else
      plain_.take(s);
    was_picking_ = is_picking<S>;
  }

  /// The part's first element lies `first` elements away.
  picked_places<R, B> finish(index_t& first) {
    while (plain_.axis < N) plain_.take(all);
    first = plain_.first;
    return std::move(result_);
  }

private:
  /// Where the places are: there, if they are beside each other, or else in front.
  void note_place() {
    if (!has_places_) result_.at = plain_.filled;
    if (has_places_ && !was_picking_) result_.at = 0;
    has_places_ = true;
  }

  template <class I, std::size_t K> void add(const ndarray<I, K>& subscripts) {
    static_assert(is_integer<I>, "subscripts are integers, or a mask");
    const std::size_t axis = plain_.axis++;
    ndarray<index_t, K> steps = checked_indices(subscripts, axis, shape_.data(), N);
    steps *= strides_[axis];
    view<index_t, B> offsets(result_.offsets.data(), result_.places);
    offsets.assign(offsets + steps);
  }

  template <class S> void take_mask(const S& mask) {
    constexpr std::size_t K = S::ndim;
    const ndarray<bool, K> chosen(mask);
    shape_t<K> part{};
    for (std::size_t d = 0; d < K; ++d) part[d] = shape_[plain_.axis + d];
    if (chosen.shape() != part) throw_mask_subscript(chosen.shape().data(), K, part.data(), K);
    for (const ndarray<index_t, 1>& places : nonzero(chosen)) add(places);
  }

  const shape_t<N>& shape_;
  const shape_t<N>& strides_;
  picked_places<R, B> result_{};
  partial_selection plain_;
  bool has_places_ = false;
  bool was_picking_ = false;
};

} // namespace detail

/// What `a(i, j)` and the like give: arrays of subscripts are broadcast against each other, and
/// choose a place together; slices and `all` beside them choose parts of each; integers are arrays
/// of one subscript. A mask stands for the subscripts where it is true. As in NumPy, the axes of
/// the places stand where the arrays are, or in front where other subscripts are between them.
///
///     ndarray d = a(i, j);           // a[i[k], j[k]] for each k
///     ndarray columns = a(all, j);
///     a(mask, all) = 0.0;            // rows
///     a(i, j) += 1.0;                // of equal subscripts, the last one counts
template <class T, std::size_t R, std::size_t B> class picked_view : public detail::operand_tag {
public:
  using value_type = std::remove_const_t<T>;
  static constexpr std::size_t ndim = R + B;
  static constexpr bool is_global = false;
  static constexpr bool is_assignable = false; // by `assign(expression)`
  static constexpr bool is_selection = true;

  picked_view(T* first, detail::picked_places<R, B> places)
      : first_(first), places_(std::move(places)) {}
  picked_view(const picked_view&) = default;

  [[nodiscard]] shape_t<ndim> shape() const { return places_.whole(); }
  [[nodiscard]] index_t size() const { return size_of(shape()); }

  [[nodiscard]] ndarray<value_type, ndim> copy() const {
    ndarray<value_type, ndim> result(shape());
    move(result, [](auto&& inside, auto&& outside) { outside = inside; });
    return result;
  }

  /// Assigns elements; the right-hand side broadcasts. Of equal subscripts, the last one counts.
  template <class E>
  requires(local_operand<E> || scalar_operand<E> || std::is_same_v<E, T>) const picked_view&
  operator=(const E& from) const {
    ndarray<value_type, ndim> values(shape());
    values.assign(from);
    move(values, [](auto&& inside, auto&& outside) { inside = outside; });
    return *this;
  }
  const picked_view& operator=(const picked_view& other) const { return *this = other.copy(); }

  template <class E> const picked_view& operator+=(const E& x) const { return *this = copy() + x; }
  template <class E> const picked_view& operator-=(const E& x) const { return *this = copy() - x; }
  template <class E> const picked_view& operator*=(const E& x) const { return *this = copy() * x; }
  template <class E> const picked_view& operator/=(const E& x) const { return *this = copy() / x; }

private:
  /// f(part of the array, part of `values`) at each place: elements, or views.
  template <class F> void move(ndarray<value_type, ndim>& values, F f) const {
    if (values.size() == 0) return;
    shape_t<R> steps{};
    for (std::size_t d = 0; d < R; ++d) steps[d] = values.strides()[d < places_.at ? d : B + d];
    for (index_t k = 0; k < places_.offsets.size(); ++k) {
      T* const inside = first_ + places_.offsets.data()[k];
      value_type* outside = values.data();
      index_t rest = k;
      for (std::size_t d = B; d-- > 0; rest /= places_.places[d])
        outside += rest % places_.places[d] * values.strides()[places_.at + d];
      if constexpr (R == 0) {
        f(*inside, *outside);
      } else {
        f(view<T, R>(inside, places_.shape, places_.strides),
          view<value_type, R>(outside, places_.shape, steps));
      }
    }
  }

  T* first_;
  detail::picked_places<R, B> places_;
};

namespace detail {

template <class T, std::size_t R, std::size_t B> struct operand_traits<picked_view<T, R, B>> {
  static auto capture(const picked_view<T, R, B>& v) {
    return owning_node<ndarray<std::remove_const_t<T>, R + B>>{v.copy()};
  }
};

/// The shape that a subscript gives the places: of a mask, how often it is true.
template <class S> auto shape_of_places(const S& s) {
  if constexpr (is_mask_array<S>)
    return shape_t<1>{static_cast<index_t>(accumulated<sum_accumulator<bool>>(as_node(s)).value())};
  else if constexpr (array_operand<S>)
    return as_node(s).shape();
  else
    return shape_t<0>{};
}

template <class First, class... Rest> auto broadcast_all(const First& first, const Rest&... rest) {
  if constexpr (sizeof...(Rest) == 0)
    return first;
  else
    return broadcast(first, broadcast_all(rest...));
}

/// a(i, j), a(all, j), ...
template <class T, std::size_t N, class... S>
requires(sizeof...(S) > 1) auto subscript_by(const view<T, N>& elements, const S&... subscripts) {
  constexpr std::size_t taken = (axes_taken<S>() + ...);
  static_assert(taken <= N, "more subscripts than axes");
  constexpr std::size_t plain = ((is_picking<S> ? 0 : 1) + ...);
  constexpr std::size_t R = plain + N - taken;
  constexpr std::size_t B = largest({axes_of_places<S>()...});
  const shape_t<B> places = broadcast_all(shape_of_places(subscripts)...);
  place_collector<N, R, B> collect(elements.shape(), elements.strides(), places);
  (collect.take(subscripts), ...);
  index_t first = 0;
  auto found = collect.finish(first);
  return picked_view<T, R, B>(further(elements.data(), first), std::move(found));
}

} // namespace detail

} // namespace tessera
