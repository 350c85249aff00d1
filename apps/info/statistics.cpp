#include "statistics.hpp"

#include "../support/element_type.hpp"

#include <tessera/core/types/number_text.hpp>
#include <tessera/distributed/reduce.hpp>

#include <algorithm>
#include <utility>

namespace info {

using namespace tessera;

namespace {

/// A bool in a file may be any byte.
template <class T> using readable = std::conditional_t<std::is_same_v<T, bool>, std::uint8_t, T>;

} // namespace

statistics::statistics(std::string dtype) : dtype_(std::move(dtype)) {
  reals_ = {std::numeric_limits<double>::infinity(), -std::numeric_limits<double>::infinity()};
  apps::with_element_type(dtype_, [&]<class T>(std::type_identity<T>) {
    kind_ = std::is_floating_point_v<T> ? 'f' : std::is_signed_v<T> ? 'i' : 'u';
  });
}

void statistics::add(const void* elements, index_t count) {
  apps::with_element_type(dtype_, [&]<class T>(std::type_identity<T>) {
    add_typed(static_cast<const readable<T>*>(elements), count);
  });
}

template <class T> void statistics::add_typed(const T* elements, index_t count) {
  constexpr index_t at_once = 1024;
  double values[at_once];
  for (index_t first = 0; first < count; first += at_once) {
    index_t numbers = 0;
    const index_t end = std::min(count, first + at_once);
    for (index_t i = first; i < end; ++i) {
      const T value = elements[i];
      if constexpr (std::is_floating_point_v<T>) {
        if (value != value) continue;
        note(reals_, static_cast<double>(value));
      } else if constexpr (std::is_signed_v<T>) {
        note(integers_, static_cast<std::int64_t>(value));
      } else {
        note(counts_, static_cast<std::uint64_t>(value));
      }
      values[numbers++] = static_cast<double>(value);
    }
    sum_.add(values, numbers);
    count_ += numbers;
    nan_ += end - first - numbers;
  }
}

std::optional<summary> statistics::result(const communicator& world) const {
  if (!is_possible()) return std::nullopt;
  const auto of_all = [&](const auto& mine) {
    return std::pair(allreduce_min(world, mine.low), allreduce_max(world, mine.high));
  };
  const auto integers = of_all(integers_);
  const auto counts = of_all(counts_);
  const auto reals = of_all(reals_);
  exact_sum sum = sum_;
  detail::merge(world, sum);
  const index_t count = allreduce_sum(world, count_);
  summary found{"-", "-", "-", allreduce_sum(world, nan_)};
  if (count == 0) return found;
  const auto show = [&](const auto& pair) {
    found.min = detail::number_text(pair.first);
    found.max = detail::number_text(pair.second);
  };
  if (kind_ == 'i') show(integers);
  if (kind_ == 'u') show(counts);
  if (kind_ == 'f') show(reals);
  found.mean = detail::number_text(sum.value() / static_cast<double>(count));
  return found;
}

} // namespace info
