#include <tessera/core/error.hpp>
#include <tessera/core/shapes/repeat.hpp>

#include <fmt/core.h>

namespace tessera::detail {

index_t shift_within(index_t shift, index_t n) {
  if (n == 0) return 0;
  const index_t rest = shift % n;
  return rest < 0 ? rest + n : rest;
}

index_t total_of_counts(const index_t* counts, index_t size, index_t n) {
  if (size != n) throw shape_error(fmt::format("{} counts for an axis of {} elements", size, n));
  index_t total = 0;
  for (index_t i = 0; i < size; ++i)
    if (counts[i] < 0 || __builtin_add_overflow(total, counts[i], &total))
      throw_negative_count(counts[i]);
  return total;
}

void throw_negative_count(index_t count) {
  throw argument_error(fmt::format("elements cannot be repeated {} times", count));
}

} // namespace tessera::detail
