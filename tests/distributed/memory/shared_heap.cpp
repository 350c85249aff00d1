#include "memory/shared_heap.hpp"
#include "cases.hpp"

#include <algorithm>
#include <vector>

using namespace tessera_test;
using detail::shared_heap;
using detail::shared_place;
using detail::stretch;
using detail::stretch_set;

namespace {

constexpr index_t page = 16;

constexpr shared_place window_at(index_t number) {
  return static_cast<shared_place>(number + 1) << 48U;
}

bool is_same(const std::vector<stretch>& a, const std::vector<stretch>& b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(), [](const stretch& x, const stretch& y) {
    return x.place == y.place && x.bytes == y.bytes;
  });
}

/// A heap whose pages are kept as a rank keeps them.
struct kept_heap {
  shared_heap heap{page};
  index_t slack = 0;
  index_t windows = 0;

  void give_back_excess(index_t more, index_t fresh, const stretch& wanted = {}) {
    for (const stretch& s : heap.excess(more, fresh, slack, wanted)) {
      EXPECT_EQ(s.place % page, 0U);
      EXPECT_EQ(s.bytes % page, 0);
      heap.empty(s);
    }
  }
  stretch take(index_t bytes) {
    std::optional<stretch> found = heap.find(bytes);
    if (!found) {
      const index_t whole = (bytes + page - 1) / page * page;
      give_back_excess(bytes, whole);
      heap.add({window_at(windows++), whole});
      found = heap.find(bytes);
    }
    const std::vector<stretch> missing = heap.missing_in(*found);
    index_t fresh = 0;
    for (const stretch& s : missing) fresh += s.bytes;
    give_back_excess(bytes, fresh, *found);
    EXPECT_TRUE(is_same(heap.missing_in(*found), missing)) << "what is wanted went away";
    for (const stretch& s : missing) heap.fill(s);
    heap.take(*found);
    return *found;
  }
};

} // namespace

TEST(shared_heap, of_stretches_joins_and_splits) {
  stretch_set set;
  set.add({100, 10});
  set.add({120, 10});
  EXPECT_EQ(set.all().size(), 2U);
  set.add({110, 10});
  EXPECT_TRUE(is_same(set.all(), {{100, 30}}));
  set.cut({105, 10});
  EXPECT_TRUE(is_same(set.all(), {{100, 5}, {115, 15}}));
  EXPECT_TRUE(is_same(set.parts_in({103, 15}), {{103, 2}, {115, 3}}));
  EXPECT_EQ(set.bytes_in({0, 1000}), 20);
  set.cut({0, 1000});
  EXPECT_TRUE(set.all().empty());
  EXPECT_EQ(set.bytes(), 0);
}

TEST(shared_heap, takes_from_the_smallest_hole_with_all_its_pages) {
  shared_heap heap(page);
  heap.add({window_at(0), 10 * page});
  heap.add({window_at(1), 4 * page});
  EXPECT_EQ(heap.find(3 * page)->place, window_at(1));
  heap.empty({window_at(1), page});
  EXPECT_EQ(heap.find(3 * page)->place, window_at(0));
  EXPECT_FALSE(heap.find(11 * page));
}

TEST(shared_heap, holds_no_more_than_the_most_that_was_taken_and_the_slack) {
  random_source random;
  SCOPED_TRACE(random.trace());
  kept_heap kept;
  kept.slack = 5 * page;
  std::vector<stretch> taken;
  for (int i = 0; i < 10000; ++i) {
    if (!taken.empty() && random.between(0, 99) < 48) {
      const auto which = random.between(0, static_cast<index_t>(taken.size()) - 1);
      std::swap(taken[static_cast<std::size_t>(which)], taken.back());
      kept.heap.give_back(taken.back());
      taken.pop_back();
    } else if (taken.size() < 30) {
      const stretch s = kept.take(random.between(1, 1000));
      for (const stretch& other : taken)
        ASSERT_TRUE(s.end() <= other.place || other.end() <= s.place) << "taken twice";
      EXPECT_TRUE(kept.heap.missing_in(s).empty());
      taken.push_back(s);
    }
    // Pages of which a part is taken cannot be given back: two for each piece.
    const auto parts = static_cast<index_t>(2 * taken.size() + 2) * page;
    ASSERT_LE(kept.heap.taken() + kept.heap.kept(), kept.heap.most_taken() + kept.slack + parts);
  }
  for (const stretch& s : taken) kept.heap.give_back(s);
  EXPECT_EQ(kept.heap.taken(), 0);
  for (index_t k = 0; k < kept.windows; ++k)
    EXPECT_TRUE(kept.heap.is_free({window_at(k), 1})) << "lost";
}
