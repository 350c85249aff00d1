#include "random_source.hpp"

#include <tessera/core/loops/loop_nest.hpp>

#include <gtest/gtest.h>

#include <cstring>

using namespace tessera;

namespace {

/// Rows of elements in memory of its own; steps are in elements.
template <class T> struct rows_of {
  rows_of(random_source& random, index_t rows, index_t n, index_t row_step, index_t step)
      : strides{row_step, step} {
    const auto reach = [](index_t count, index_t by) { return (count - 1) * by; };
    const index_t back =
        std::min(reach(rows, row_step), index_t{0}) + std::min(reach(n, step), index_t{0});
    const index_t ahead =
        std::max(reach(rows, row_step), index_t{0}) + std::max(reach(n, step), index_t{0});
    first = -back;
    memory.resize(static_cast<std::size_t>(ahead - back + 1));
    for (T& x : memory) x = static_cast<T>(random.engine()());
  }

  T& at(index_t i, index_t j) {
    return memory[static_cast<std::size_t>(first + i * strides[0] + j * strides[1])];
  }
  detail::loop_operand operand() {
    return {reinterpret_cast<std::byte*>(memory.data() + first), sizeof(T), strides};
  }

  index_t strides[2];
  index_t first;
  std::vector<T> memory;
};

/// Ways to lie in memory, of which broadcast ones are for operands that are read.
struct layout {
  index_t row_step;
  index_t step;
};

layout random_layout_of(random_source& random, index_t rows, index_t n, bool may_repeat) {
  const index_t gap = random.between(0, 3);
  const index_t sign = random.one_in(4) ? -1 : 1;
  switch (random.between(may_repeat ? 0 : 3, 6)) {
  case 0: return {sign, 0};
  case 1: return {0, sign * random.between(1, 6)};
  case 2: return {0, 0};
  case 3: return {sign, rows + gap};
  case 4: return {n + gap, sign};
  default: {
    const index_t step = random.between(1, 9);
    return {step * n + gap, sign * step};
  }
  }
}

template <class T, class A, class B> struct sum_of_two {
  static T of(A a, B b) { return static_cast<T>(3U * static_cast<std::uint64_t>(a) + b); }
  static void row(std::byte* const* rows, index_t n, const void*) {
    for (index_t i = 0; i < n; ++i) {
      A a;
      B b;
      std::memcpy(&a, rows[1] + i * static_cast<index_t>(sizeof a), sizeof a);
      std::memcpy(&b, rows[2] + i * static_cast<index_t>(sizeof b), sizeof b);
      const T value = of(a, b);
      std::memcpy(rows[0] + i * static_cast<index_t>(sizeof value), &value, sizeof value);
    }
  }
  /// Of operands that may be repeated.
  static void rows(detail::row_source* sources, index_t rows, index_t n, const void*) {
    for (; rows > 0; --rows) {
      for (index_t i = 0; i < n; ++i) {
        const T value = of(bits_of<A>(sources[1], i), bits_of<B>(sources[2], i));
        std::memcpy(sources[0].elements + i * static_cast<index_t>(sizeof value), &value,
                    sizeof value);
      }
      for (int k = 0; k < 3; ++k) sources[k].advance();
    }
  }
  template <class X> static X bits_of(const detail::row_source& source, index_t i) {
    X element;
    X repeated;
    std::memcpy(&element, source.elements + i * static_cast<index_t>(sizeof element),
                sizeof element);
    std::memcpy(&repeated, source.value, sizeof repeated);
    EXPECT_TRUE(element == 0 || repeated == 0);
    return static_cast<X>(element | repeated);
  }
};

/// What lies between the elements that are written must stay as it is.
template <class T, class A, class B>
void expect_loop(random_source& random, index_t rows, index_t n) {
  const auto make = [&]<class X>(X, bool may_repeat) {
    const layout l = random_layout_of(random, rows, n, may_repeat);
    return rows_of<X>(random, rows, n, l.row_step, l.step);
  };
  const auto before = make(T{}, false);
  auto a = make(A{}, true);
  auto b = make(B{}, true);
  auto expected = before;
  for (index_t i = 0; i < rows; ++i)
    for (index_t j = 0; j < n; ++j)
      expected.at(i, j) = sum_of_two<T, A, B>::of(a.at(i, j), b.at(i, j));
  SCOPED_TRACE(std::to_string(rows) + " x " + std::to_string(n) + ", steps " +
               std::to_string(before.strides[0]) + " " + std::to_string(before.strides[1]) + ", " +
               std::to_string(a.strides[0]) + " " + std::to_string(a.strides[1]) + ", " +
               std::to_string(b.strides[0]) + " " + std::to_string(b.strides[1]));
  using sum = sum_of_two<T, A, B>;
  for (const detail::row_kernel& kernel :
       {detail::row_kernel(&sum::row), detail::row_kernel(&sum::row, &sum::rows),
        detail::row_kernel(nullptr, &sum::rows)}) {
    auto to = before;
    auto x = a; // the nest overwrites strides
    auto y = b;
    index_t shape[] = {rows, n};
    detail::loop_operand all[] = {to.operand(), x.operand(), y.operand()};
    detail::run_loop_nest(shape, 2, all, 3, detail::loop_mode::first_is_written, kernel, nullptr);
    ASSERT_EQ(to.memory, expected.memory);
  }
}

template <class T, class A, class B>
void expect_loops(index_t most_rows, index_t longest, int cases) {
  random_source random;
  SCOPED_TRACE(random.trace());
  for (int i = 0; i < cases; ++i) {
    expect_loop<T, A, B>(random, random.between(1, most_rows), random.between(1, longest));
    if (testing::Test::HasFatalFailure()) return;
  }
}

} // namespace

TEST(staging, short_rows_are_joined) {
  expect_loops<std::uint64_t, std::uint64_t, std::uint64_t>(300, 20, 300);
  expect_loops<std::uint32_t, std::uint32_t, std::uint32_t>(300, 20, 300);
  expect_loops<std::uint32_t, std::uint64_t, std::uint8_t>(300, 20, 300);
}

TEST(staging, rows_of_some_length) {
  expect_loops<std::uint64_t, std::uint64_t, std::uint64_t>(70, 300, 200);
  expect_loops<std::uint32_t, std::uint32_t, std::uint32_t>(70, 300, 200);
  expect_loops<std::uint64_t, std::uint16_t, std::uint32_t>(70, 300, 200);
}

TEST(staging, rows_longer_than_a_buffer) {
  expect_loops<std::uint64_t, std::uint64_t, std::uint64_t>(20, 3000, 60);
  expect_loops<std::uint32_t, std::uint64_t, std::uint32_t>(20, 3000, 60);
}

// Rows of several megabytes are staged in shorter pieces.
TEST(staging, rows_longer_than_the_cache) {
  expect_loops<std::uint64_t, std::uint64_t, std::uint32_t>(2, 300000, 8);
}

TEST(staging, every_step_of_a_row) {
  random_source random;
  for (index_t step = -9; step <= 9; ++step) {
    for (index_t n : {1, 2, 7, 8, 9, 31, 64, 65, 700}) {
      rows_of<std::uint64_t> from(random, 1, n, 0, step);
      rows_of<std::uint64_t> to(random, 1, n, 0, step == 0 ? 1 : -step);
      auto expected = to;
      for (index_t j = 0; j < n; ++j) expected.at(0, j) = 4 * from.at(0, j);
      index_t shape[] = {n};
      detail::loop_operand all[] = {to.operand(), from.operand(), from.operand()};
      for (auto& o : all) ++o.strides;
      index_t repeated = step;
      all[2].strides = &repeated;
      detail::run_loop_nest(shape, 1, all, 3, detail::loop_mode::first_is_written,
                            &sum_of_two<std::uint64_t, std::uint64_t, std::uint64_t>::row, nullptr);
      ASSERT_EQ(to.memory, expected.memory) << "step " << step << ", " << n << " elements";
    }
  }
}
