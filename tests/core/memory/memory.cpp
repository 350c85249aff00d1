#include "message_of.hpp"

#include <tessera/core/error.hpp>
#include <tessera/core/memory.hpp>

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <set>
#include <thread>
#include <utility>
#include <vector>

using namespace tessera;

namespace {

constexpr std::size_t large = std::size_t{1} << 20U; // such blocks are kept when freed
constexpr std::size_t default_limit = std::size_t{1} << 30U;

std::uintptr_t address(const buffer& b) { return reinterpret_cast<std::uintptr_t>(b.data()); }

/// Blocks are a page larger than asked for, and start anywhere in their first page.
bool same_block(std::uintptr_t a, std::uintptr_t b) { return a - b + 4096 < 2 * 4096; }

#ifdef TESSERA_CHECKED
constexpr bool keeps_what_is_freed = true;
#else
constexpr bool keeps_what_is_freed = false;
#endif

void fill(const buffer& b) { std::memset(b.data(), 0x5a, b.capacity()); }

/// Starts and ends with nothing kept.
class memory : public testing::Test {
protected:
  void SetUp() override { forget(); }
  void TearDown() override { forget(); }

private:
  static void forget() {
    set_memory_cache_limit(0);
    set_memory_cache_limit(default_limit);
  }
};

} // namespace

TEST_F(memory, starts_at_a_cache_line_and_can_be_written_to_its_end) {
  for (const std::size_t bytes : {1UL, 63UL, 64UL, 65UL, 65535UL, 65536UL, 65537UL, large}) {
    const buffer b(bytes);
    EXPECT_EQ(address(b) % 64, 0U) << bytes;
    EXPECT_GE(b.capacity(), bytes);
    fill(b);
  }
}

TEST_F(memory, of_no_bytes_is_nothing) {
  const buffer none;
  const buffer empty(0);
  EXPECT_EQ(none.data(), nullptr);
  EXPECT_EQ(empty.data(), nullptr);
  EXPECT_EQ(empty.capacity(), 0U);
}

TEST_F(memory, large_blocks_start_at_different_offsets_in_a_page) {
  std::vector<buffer> blocks;
  std::set<std::uintptr_t> offsets;
  for (int i = 0; i < 8; ++i) {
    // So large that the system hands them out at the same place of a page.
    blocks.emplace_back(64 * large);
    offsets.insert(address(blocks.back()) % 4096);
  }
  EXPECT_EQ(offsets.size(), 8U);
}

TEST_F(memory, moves_leave_nothing_behind) {
  for (const std::size_t bytes : {std::size_t{100}, large}) {
    buffer a(bytes);
    fill(a);
    const auto where = a.data();
    buffer b(std::move(a));
    EXPECT_EQ(b.data(), where);
    EXPECT_EQ(b.capacity(), bytes);
    EXPECT_EQ(a.data(), nullptr); // NOLINT: what a move leaves is promised
    EXPECT_EQ(a.capacity(), 0U);
    a = std::move(b);
    EXPECT_EQ(a.data(), where);
    EXPECT_EQ(b.data(), nullptr); // NOLINT: what a move leaves is promised
  }
}

TEST_F(memory, may_be_moved_to_itself) {
  for (const std::size_t bytes : {std::size_t{100}, large}) {
    buffer a(bytes);
    auto& same = a;
    const auto where = a.data();
    a = std::move(same);
    EXPECT_EQ(a.data(), where);
    EXPECT_EQ(a.capacity(), bytes);
    fill(a);
  }
}

// The old block must come back, or it leaks: it is the one that is handed out next.
TEST_F(memory, moving_over_a_live_one_frees_it) {
  if (keeps_what_is_freed) GTEST_SKIP() << "checks keep it from reuse";
  buffer a(large);
  const auto old = address(a);
  buffer b(3 * large);
  const auto kept = b.data();
  a = std::move(b);
  EXPECT_EQ(a.data(), kept);
  const buffer next(large);
  EXPECT_TRUE(same_block(address(next), old));
  a = buffer();
  EXPECT_EQ(a.data(), nullptr);
}

TEST_F(memory, freed_blocks_are_used_again) {
  if (keeps_what_is_freed) GTEST_SKIP() << "checks keep it from reuse";
  std::uintptr_t freed = 0;
  {
    const buffer a(large);
    freed = address(a);
  }
  const buffer b(large);
  EXPECT_TRUE(same_block(address(b), freed));
  const buffer c(large);
  EXPECT_FALSE(same_block(address(c), freed));
}

TEST_F(memory, blocks_used_again_hold_what_is_asked_and_waste_little) {
  if (keeps_what_is_freed) GTEST_SKIP() << "checks keep it from reuse";
  { const buffer a(large); }
  {
    const buffer slightly_less(large - large / 8);
    EXPECT_EQ(slightly_less.capacity(), large);
    fill(slightly_less);
  }
  {
    const buffer much_less(large / 2);
    EXPECT_EQ(much_less.capacity(), large / 2);
  }
  const buffer more(large + 1);
  EXPECT_EQ(more.capacity(), large + 1);
  fill(more);
}

TEST_F(memory, a_limit_of_zero_keeps_nothing) {
  if (keeps_what_is_freed) GTEST_SKIP() << "checks keep it from reuse";
  { const buffer a(large); }
  set_memory_cache_limit(0);
  {
    const buffer b(large - large / 8);
    EXPECT_EQ(b.capacity(), large - large / 8) << "a block from before the limit was kept";
  }
  const buffer c(large - large / 4);
  EXPECT_EQ(c.capacity(), large - large / 4) << "a block freed under the limit was kept";
}

TEST_F(memory, a_limit_drops_the_oldest_blocks) {
  if (keeps_what_is_freed) GTEST_SKIP() << "checks keep it from reuse";
  set_memory_cache_limit(3 * large);
  { const buffer oldest(large); }
  { const buffer newest(3 * large); }
  const buffer like_newest(3 * large - 64);
  EXPECT_EQ(like_newest.capacity(), 3 * large) << "the newest block was dropped";
  const buffer like_oldest(large - 64);
  EXPECT_EQ(like_oldest.capacity(), large - 64) << "more was kept than the limit allows";
}

// Blocks of ever other sizes, one at a time, do not add up to the limit.
TEST_F(memory, keeps_no_more_than_was_once_in_use_and_a_slack) {
  constexpr std::size_t slack = std::size_t{64} << 20U;
  std::size_t bytes = 8 * large;
  for (int i = 0; i < 40; ++i, bytes += bytes / 8) {
    { const buffer grows(bytes); }
    const memory_use use = memory_in_use();
    EXPECT_EQ(use.taken, 0U);
    EXPECT_GE(use.most_taken, bytes);
    EXPECT_LE(use.taken + use.kept, use.most_taken + slack);
  }
}

TEST_F(memory, that_cannot_be_had_does_not_count) {
#ifdef __SANITIZE_ADDRESS__
  GTEST_SKIP() << "the address sanitizer ends the program at such a size";
#endif
  const memory_use before = memory_in_use();
  EXPECT_THROW(buffer(std::size_t{1} << 62U), memory_error);
  EXPECT_EQ(memory_in_use().most_taken, before.most_taken);
  EXPECT_EQ(memory_in_use().taken, before.taken);
}

TEST_F(memory, that_cannot_be_had_is_an_error) {
#ifdef __SANITIZE_ADDRESS__
  GTEST_SKIP() << "the address sanitizer ends the program at such a size";
#endif
  EXPECT_EQ(message_of<memory_error>([] { const buffer b(std::size_t{1} << 62U); }),
            "cannot allocate 4611686018427387904 bytes for an array");
}

// Rounding up to cache lines and pages must not wrap around to a small block.
TEST_F(memory, sizes_near_the_largest_are_an_error) {
  for (const std::size_t below : {0UL, 1UL, 63UL, 100UL, 4095UL, 4096UL, 5000UL})
    EXPECT_THROW(buffer(SIZE_MAX - below), memory_error) << below;
}

TEST_F(memory, may_be_used_by_several_threads) {
  const auto work = [](unsigned char mark) {
    for (std::size_t i = 0; i < 200; ++i) {
      const buffer b(65536 + i * 64);
      std::memset(b.data(), mark, b.capacity());
      const auto is_mark = [&](std::byte x) { return x == std::byte{mark}; };
      ASSERT_TRUE(std::all_of(b.data(), b.data() + b.capacity(), is_mark));
    }
  };
  std::thread other(work, static_cast<unsigned char>(1));
  work(2);
  other.join();
}
