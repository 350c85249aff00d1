#include "blocks/boundary_rows.hpp"

#include <cstdint>
#include <cstring>
#include <type_traits>

namespace tessera::detail {

namespace {

/// Integers wrap around: what is beyond the type is no error here.
template <class T> using wide = std::conditional_t<std::is_integral_v<T>, std::uint64_t, T>;

/// Calls f with the bytes from the row's first cell to every number.
template <class T, class F>
void for_each_number(index_t step, index_t n, index_t components, const F& f) {
  constexpr index_t bytes = sizeof(T);
  if (step == components * bytes) { // nothing between them: vectors
    for (index_t i = 0; i < n * components; ++i) f(i * bytes);
  } else {
    for (index_t i = 0; i < n; ++i)
      for (index_t c = 0; c < components; ++c) f(i * step + c * bytes);
  }
}

template <class T> T& number_at(std::byte* bytes) { return *reinterpret_cast<T*>(bytes); }

template <class T>
void negate_row(std::byte* cells, index_t step, index_t n, const edge_parameters& with) {
  std::byte* const from = cells + with.from[0];
  for_each_number<T>(step, n, with.components, [=](index_t at) {
    number_at<T>(cells + at) = static_cast<T>(-static_cast<wide<T>>(number_at<T>(from + at)));
  });
}

template <class T>
void extrapolate_row(std::byte* cells, index_t step, index_t n, const edge_parameters& with) {
  const auto factor = static_cast<wide<T>>(with.factor);
  std::byte* const last = cells + with.from[0];
  std::byte* const next = cells + with.from[1];
  for_each_number<T>(step, n, with.components, [=](index_t at) {
    const auto a = static_cast<wide<T>>(number_at<T>(last + at));
    const auto b = static_cast<wide<T>>(number_at<T>(next + at));
    number_at<T>(cells + at) = static_cast<T>(a + factor * (a - b));
  });
}

/// Bytes of an element; 0: only known when it runs.
template <std::size_t Bytes>
void copy_row(std::byte* cells, index_t step, index_t n, const edge_parameters& with) {
  const auto bytes = Bytes > 0 ? Bytes : static_cast<std::size_t>(with.itemsize);
  const std::byte* const from = cells + with.from[0];
  if (step == with.itemsize) {
    std::memcpy(cells, from, bytes * static_cast<std::size_t>(n));
    return;
  }
  for (index_t i = 0; i < n; ++i) std::memcpy(cells + i * step, from + i * step, bytes);
}

template <class T> constexpr edge_rows rows_of{&negate_row<T>, &extrapolate_row<T>};

} // namespace

edge_rows edge_rows_for(const number_layout& format) {
  if (format.is == number_layout::family::floating)
    return format.bytes == 4 ? rows_of<float> : rows_of<double>;
  switch (format.bytes) {
  case 1: return rows_of<std::uint8_t>;
  case 2: return rows_of<std::uint16_t>;
  case 4: return rows_of<std::uint32_t>;
  default: return rows_of<std::uint64_t>;
  }
}

edge_row copying_row(index_t itemsize) {
  switch (itemsize) {
  case 4: return &copy_row<4>;
  case 8: return &copy_row<8>;
  default: return &copy_row<0>;
  }
}

void repeat_value(std::byte* cells, index_t step, index_t n, const edge_parameters& with) {
  const auto bytes = static_cast<std::size_t>(with.itemsize);
  for (index_t i = 0; i < n; ++i) std::memcpy(cells + i * step, with.value, bytes);
}

} // namespace tessera::detail
