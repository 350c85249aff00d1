#include "message_of.hpp"
#include "random_source.hpp"

#include <tessera/core/error.hpp>
#include <tessera/core/loops/loop_nest.hpp>

#include <algorithm>
#include <string>

using namespace tessera;
using detail::loop_mode;

namespace {

/// An operand in memory of its own, of which every byte is known.
struct operand {
  operand(random_source& random, const std::vector<index_t>& shape, index_t item, bool may_repeat)
      : itemsize(item), layout(random, shape) {
    if (may_repeat && random.one_in(3)) layout.broadcast_some(random, shape);
    memory.resize(static_cast<std::size_t>(layout.extent * itemsize));
    for (auto& b : memory) b = static_cast<unsigned char>(random.between(0, 255));
  }

  unsigned char* item(const std::vector<index_t>& at) {
    return memory.data() + (layout.offset + distance(at, layout.strides)) * itemsize;
  }

  index_t itemsize;
  random_layout layout;
  std::vector<unsigned char> memory;
};

/// What the row function below works on.
struct row_context {
  std::vector<index_t> itemsizes;
  index_t visited = 0;
};

/// A number that depends on every byte of an item.
unsigned digest(const unsigned char* item, index_t itemsize) {
  unsigned value = 17;
  for (index_t i = 0; i < itemsize; ++i) value = value * 31 + item[i];
  return value;
}

/// Fills an item with bytes that depend on `value`.
void spread(unsigned value, unsigned char* item, index_t itemsize) {
  for (index_t i = 0; i < itemsize; ++i, value = value * 2654435761U + 97U)
    item[i] = static_cast<unsigned char>(value >> 24U);
}

/// Writes to the first operand's items what the digests of all others add up to.
void write_digests(std::byte* const* rows, index_t n, const void* pointer) {
  auto& context = *static_cast<row_context*>(const_cast<void*>(pointer));
  const auto item = [&](std::size_t k, index_t i) {
    return reinterpret_cast<unsigned char*>(rows[k]) + i * context.itemsizes[k];
  };
  context.visited += n;
  for (index_t i = 0; i < n; ++i) {
    unsigned value = 0;
    for (std::size_t k = 1; k < context.itemsizes.size(); ++k)
      value += static_cast<unsigned>(k) * digest(item(k, i), context.itemsizes[k]);
    spread(value, item(0, i), context.itemsizes[0]);
  }
}

using operands = std::vector<operand>;

std::vector<detail::loop_operand> as_loop_operands(operands& all) {
  std::vector<detail::loop_operand> result;
  for (operand& o : all) {
    auto* const first =
        reinterpret_cast<std::byte*>(o.memory.data() + o.layout.offset * o.itemsize);
    result.push_back({first, o.itemsize, o.layout.strides.data()});
  }
  return result;
}

/// What the first operand's memory should be afterwards.
std::vector<unsigned char> expected_result(operands all, const std::vector<index_t>& shape) {
  for_each_position(shape, [&](const auto& at) {
    unsigned value = 0;
    for (std::size_t k = 1; k < all.size(); ++k)
      value += static_cast<unsigned>(k) * digest(all[k].item(at), all[k].itemsize);
    spread(value, all[0].item(at), all[0].itemsize);
  });
  return all[0].memory;
}

index_t size_of(const std::vector<index_t>& shape) {
  index_t size = 1;
  for (const index_t n : shape) size *= n;
  return size;
}

void expect_same_as_element_loop(random_source& random, std::vector<index_t> shape,
                                 index_t largest_item) {
  operands all;
  all.emplace_back(random, shape, random.between(1, largest_item), false);
  const index_t sources = random.between(0, 3);
  for (index_t k = 0; k < sources; ++k)
    all.emplace_back(random, shape, random.between(1, largest_item), true);
  const auto expected = expected_result(all, shape);

  row_context context;
  for (const operand& o : all) context.itemsizes.push_back(o.itemsize);
  const index_t size = size_of(shape);
  auto run = as_loop_operands(all);
  detail::run_loop_nest(shape.data(), shape.size(), run.data(), run.size(),
                        loop_mode::first_is_written, &write_digests, &context);
  ASSERT_EQ(context.visited, size);
  ASSERT_EQ(all[0].memory, expected);
}

/// Counts visits of each element of an operand that holds numbers of elements.
void count_visits(std::byte* const* rows, index_t n, const void* pointer) {
  auto& visits = *static_cast<std::vector<int>*>(const_cast<void*>(pointer));
  for (index_t i = 0; i < n; ++i) ++visits[reinterpret_cast<const std::size_t*>(rows[0])[i]];
}

/// Notes what it sees, row by row.
void note_plane(std::byte* const* corners, const index_t* steps, index_t rows, index_t n,
                const void* pointer) {
  auto& seen = *static_cast<std::vector<index_t>*>(const_cast<void*>(pointer));
  const auto* const corner = reinterpret_cast<const index_t*>(corners[0]);
  for (index_t r = 0; r < rows; ++r)
    for (index_t i = 0; i < n; ++i) seen.push_back(corner[r * steps[0] + i]);
}

std::vector<index_t> counted_up_to(index_t n) {
  std::vector<index_t> result;
  for (index_t i = 0; i < n; ++i) result.push_back(i);
  return result;
}

std::vector<index_t> planes_of_shape(const std::vector<index_t>& shape, index_t rows_at_once) {
  std::vector<index_t> strides(shape.size());
  index_t step = 1;
  for (std::size_t d = shape.size(); d-- > 0; step *= shape[d]) strides[d] = step;
  auto memory = counted_up_to(size_of(shape));
  detail::loop_operand o{reinterpret_cast<std::byte*>(memory.data()), sizeof(index_t),
                         strides.data()};
  std::vector<index_t> seen;
  detail::run_planes(shape.data(), shape.size(), &o, 1, rows_at_once, &note_plane, &seen);
  return seen;
}

} // namespace

TEST(loop_nest, equals_a_loop_over_elements) {
  random_source random;
  SCOPED_TRACE(random.trace());
  for (int i = 0; i < 1500; ++i) {
    SCOPED_TRACE("case " + std::to_string(i));
    const auto ndim = static_cast<std::size_t>(random.between(0, 5));
    expect_same_as_element_loop(random, random_shape(random, ndim, 5), 9);
    if (HasFatalFailure()) return;
  }
}

// Rows that do not fit the staging buffer are treated in pieces.
TEST(loop_nest, equals_a_loop_over_elements_in_long_rows) {
  random_source random;
  SCOPED_TRACE(random.trace());
  for (int i = 0; i < 60; ++i) {
    SCOPED_TRACE("case " + std::to_string(i));
    auto shape = random_shape(random, static_cast<std::size_t>(random.between(1, 3)), 3);
    shape[static_cast<std::size_t>(random.between(1, static_cast<index_t>(shape.size()))) - 1] =
        random.between(500, 5000);
    expect_same_as_element_loop(random, shape, 8);
    if (HasFatalFailure()) return;
  }
}

// Items larger than the staging buffer, also where several operands are staged.
TEST(loop_nest, equals_a_loop_over_elements_of_many_bytes) {
  random_source random;
  SCOPED_TRACE(random.trace());
  for (int i = 0; i < 100; ++i) {
    SCOPED_TRACE("case " + std::to_string(i));
    const auto ndim = static_cast<std::size_t>(random.between(1, 3));
    expect_same_as_element_loop(random, random_shape(random, ndim, 4), i % 2 == 0 ? 700 : 9000);
    if (HasFatalFailure()) return;
  }
}

TEST(loop_nest, visits_each_element_once) {
  random_source random;
  SCOPED_TRACE(random.trace());
  for (int i = 0; i < 500; ++i) {
    const auto ndim = static_cast<std::size_t>(random.between(0, 6));
    auto shape = random_shape(random, ndim, 4);
    random_layout layout(random, shape);
    std::vector<int> visits(static_cast<std::size_t>(layout.extent), 0);
    std::vector<int> expected = visits;
    for_each_position(shape, [&](const auto& at) {
      expected[static_cast<std::size_t>(layout.offset + distance(at, layout.strides))] = 1;
    });
    auto numbers = counted_up_to(layout.extent);
    detail::loop_operand o{reinterpret_cast<std::byte*>(numbers.data() + layout.offset),
                           sizeof(index_t), layout.strides.data()};
    detail::run_loop_nest(shape.data(), ndim, &o, 1, loop_mode::read_only, &count_visits, &visits);
    ASSERT_EQ(visits, expected) << "case " << i;
  }
}

TEST(loop_nest, without_operands_still_counts) {
  index_t shape[] = {3, 1, 7};
  row_context context;
  context.itemsizes = {};
  const detail::row_function count = [](std::byte* const*, index_t n, const void* pointer) {
    static_cast<row_context*>(const_cast<void*>(pointer))->visited += n;
  };
  detail::run_loop_nest(shape, 3, nullptr, 0, loop_mode::read_only, count, &context);
  EXPECT_EQ(context.visited, 21);
}

TEST(loop_nest, adjacent_axes_become_one_row) {
  index_t shape[] = {4, 5, 6};
  index_t strides[] = {30, 6, 1};
  index_t reversed[] = {-30, -6, -1};
  std::vector<double> memory(120);
  auto* const data = reinterpret_cast<std::byte*>(memory.data());
  detail::loop_operand all[] = {{data, 8, strides}, {data, 8, reversed}};
  all[1].data += 119 * 8;
  int rows = 0;
  const detail::row_function count = [](std::byte* const*, index_t n, const void* pointer) {
    EXPECT_EQ(n, 120);
    ++*static_cast<int*>(const_cast<void*>(pointer));
  };
  detail::run_loop_nest(shape, 3, all, 1, loop_mode::first_is_written, count, &rows);
  EXPECT_EQ(rows, 1);
  index_t backward_shape[] = {4, 5, 6};
  detail::run_loop_nest(backward_shape, 3, all + 1, 1, loop_mode::first_is_written, count, &rows);
  EXPECT_EQ(rows, 2);
}

TEST(loop_nest, too_many_operands_are_an_error) {
  index_t shape[] = {2};
  index_t stride[] = {1};
  char memory[2];
  std::vector<detail::loop_operand> all(
      65, detail::loop_operand{reinterpret_cast<std::byte*>(memory), 1, stride});
  const std::string text = message_of<argument_error>([&] {
    detail::run_loop_nest(shape, 1, all.data(), all.size(), loop_mode::read_only, &write_digests,
                          nullptr);
  });
  EXPECT_NE(text.find("65 arrays"), std::string::npos) << text;
}

TEST(loop_nest, run_planes_visits_planes_in_memory_order_without_bands) {
  EXPECT_EQ(planes_of_shape({4, 5}, 2), counted_up_to(20));
  EXPECT_EQ(planes_of_shape({7}, 1), counted_up_to(7));
  EXPECT_EQ(planes_of_shape({2, 3, 4}, 3), counted_up_to(24));
  EXPECT_EQ(planes_of_shape({2, 0, 4}, 1), std::vector<index_t>{});
}

TEST(loop_nest, run_planes_visits_each_element_once_in_bands) {
  for (const index_t rows_at_once : {1, 2, 3, 4, 5, 7}) {
    for (const auto& shape : {std::vector<index_t>{3, 5, 4}, std::vector<index_t>{2, 3, 5, 2}}) {
      auto seen = planes_of_shape(shape, rows_at_once);
      std::sort(seen.begin(), seen.end());
      EXPECT_EQ(seen, counted_up_to(size_of(shape))) << "bands of " << rows_at_once;
    }
  }
  // Bands of two rows: both planes of the first band come before the second band.
  EXPECT_EQ(planes_of_shape({2, 4, 1}, 2), (std::vector<index_t>{0, 1, 4, 5, 2, 3, 6, 7}));
}
