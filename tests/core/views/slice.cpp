#include "message_of.hpp"

#include <tessera/core/error.hpp>
#include <tessera/core/views/slice.hpp>

#include <optional>
#include <string>
#include <vector>

using namespace tessera;

namespace {

using end = std::optional<index_t>;

slice::bound as_bound(end e) { return e ? slice::bound(*e) : slice::bound(none); }

std::vector<index_t> selected(const slice& s, index_t n) {
  const slice::selection found = s.of(n);
  std::vector<index_t> elements;
  for (index_t k = 0; k < found.count; ++k) elements.push_back(found.start + k * found.step);
  return elements;
}

/// PySlice_AdjustIndices of CPython: moves one end into the axis.
index_t adjusted(index_t value, index_t n, index_t step) {
  if (value < 0) {
    value += n;
    return value < 0 ? (step < 0 ? -1 : 0) : value;
  }
  return value >= n ? (step < 0 ? n - 1 : n) : value;
}

/// list(range(n))[start:stop:step], walked one by one.
std::vector<index_t> as_in_python(end start, end stop, index_t step, index_t n) {
  const index_t first = start ? adjusted(*start, n, step) : (step < 0 ? n - 1 : 0);
  const index_t last = stop ? adjusted(*stop, n, step) : (step < 0 ? -1 : n);
  std::vector<index_t> elements;
  for (index_t i = first; step > 0 ? i < last : i > last; i += step) elements.push_back(i);
  return elements;
}

std::vector<end> ends_up_to(index_t most) {
  std::vector<end> ends{std::nullopt};
  for (index_t i = -most; i <= most; ++i) ends.emplace_back(i);
  return ends;
}

/// slice(start, stop, step).indices(n) and the count, as printed by Python 3.11.
struct python_slice {
  end start, stop;
  index_t step, n;
  index_t first, count;
};

constexpr end absent = std::nullopt;
constexpr index_t most = INT64_MAX;
constexpr index_t least = INT64_MIN;

// clang-format off
const python_slice from_python[] = {
#include "slice_table.inc"
};
// clang-format on

} // namespace

TEST(slice, selects_what_python_selects) {
  for (index_t n = 0; n <= 6; ++n)
    for (const end start : ends_up_to(8))
      for (const end stop : ends_up_to(8))
        for (const index_t step : {1, 2, 3, 7, -1, -2, -3, -7})
          ASSERT_EQ(selected(slice(as_bound(start), as_bound(stop), step), n),
                    as_in_python(start, stop, step, n))
              << "n " << n << ", start " << start.value_or(999) << ", stop " << stop.value_or(999)
              << ", step " << step;
}

TEST(slice, agrees_with_a_table_from_python) {
  for (const python_slice& row : from_python) {
    const auto found = slice(as_bound(row.start), as_bound(row.stop), row.step).of(row.n);
    ASSERT_EQ(found.count, row.count) << "row " << &row - from_python;
    ASSERT_EQ(found.step, row.step);
    // Nothing starts nowhere.
    ASSERT_TRUE(row.count == 0 || found.start == row.first) << "row " << &row - from_python;
  }
}

TEST(slice, step_zero_is_an_error) {
  const std::string text = message_of<argument_error>([] { (void)slice(0, 3, 0).of(5); });
  EXPECT_NE(text.find("step 0"), std::string::npos) << text;
  EXPECT_THROW((void)slice(none, none, 0).of(0), argument_error);
}
