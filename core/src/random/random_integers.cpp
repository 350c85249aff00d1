// Integers, choices and permutations.
#include "random/philox.hpp"
#include "random/random_check.hpp"
#include "random/random_rows.hpp"

#include <tessera/core/algebra/decompose.hpp>
#include <tessera/core/algebra/matmul.hpp>
#include <tessera/core/error.hpp>
#include <tessera/core/memory/checked_vector.hpp>

#include <fmt/core.h>

#include <algorithm>
#include <bit>
#include <limits>
#include <numeric>
#include <utility>

namespace tessera::detail {

namespace {

/// One of 0, ..., count - 1 from a word, all exactly as likely: the upper half of word * count; in
/// the rare cases where that is not decided by the first word, more come from the element's own
/// stream. After D. Lemire, "Fast random integer generation in an interval" (2019).
std::uint64_t below(std::uint64_t count, std::uint64_t word, const draw_position& at,
                    index_t element) {
  if (count == 0) return word;
  auto product = static_cast<unsigned __int128>(word) * count;
  if (static_cast<std::uint64_t>(product) < count) {
    const std::uint64_t threshold = -count % count;
    element_words more(at, element);
    while (static_cast<std::uint64_t>(product) < threshold)
      product = static_cast<unsigned __int128>(more.next()) * count;
  }
  return static_cast<std::uint64_t>(product >> 64U);
}

checked_vector<double> cumulative(const view<const double, 1>& p) {
  checked_vector<double> sums;
  sums.reserve(static_cast<std::size_t>(p.shape(0)));
  double total = 0;
  for (index_t i = 0; i < p.shape(0); ++i) {
    check("choice", p(i) >= 0, "probability", p(i));
    sums.push_back(total += p(i));
  }
  check("choice", total > 1 - 1e-8 && total < 1 + 1e-8, "probabilities that sum to", total);
  for (double& s : sums) s /= total;
  return sums;
}

void choose_weighted(const draw_position& at, const view<const double, 1>& p, index_t* to,
                     index_t count) {
  const checked_vector<double> sums = cumulative(p);
  ndarray<double, 1> u(shape_t<1>{count});
  fill(at, uniform_distribution{0, 1}, u.data(), count);
  for (index_t i = 0; i < count; ++i)
    to[i] = std::upper_bound(sums.begin(), sums.end(), u(i)) - sums.begin();
}

/// The elements whose exponential waiting times are shortest, in that order: as if chosen one by
/// one (P. Efraimidis and P. Spirakis, 2006).
void choose_weighted_once(const draw_position& at, const view<const double, 1>& p, index_t* to,
                          index_t count) {
  cumulative(p);
  const index_t n = p.shape(0);
  checked_vector<double> times(static_cast<std::size_t>(n));
  fill(at, exponential_distribution{1}, times.data(), n);
  checked_vector<index_t> order;
  for (index_t i = 0; i < n; ++i)
    if (p(i) > 0) order.push_back(i);
  if (static_cast<index_t>(order.size()) < count)
    throw argument_error(fmt::format(
        "choice of {} elements without replacement, of which only {} have a probability above zero",
        count, order.size()));
  const auto time = [&](index_t i) { return times[static_cast<std::size_t>(i)] / p(i); };
  std::partial_sort(order.begin(), order.begin() + count, order.end(),
                    [&](index_t i, index_t j) { return time(i) < time(j); });
  std::copy_n(order.begin(), count, to);
}

/// The numbers 0, ..., n - 1 in an array of their own.
class all_numbers {
public:
  explicit all_numbers(index_t n) : numbers_(static_cast<std::size_t>(n)) {
    std::iota(numbers_.begin(), numbers_.end(), index_t{0});
  }
  /// The number at a place, where another one is put.
  index_t replace(index_t place, index_t number) { return std::exchange(at(place), number); }
  index_t operator[](index_t place) { return at(place); }

private:
  index_t& at(index_t place) { return numbers_[static_cast<std::size_t>(place)]; }

  checked_vector<index_t> numbers_;
};

/// The same of which only those are held that are not at their own place: a table of places, in
/// which the search goes on at the next entry where one is taken.
class displaced_numbers {
public:
  /// Has room for so many.
  explicit displaced_numbers(index_t most)
      : table_(std::bit_ceil(2 * static_cast<std::size_t>(most) + 1), entry{-1, 0}) {}

  index_t replace(index_t place, index_t number) {
    entry& found = table_[slot_of(place)];
    const index_t old = found.place < 0 ? place : found.number;
    found = {place, number};
    return old;
  }
  index_t operator[](index_t place) {
    const entry& found = table_[slot_of(place)];
    return found.place < 0 ? place : found.number;
  }

private:
  struct entry {
    index_t place; // -1: free
    index_t number;
  };

  [[nodiscard]] std::size_t slot_of(index_t place) const {
    // A multiple of the golden ratio's fraction spreads neighbours.
    const std::size_t mask = table_.size() - 1;
    std::size_t slot = (static_cast<std::uint64_t>(place) * 0x9e3779b97f4a7c15U >> 32U) & mask;
    while (table_[slot].place >= 0 && table_[slot].place != place) slot = (slot + 1) & mask;
    return slot;
  }

  checked_vector<entry> table_;
};

/// The first elements of a permutation: Fisher and Yates's method, stopped early.
template <class Numbers>
void draw_once(const draw_position& at, index_t n, index_t* to, index_t count, Numbers numbers) {
  for_each_stretch(at, count, [&](const std::uint64_t* words, index_t first, index_t m) {
    for (index_t i = first; i < first + m; ++i) {
      const auto left = static_cast<std::uint64_t>(n - i);
      const auto j = i + static_cast<index_t>(below(left, words[i - first], at, i));
      // Place i is not looked at again.
      to[i] = numbers.replace(j, numbers[i]);
    }
  });
}

/// The same numbers either way; the time and the memory of the second do not grow with n.
void choose_once(const draw_position& at, index_t n, index_t* to, index_t count) {
  constexpr index_t few = 8;
  if (n / few <= count)
    draw_once(at, n, to, count, all_numbers(n));
  else
    draw_once(at, n, to, count, displaced_numbers(count));
}

bool has_weights(const choice_options& options) { return options.p.data() != nullptr; }

} // namespace

void check(const char* distribution, bool good, const char* parameter, double value) {
  if (!good)
    throw argument_error(fmt::format("random: {} with {} {:.6g}", distribution, parameter, value));
}

std::uint64_t count_of_integers(index_t low, index_t high, bool with_end) {
  if (low > high || (low == high && !with_end))
    throw argument_error(
        fmt::format("random: no integers from {} {} {}", low, with_end ? "to" : "to below", high));
  return static_cast<std::uint64_t>(high) - static_cast<std::uint64_t>(low) + (with_end ? 1 : 0);
}

void fill(const draw_position& at, const integer_distribution& d, std::int64_t* to, index_t n) {
  const bool is_small = d.count > 0 && d.count <= std::uint64_t{1} << 32U;
  for_each_stretch(at, n, [&](const std::uint64_t* words, index_t first, index_t m) {
    std::int64_t* const x = to + first;
    // Almost always, all of the stretch are decided by their first words.
    if (!is_small || best_rows().integers(words, m, d.count, x))
      for (index_t i = 0; i < m; ++i)
        x[i] = static_cast<std::int64_t>(below(d.count, words[i], at, first + i));
    for (index_t i = 0; i < m; ++i)
      x[i] = static_cast<std::int64_t>(static_cast<std::uint64_t>(d.low) +
                                       static_cast<std::uint64_t>(x[i]));
  });
}

void fill_swaps(const draw_position& at, index_t* to, index_t n) {
  for_each_stretch(at, n, [&](const std::uint64_t* words, index_t first, index_t m) {
    for (index_t i = first; i < first + m; ++i)
      to[i] =
          static_cast<index_t>(below(static_cast<std::uint64_t>(i) + 1, words[i - first], at, i));
  });
}

void fill_choice(const draw_position& at, index_t n, const choice_options& options, index_t* to,
                 index_t count) {
  if (n < 0 || (n == 0 && count > 0))
    throw argument_error(fmt::format("choice of {} of {} elements", count, n));
  if (has_weights(options) && options.p.shape(0) != n)
    throw shape_error(
        fmt::format("choice of {} elements with {} probabilities", n, options.p.shape(0)));
  if (!options.replace && count > n)
    throw argument_error(fmt::format("choice of {} of {} elements without replacement", count, n));
  if (count == 0) return;
  if (has_weights(options))
    (options.replace ? choose_weighted : choose_weighted_once)(at, options.p, to, count);
  else if (options.replace)
    fill(at, integer_distribution{0, static_cast<std::uint64_t>(n)}, to, count);
  else
    choose_once(at, n, to, count);
}

index_t choice_length(index_t n, index_t count, const choice_options& options) {
  return has_weights(options) && !options.replace ? n : count;
}

} // namespace tessera::detail

namespace tessera {

ndarray<index_t, 1> generator::permutation(index_t n) {
  const ndarray<index_t, 1> partners = swaps(n);
  ndarray<index_t, 1> result(partners.shape());
  std::iota(result.data(), result.data() + n, index_t{0});
  for (index_t i = n - 1; i > 0; --i) std::swap(result(i), result(partners(i)));
  return result;
}

generator generator::spawn() {
  std::uint64_t words[4];
  detail::philox_block(
      {state_.seed, state_.stream},
      {state_.children++, 0, static_cast<std::uint64_t>(detail::block_use::children), 0}, words);
  return generator(words[0], words[1]);
}

ndarray<double, 2> generator::multivariate_normal(const view<const double, 1>& mean,
                                                  const view<const double, 2>& covariance,
                                                  index_t count) {
  const index_t n = mean.shape(0);
  if (covariance.shape() != shape_t<2>{n, n})
    throw shape_error(fmt::format("multivariate_normal of {} means with covariances of shape {}", n,
                                  to_string(covariance.shape())));
  const ndarray<double, 2> factor = linalg::cholesky(covariance);
  ndarray<double, 2> result = matmul(standard_normal(count, n), factor.transpose());
  result += mean;
  return result;
}

} // namespace tessera
