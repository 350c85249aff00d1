#include "tables.hpp"

#include "case_file.hpp"

#include <tessera/core/exact_sum.hpp>
#include <tessera/core/types/promotion.hpp>
#include <tessera/core/views/slice.hpp>

#include <cinttypes>
#include <optional>
#include <tuple>

using namespace tessera;

namespace {

using end = std::optional<index_t>;

slice::bound bound(end e) { return e ? slice::bound(*e) : slice::bound(none); }

void print(end e) {
  if (e)
    std::printf("%" PRId64 " ", *e);
  else
    std::printf("None ");
}

void print_selection(end start, end stop, index_t step, index_t n) {
  const auto found = slice(bound(start), bound(stop), step).of(n);
  print(start);
  print(stop);
  std::printf("%" PRId64 " %" PRId64 " %" PRId64 " %" PRId64 "\n", step, n, found.start,
              found.count);
}

std::vector<end> ends() {
  std::vector<end> result{std::nullopt, INT64_MIN, INT64_MAX};
  for (index_t i = -8; i <= 8; ++i) result.emplace_back(i);
  return result;
}

using types = std::tuple<bool, std::int8_t, std::int16_t, std::int32_t, std::int64_t, std::uint8_t,
                         std::uint16_t, std::uint32_t, std::uint64_t, float, double>;

template <class A, class B> void print_pair() {
  std::printf("%c%c%c\n", letter<A>(), letter<B>(), letter<promoted<A, B>>());
}
template <class A, class... B> void print_row(std::tuple<B...>*) { (print_pair<A, B>(), ...); }
template <class... A> void print_rows(std::tuple<A...>* all) { (print_row<A>(all), ...); }

} // namespace

/// start stop step n: first count
int print_slices() {
  for (index_t n = 0; n <= 6; ++n)
    for (const end start : ends())
      for (const end stop : ends())
        for (const index_t step : {index_t{1}, index_t{2}, index_t{3}, index_t{9}, index_t{-1},
                                   index_t{-2}, index_t{-5}, INT64_MAX, INT64_MIN})
          print_selection(start, stop, step, n);
  return 0;
}

/// A pair of types and what they promote to, in letters.
int print_promotion() {
  print_rows(static_cast<types*>(nullptr));
  return 0;
}

int sum_all(const char* cases, const char* results) {
  case_reader in(cases);
  result_writer out(results);
  index_t count = 0;
  while (in.next(count)) {
    const auto values = in.elements<double>();
    exact_sum sum;
    sum.add(values.data(), static_cast<index_t>(values.size()));
    const double total = sum.value();
    const float single = sum.value_as_float();
    out.bytes(&total, sizeof total);
    out.bytes(&single, sizeof single);
  }
  return 0;
}
