#include <tessera/core/selection/distinct.hpp>

#include "selection/order_keys.hpp"
#include "vectors/all_numbers.hpp"

#include <algorithm>
#include <array>
#include <memory>
#include <vector>

namespace tessera::detail {

namespace {

constexpr std::size_t slot_bits = 13;
constexpr std::size_t slot_count = std::size_t{1} << slot_bits;
constexpr index_t most_distinct =
    index_t{slot_count} / 4; // beyond, slots would be searched for long
constexpr index_t table_pays = 512;

/// A hash table of keys in the cache nearest to the processor.
template <class Key> class key_table {
public:
  /// The number of a key in the order of appearance; `most_distinct` for one too many.
  index_t number_of(Key key) {
    std::size_t at = start(key);
    while (numbers_[at] != 0 && keys_[at] != key) at = (at + 1) % slot_count;
    if (numbers_[at] == 0) {
      if (size_ == most_distinct) return most_distinct;
      keys_[at] = key;
      numbers_[at] = static_cast<std::uint16_t>(++size_);
    }
    return index_t{numbers_[at]} - 1;
  }
  [[nodiscard]] index_t size() const { return size_; }

private:
  static std::size_t start(Key key) {
    return (std::uint64_t{key} * 0x9e3779b97f4a7c15U) >> (64 - slot_bits);
  }
  std::array<Key, slot_count> keys_{};
  std::array<std::uint16_t, slot_count> numbers_{}; // from 1 on
  index_t size_ = 0;
};

/// The different elements in the order of appearance.
template <class Key> struct few_distinct {
  key_table<Key> table;
  std::array<Key, most_distinct> keys{};
  std::array<index_t, most_distinct> firsts{};
  std::array<index_t, most_distinct> counts{};

  /// False where they are too many.
  template <class T> bool find(const T* values, index_t n, index_t* numbers) {
    for (index_t i = 0; i < n; ++i) {
      const Key key = to_key(values[i]);
      const index_t known = table.size();
      const index_t number = table.number_of(key);
      if (number == most_distinct) return false;
      const auto k = static_cast<std::size_t>(number);
      if (number == known) {
        keys[k] = key;
        firsts[k] = i;
      }
      ++counts[k];
      if (numbers != nullptr) numbers[i] = number;
    }
    return true;
  }
  /// Their numbers, sorted by key.
  [[nodiscard]] std::vector<std::size_t> sorted() const {
    std::vector<std::size_t> order(static_cast<std::size_t>(table.size()));
    for (std::size_t k = 0; k < order.size(); ++k) order[k] = k;
    std::sort(order.begin(), order.end(),
              [this](std::size_t a, std::size_t b) { return keys[a] < keys[b]; });
    return order;
  }
};

} // namespace

template <class T>
bool find_few_distinct(const T* values, index_t n, bool with_inverse, distinct_places& result) {
  if (n < table_pays) return false;
  const auto found = std::make_unique<few_distinct<key_of<T>>>();
  ndarray<index_t, 1> numbers(shape_t<1>{with_inverse ? n : 0});
  if (!found->find(values, n, with_inverse ? numbers.data() : nullptr)) return false;
  const std::vector<std::size_t> order = found->sorted();
  const shape_t<1> shape{static_cast<index_t>(order.size())};
  result.firsts = ndarray<index_t, 1>(shape);
  result.counts = ndarray<index_t, 1>(shape);
  std::vector<index_t> places(order.size());
  for (std::size_t k = 0; k < order.size(); ++k) {
    result.firsts.data()[k] = found->firsts[order[k]];
    result.counts.data()[k] = found->counts[order[k]];
    places[order[k]] = static_cast<index_t>(k);
  }
  for (index_t i = 0; i < numbers.size(); ++i)
    numbers.data()[i] = places[static_cast<std::size_t>(numbers.data()[i])];
  result.inverse = std::move(numbers);
  return true;
}

#define TESSERA_INSTANTIATE(T)                                                                     \
  template bool find_few_distinct(const T*, index_t, bool, distinct_places&);
TESSERA_FOR_ALL_NUMBERS(TESSERA_INSTANTIATE)
#undef TESSERA_INSTANTIATE

} // namespace tessera::detail
