#include "selection/order_keys.hpp"
#include "selection/vector_sort.hpp"
#include "vectors/all_numbers.hpp"

#include <tessera/core/memory.hpp>
#include <tessera/core/selection/sort.hpp>

#include <algorithm>
#include <limits>
#include <utility>

namespace tessera::detail {

namespace {

constexpr std::size_t digit_values = 256;
constexpr index_t few_places = 24;      // are inserted one by one
constexpr index_t counting_pays = 400;  // below this, comparing is faster
constexpr std::size_t cheap_digits = 3; // more are dearer than comparing by vector instructions

/// How often each value of each digit, a byte of the keys, occurs; the least comes first.
template <class T> class digit_counts {
public:
  digit_counts(const keyed<T>* items, index_t n) {
    for (index_t i = 0; i < n; ++i)
      for (std::size_t d = 0; d < sizeof(T); ++d) ++counts_[d][digit(items[i], d)];
    for (std::size_t d = 0; d < sizeof(T); ++d)
      if (counts_[d][digit(items[0], d)] != n) differing_[differing_count_++] = d;
  }
  /// Digits that are not the same everywhere.
  [[nodiscard]] std::size_t differing() const { return differing_count_; }

  /// Sorts by one of them after another; the result is in one of the two arrays.
  keyed<T>* sort(keyed<T>* items, keyed<T>* spare, index_t n) const {
    for (std::size_t k = 0; k < differing_count_; ++k) {
      const std::size_t d = differing_[k];
      index_t place[digit_values];
      index_t next = 0;
      for (std::size_t v = 0; v < digit_values; ++v)
        place[v] = std::exchange(next, next + counts_[d][v]);
      for (index_t i = 0; i < n; ++i) spare[place[digit(items[i], d)]++] = items[i];
      std::swap(items, spare);
    }
    return items;
  }

private:
  static std::size_t digit(const keyed<T>& item, std::size_t d) {
    return std::size_t{item.key} >> 8 * d & 0xffU;
  }

  index_t counts_[sizeof(T)][digit_values]{};
  std::size_t differing_[sizeof(T)]{};
  std::size_t differing_count_ = 0;
};

template <class T> void insert_one_by_one(keyed<T>* items, index_t n) {
  for (index_t i = 1; i < n; ++i) {
    const keyed<T> item = items[i];
    index_t k = i;
    for (; k > 0 && item.key < items[k - 1].key; --k) items[k] = items[k - 1];
    items[k] = item;
  }
}

template <class T> void fill_keyed(const T* values, index_t n, keyed<T>* items) {
  for (index_t i = 0; i < n; ++i) items[i] = {i, to_key(values[i])};
}
template <class Item> void store_places(const Item* items, index_t n, index_t* places) {
  for (index_t i = 0; i < n; ++i) places[i] = items[i].place;
}

template <class T> void sort_few(const T* values, index_t n, index_t* places) {
  keyed<T> items[counting_pays];
  fill_keyed(values, n, items);
  if (n <= few_places)
    insert_one_by_one(items, n);
  else
    std::sort(items, items + n, [](const keyed<T>& a, const keyed<T>& b) {
      return a.key < b.key || (a.key == b.key && a.place < b.place);
    });
  store_places(items, n, places);
}

/// Keys of four bytes and their places, as numbers of eight.
template <class T> void sort_packed(const T* values, index_t n, index_t* places) {
  auto* packed = reinterpret_cast<unsigned long*>(places);
  for (index_t i = 0; i < n; ++i)
    packed[i] = std::uint64_t{to_key(values[i])} << 32U | static_cast<std::uint64_t>(i);
  vector_sort(packed, n);
  for (index_t i = 0; i < n; ++i) places[i] = static_cast<index_t>(packed[i] & 0xffffffffU);
}

template <class T> void sort_many(const T* values, index_t n, index_t* places) {
  const buffer memory(sizeof(keyed<T>) * static_cast<std::size_t>(n));
  auto* items = reinterpret_cast<keyed<T>*>(memory.data());
  fill_keyed(values, n, items);
  const digit_counts<T> digits(items, n);
  if (sizeof(T) == 8 && digits.differing() > cheap_digits) {
    vector_sort(reinterpret_cast<double_word*>(items), n);
    return store_places(items, n, places);
  }
  const buffer spare(memory.capacity());
  store_places(digits.sort(items, reinterpret_cast<keyed<T>*>(spare.data()), n), n, places);
}

} // namespace

template <class T> void argsort_adjacent(const T* values, index_t n, index_t* places) {
  if (n == 0) return;
  if (n < counting_pays) return sort_few(values, n, places);
  if constexpr (sizeof(T) == 4)
    if (n <= index_t{std::numeric_limits<std::uint32_t>::max()})
      return sort_packed(values, n, places);
  sort_many(values, n, places);
}

#define TESSERA_INSTANTIATE(T) template void argsort_adjacent(const T*, index_t, index_t*);
TESSERA_FOR_ALL_NUMBERS(TESSERA_INSTANTIATE)
#undef TESSERA_INSTANTIATE

} // namespace tessera::detail
