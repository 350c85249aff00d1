#include "cases.hpp"
#include "message_of.hpp"

#include <atomic>
#include <cstdlib>
#include <new>
#include <string>

using namespace tessera_test;

namespace {
std::atomic<long> allocations = 0;
}

// Counted in the whole program, to see that an exchange allocates nothing. Not inlined, or g++ sees
// malloc paired with delete and warns.
[[gnu::noinline]] void* operator new(std::size_t bytes) {
  ++allocations;
  if (void* const p = std::malloc(bytes > 0 ? bytes : 1)) return p;
  throw std::bad_alloc();
}
[[gnu::noinline]] void* operator new(std::size_t bytes, const std::nothrow_t& /*how*/) noexcept {
  ++allocations;
  return std::malloc(bytes > 0 ? bytes : 1);
}
[[gnu::noinline]] void operator delete(void* p) noexcept { std::free(p); }
[[gnu::noinline]] void operator delete(void* p, std::size_t) noexcept { std::free(p); }

namespace {

/// Cells that were compared, and how many of them had a wrong value.
struct tally {
  index_t halo_cells = 0;
  index_t wrong = 0;
};

/// The global index of a cell of the padded block; false beyond the ends of a non-periodic axis.
template <class T, std::size_t N>
bool find_element(const global_array<T, N>& u, const shape_t<N>& padded, shape_t<N>& index) {
  for (std::size_t d = 0; d < N; ++d) {
    const index_t n = u.shape()[d];
    index[d] = u.block().lower[d] + padded[d] - u.halo().lower[d];
    if (u.halo().periodic[d]) index[d] = (index[d] % n + n) % n;
    if (index[d] < 0 || index[d] >= n) return false;
  }
  return true;
}

/// Compares every cell of the padded block with the element it stands for.
template <class T, std::size_t N> tally compare(const global_array<T, N>& u) {
  tally result;
  index_t at = 0;
  for_each_index(u.padded().shape(), [&](const shape_t<N>& padded) {
    const T& found = u.data()[at++];
    shape_t<N> index{};
    if (!find_element(u, padded, index)) return;
    ++result.halo_cells;
    result.wrong += same_bits(found, element_of<T>(flat_index(index, u.shape()))) ? 0 : 1;
  });
  result.halo_cells -= u.owned().size();
  return result;
}

template <class T, std::size_t N> void prepare(global_array<T, N>& u) {
  spoil(u);
  fill_numbered(u);
}

/// At most one message to and one from each neighbour, where the halo reaches no farther.
template <class T, std::size_t N> void expect_few_messages(global_array<T, N>& u) {
  index_t neighbours = 1;
  for (std::size_t d = 0; d < N; ++d) {
    const axis_distribution& axis = u.distribution().axis(d);
    const index_t reach = std::max(u.halo().lower[d], u.halo().upper[d]);
    for (int k = 0; k < axis.parts(); ++k)
      if (axis.block(k).size() < reach || axis.block(k).empty()) return;
    neighbours *= 3;
  }
  EXPECT_LE(u.halo_plan().messages(), 2 * (neighbours - 1));
}

/// Exchanges of random arrays; counts over all of them.
template <class T, std::size_t N> class random_exchanges {
public:
  random_exchanges(const communicator& comm, index_t largest, index_t widest)
      : comm_(comm), grids_(all_grids<N>(comm)), largest_(largest), widest_(widest) {}

  void run(random_source& random, int cases) {
    for (int i = 0; i < cases; ++i) check_one(random);
    // Otherwise the comparison could not have failed.
    EXPECT_GT(allreduce_sum(comm_, compared_), cases);
    EXPECT_GT(allreduce_sum(comm_, spoilt_), cases);
  }

private:
  void check_one(random_source& random) {
    const process_grid<N>& grid = any_of(random, grids_);
    const auto shape = random_shape_of<N>(random, largest_);
    const auto blocks = random_distribution(random, shape, grid.dims());
    const auto width = random_halo<N>(random, widest_);
    global_array<T, N> u(grid, blocks, width);
    prepare(u);
    spoilt_ += compare(u).wrong;
    u.update_halo();
    const tally found = compare(u);
    compared_ += found.halo_cells;
    EXPECT_EQ(found.wrong, 0) << describe(blocks, width);
    if (transfer_plan::piece_bytes() > 4096) expect_few_messages(u);
  }

  communicator comm_;
  std::vector<process_grid<N>> grids_;
  index_t largest_;
  index_t widest_;
  index_t compared_ = 0;
  index_t spoilt_ = 0;
};

template <class T, std::size_t N>
void check_random(int cases, index_t largest, index_t widest, const communicator& comm = world()) {
  random_source random;
  SCOPED_TRACE(random.trace());
  random_exchanges<T, N>(comm, largest, widest).run(random, cases);
}

/// Makes messages travel in small pieces while it lives.
class small_pieces {
public:
  explicit small_pieces(index_t bytes) : before_(transfer_plan::piece_bytes()) {
    transfer_plan::set_piece_bytes(bytes);
  }
  small_pieces(const small_pieces&) = delete;
  small_pieces& operator=(const small_pieces&) = delete;
  ~small_pieces() { transfer_plan::set_piece_bytes(before_); }

private:
  index_t before_;
};

/// A periodic array ready for an exchange.
global_array<double, 2> example(index_t width = 1) {
  global_array<double, 2> u(process_grid<2>(world()), {9, 8}, halo<2>(width, true));
  prepare(u);
  return u;
}

template <class T, std::size_t N> void expect_exchanged(const global_array<T, N>& u) {
  const tally found = compare(u);
  EXPECT_EQ(found.wrong, 0);
  EXPECT_TRUE(found.halo_cells > 0 || u.block().empty());
}

} // namespace

TEST(halo, equals_serial_1d) { check_random<double, 1>(600, 9, 4); }
TEST(halo, equals_serial_2d) { check_random<double, 2>(600, 9, 4); }
TEST(halo, equals_serial_3d) { check_random<double, 3>(200, 9, 4); }
TEST(halo, equals_serial_4d) { check_random<float, 4>(60, 5, 3); }

TEST(halo, elements_of_any_size) {
  check_random<std::uint8_t, 2>(25, 9, 4);
  check_random<std::int16_t, 2>(25, 9, 4);
  check_random<two_words, 2>(25, 9, 4);
  check_random<three_words, 2>(25, 9, 4);
}

TEST(halo, domain_wrapped_many_times) { check_random<double, 2>(60, 2, 9); }

TEST(halo, messages_in_small_pieces) {
  const small_pieces pieces(7);
  check_random<double, 2>(40, 9, 4);
  check_random<three_words, 2>(20, 9, 4);
}

TEST(halo, some_ranks_only) {
  const communicator half = world().split(world().rank() % 2, -world().rank());
  if (world().rank() % 2 == 1 || world().size() == 1) check_random<double, 2>(40, 9, 4, half);
}

TEST(halo, two_groups_of_ranks_at_once) {
  const communicator half = world().split(world().rank() % 2);
  check_random<double, 2>(40, 9, 4, half);
}

TEST(halo, several_arrays_in_one_call) {
  global_array<double, 2> u = example();
  global_array<std::uint8_t, 2> v(u.grid(), {9, 8}, halo<2>({2, 0}, {0, 3}, {true, false}));
  global_array<three_words, 3> w(process_grid<3>(world()), {3, 4, 5}, halo<3>(2, true));
  prepare(v);
  prepare(w);
  update_halos(u, v, w);
  expect_exchanged(u);
  EXPECT_EQ(compare(v).wrong, 0);
  expect_exchanged(w);
}

TEST(halo, no_halo_needs_no_message) {
  global_array<double, 2> u = example(0);
  u.update_halo();
  EXPECT_EQ(u.halo_plan().messages(), 0);
  EXPECT_EQ(wrong_elements(u), 0);
}

TEST(halo, arrays_without_elements) {
  global_array<double, 2> u(process_grid<2>(world()), {0, 8}, halo<2>(3, true));
  u.update_halo();
  EXPECT_EQ(u.halo_plan().messages(), 0);
}

TEST(halo, follows_new_values) {
  global_array<double, 2> u = example();
  u.update_halo();
  u = u + 1000.0;
  EXPECT_GT(compare(u).wrong, u.block().empty() ? -1 : 0);
  u = u - 1000.0;
  u.update_halo();
  expect_exchanged(u);
}

TEST(halo, finish_twice_is_finish_once) {
  global_array<double, 2> u = example();
  transfer exchange = u.start_halo();
  exchange.finish();
  expect_exchanged(u);
  exchange.finish();
  u.update_halo();
  exchange.finish();
  expect_exchanged(u);
}

TEST(halo, handle_that_was_moved) {
  global_array<double, 2> u = example();
  transfer first = u.start_halo();
  transfer second(std::move(first));
  first.finish(); // NOLINT: a moved-from handle has nothing to wait for
  second.finish();
  expect_exchanged(u);
}

TEST(halo, handle_moved_onto_itself) {
  global_array<double, 2> u = example();
  transfer exchange = u.start_halo();
  transfer& same = exchange;
  exchange = std::move(same);
  exchange.finish();
  expect_exchanged(u);
}

TEST(halo, assigning_to_a_handle_ends_its_exchange) {
  global_array<double, 2> u = example();
  global_array<double, 2> w = example(2);
  transfer exchange = u.start_halo();
  exchange = w.start_halo();
  expect_exchanged(u);
  exchange.finish();
  expect_exchanged(w);
}

TEST(halo, destructor_waits) {
  global_array<double, 2> u = example(2);
  { const transfer exchange = u.start_halo(); }
  expect_exchanged(u);
}

TEST(halo, empty_handle) {
  transfer nothing;
  nothing.finish();
}

TEST(halo, started_twice) {
  global_array<double, 2> u = example();
  transfer exchange = u.start_halo();
  const std::string text = message_of<argument_error>([&] { transfer again = u.start_halo(); });
  EXPECT_NE(text.find("before it was finished"), std::string::npos) << text;
  exchange.finish();
  expect_exchanged(u);
  u.update_halo();
  expect_exchanged(u);
}

TEST(halo, same_array_twice_in_one_call) {
  global_array<double, 2> u = example();
  message_of<argument_error>([&] { update_halos(u, u); });
  prepare(u);
  u.update_halo();
  expect_exchanged(u);
}

TEST(halo, exchanges_of_several_arrays_under_way) {
  global_array<double, 2> u = example(1);
  global_array<double, 2> v(u.grid(), {9, 8}, halo<2>(2, true));
  prepare(v);
  transfer of_u = u.start_halo();
  transfer of_v = v.start_halo();
  // In another order than they were started.
  of_v.finish();
  expect_exchanged(v);
  of_u.finish();
  expect_exchanged(u);
}

TEST(halo, array_moved_after_an_exchange) {
  global_array<double, 2> u = example();
  u.update_halo();
  global_array<double, 2> v = std::move(u);
  prepare(v);
  v.update_halo();
  expect_exchanged(v);
}

TEST(halo, arrays_swapped_while_messages_travel) {
  global_array<double, 2> u = example(1);
  global_array<double, 2> v(u.grid(), {9, 8}, halo<2>(1, true));
  prepare(v);
  transfer exchange = u.start_halo();
  std::swap(u, v);
  exchange.finish();
  expect_exchanged(v);
  u.update_halo();
  expect_exchanged(u);
}

TEST(halo, second_exchange_allocates_nothing) {
  if (checks_arguments()) GTEST_SKIP() << "comparing arguments makes texts";
  global_array<double, 3> u(process_grid<3>(world()), {6, 7, 8}, halo<3>(2, true));
  const long before_first = allocations;
  u.update_halo();
  EXPECT_GT(allocations, before_first) << "allocations are not counted";
  const long before_second = allocations;
  u.update_halo();
  u.update_halo();
  EXPECT_EQ(allocations, before_second);
}
