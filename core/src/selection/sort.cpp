#include "vectors/all_numbers.hpp"

#include <tessera/core/error.hpp>
#include <tessera/core/memory.hpp>
#include <tessera/core/selection/sort.hpp>

#include <fmt/core.h>

#include <algorithm>
#include <bit>
#include <cstring>

namespace tessera::detail {

namespace {

template <std::size_t Size>
using key_of_size = std::conditional_t<
    Size == 1, std::uint8_t,
    std::conditional_t<Size == 2, std::uint16_t,
                       std::conditional_t<Size == 4, std::uint32_t, std::uint64_t>>>;
template <class T> using key_of = key_of_size<sizeof(T)>;

template <class T>
inline constexpr key_of<T> sign_bit = key_of<T>(key_of<T>{1} << (8 * sizeof(T) - 1));

/// An unsigned integer in the order of the values; NaN comes last. With `Equal`, zeros of both
/// signs have the same.
template <bool Equal, class T> key_of<T> to_key(T value) {
  using key = key_of<T>;
  if constexpr (std::is_floating_point_v<T>) {
    if (value != value) return static_cast<key>(~key{0});
    if (Equal && value == T{}) value = T{};
    const auto bits = std::bit_cast<key>(value);
    const auto negative = static_cast<key>(-(bits >> (8 * sizeof(T) - 1)));
    return bits ^ (negative | sign_bit<T>);
  } else {
    const auto bits = static_cast<key>(value);
    return std::is_signed_v<T> ? static_cast<key>(bits ^ sign_bit<T>) : bits;
  }
}

template <class T> T from_key(key_of<T> key) {
  if constexpr (std::is_floating_point_v<T>) {
    const auto positive = static_cast<key_of<T>>(-(key >> (8 * sizeof(T) - 1)));
    return std::bit_cast<T>(key ^ (static_cast<key_of<T>>(~positive) | sign_bit<T>));
  } else {
    return static_cast<T>(std::is_signed_v<T> ? key ^ sign_bit<T> : key);
  }
}

template <class T> struct keyed {
  key_of<T> key;
  index_t place;
};
template <class T> key_of<T> key_in(const keyed<T>& item) { return item.key; }
std::uint8_t key_in(std::uint8_t item) { return item; }
std::uint16_t key_in(std::uint16_t item) { return item; }
std::uint32_t key_in(std::uint32_t item) { return item; }
std::uint64_t key_in(std::uint64_t item) { return item; }

constexpr std::size_t digit_values = 256;

/// One byte of the key, the least being the first.
template <class Item> std::size_t digit_of(const Item& item, std::size_t digit) {
  return std::size_t{key_in(item)} >> 8 * digit & 0xffU;
}

/// How often each value of each digit occurs.
template <class Item, std::size_t Digits>
void count_digits(const Item* items, index_t n, index_t (&counts)[Digits][digit_values]) {
  for (index_t i = 0; i < n; ++i) {
    auto key = key_in(items[i]);
    for (std::size_t d = 0; d < Digits; ++d) {
      ++counts[d][key & 0xffU];
      if constexpr (Digits > 1) key = static_cast<decltype(key)>(key >> 8U);
    }
  }
}

/// Sorts by one byte of the key after another, the least first; the result is in one of the two
/// arrays.
template <class Item> Item* sort_by_digits(Item* items, Item* spare, index_t n) {
  constexpr std::size_t digits = sizeof(key_in(Item{}));
  index_t counts[digits][digit_values]{};
  count_digits(items, n, counts);
  for (std::size_t d = 0; d < digits; ++d) {
    if (counts[d][digit_of(items[0], d)] == n) continue; // all the same
    index_t place[digit_values];
    index_t next = 0;
    for (std::size_t v = 0; v < digit_values; ++v) {
      place[v] = next;
      next += counts[d][v];
    }
    for (index_t i = 0; i < n; ++i) spare[place[digit_of(items[i], d)]++] = items[i];
    std::swap(items, spare);
  }
  return items;
}

constexpr index_t few = 400; // below this, comparing is faster than counting

template <class Item> void insertion_sort(Item* items, index_t n) {
  for (index_t i = 1; i < n; ++i) {
    const Item item = items[i];
    index_t k = i;
    for (; k > 0 && key_in(item) < key_in(items[k - 1]); --k) items[k] = items[k - 1];
    items[k] = item;
  }
}

} // namespace

template <class T> void sort_adjacent(T* values, index_t n) {
  using key = key_of<T>;
  if (n < 2) return;
  buffer memory(2 * sizeof(key) * static_cast<std::size_t>(n));
  auto* keys = reinterpret_cast<key*>(memory.data());
  for (index_t i = 0; i < n; ++i) keys[i] = to_key<false>(values[i]);
  if (n < few)
    std::sort(keys, keys + n);
  else
    keys = sort_by_digits(keys, keys + n, n);
  for (index_t i = 0; i < n; ++i) values[i] = from_key<T>(keys[i]);
}

template <class T> void argsort_adjacent(const T* values, index_t n, index_t* places) {
  if (n == 0) return;
  buffer memory(2 * sizeof(keyed<T>) * static_cast<std::size_t>(n));
  auto* items = reinterpret_cast<keyed<T>*>(memory.data());
  for (index_t i = 0; i < n; ++i) items[i] = {to_key<true>(values[i]), i};
  if (n <= 24)
    insertion_sort(items, n);
  else if (n < few)
    std::sort(items, items + n, [](const keyed<T>& a, const keyed<T>& b) {
      return a.key < b.key || (a.key == b.key && a.place < b.place);
    });
  else
    items = sort_by_digits(items, items + n, n);
  for (index_t i = 0; i < n; ++i) places[i] = items[i].place;
}

template <class T> void partition_adjacent(T* values, index_t n, index_t k) {
  T* last = values + n;
  if constexpr (std::is_floating_point_v<T>)
    last = std::partition(values, last, [](T x) { return x == x; });
  if (values + k < last) std::nth_element(values, values + k, last);
}

#define TESSERA_INSTANTIATE(T)                                                                     \
  template void sort_adjacent(T*, index_t);                                                        \
  template void argsort_adjacent(const T*, index_t, index_t*);                                     \
  template void partition_adjacent(T*, index_t, index_t);
TESSERA_FOR_ALL_NUMBERS(TESSERA_INSTANTIATE)
#undef TESSERA_INSTANTIATE

index_t checked_kth(index_t k, index_t n) {
  if (k < -n || k >= n)
    throw index_error(fmt::format("there is no element {} among {} along the axis", k, n));
  return k < 0 ? k + n : k;
}

} // namespace tessera::detail
