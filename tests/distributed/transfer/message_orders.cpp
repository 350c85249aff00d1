// Messages in pieces between memory of different orders, and several at once.
#include "cases.hpp"
#include "forced_way.hpp"

#include <algorithm>
#include <numeric>
#include <string>
#include <vector>

using namespace tessera_test;
using detail::region;

namespace {

int receiver() { return (world().rank() + 1) % world().size(); }
int sender() { return (world().rank() + world().size() - 1) % world().size(); }

using order_list = std::vector<std::size_t>;

/// Memory with gaps whose axes follow each other in that order, the last of them fastest.
region in_order(const std::vector<index_t>& shape, const order_list& order) {
  region result{1, shape, shape};
  index_t step = 1;
  for (std::size_t k = order.size(); k-- > 0;) {
    result.strides[order[k]] = step;
    step = step * shape[order[k]] + static_cast<index_t>(k % 2);
  }
  return result;
}

/// Calls `see` with the subscripts of each element, in their order, and where it lies.
template <class See> void for_each_element(const region& r, See see) {
  std::vector<index_t> at(r.shape.size(), 0);
  const index_t size = r.size();
  for (index_t number = 0; number < size; ++number) {
    index_t rest = number;
    index_t place = r.offset;
    for (std::size_t d = r.shape.size(); d-- > 0;) {
      place += rest % r.shape[d] * r.strides[d];
      rest /= r.shape[d];
    }
    see(number, static_cast<std::size_t>(place));
  }
}

std::size_t extent(const region& r) {
  std::size_t last = 0;
  for_each_element(r, [&](index_t, std::size_t place) { last = std::max(last, place); });
  return last + 2;
}

/// Elements of a few bytes, all of them different.
template <class T> T value_of(int rank, index_t number, int run) {
  T value{};
  for (std::size_t k = 0; k < sizeof(T); ++k)
    reinterpret_cast<unsigned char*>(&value)[k] =
        static_cast<unsigned char>(number * (2 * static_cast<index_t>(k) + 1) + 50 * rank + run);
  return value;
}

struct three_bytes {
  unsigned char of[3];
};
struct three_numbers {
  double of[3];
};

template <class T> bool is_same(const T& a, const T& b) {
  return std::equal(reinterpret_cast<const unsigned char*>(&a),
                    reinterpret_cast<const unsigned char*>(&a + 1),
                    reinterpret_cast<const unsigned char*>(&b));
}

/// A ring; what lies beside the elements keeps its value.
template <class T> void check_ring(const region& from, const region& to) {
  transfer_plan plan(world(), sizeof(T));
  if (world().size() == 1) {
    plan.copy(to, from);
  } else {
    plan.send(receiver(), from);
    plan.receive(sender(), to);
  }
  std::vector<T> source(extent(from));
  for (int run = 0; run < 2; ++run) {
    for_each_element(from, [&](index_t number, std::size_t place) {
      source[place] = value_of<T>(world().rank(), number, run);
    });
    const T gap = value_of<T>(9, 77, 3);
    std::vector<T> target(extent(to), gap);
    std::vector<T> expected = target;
    for_each_element(to, [&](index_t number, std::size_t place) {
      expected[place] = value_of<T>(sender(), number, run);
    });
    plan.run(source.data(), target.data());
    std::size_t wrong = 0;
    for (std::size_t k = 0; k < target.size(); ++k)
      wrong += is_same(target[k], expected[k]) ? 0U : 1U;
    EXPECT_EQ(wrong, 0U) << "run " << run;
  }
}

template <class T> void check_orders(const std::vector<index_t>& shape) {
  order_list from(shape.size());
  std::iota(from.begin(), from.end(), std::size_t{0});
  do {
    order_list to(shape.size());
    std::iota(to.begin(), to.end(), std::size_t{0});
    do {
      SCOPED_TRACE(testing::PrintToString(from) + " to " + testing::PrintToString(to));
      check_ring<T>(in_order(shape, from), in_order(shape, to));
    } while (std::next_permutation(to.begin(), to.end()));
  } while (std::next_permutation(from.begin(), from.end()));
}

} // namespace

TEST(message_orders, of_both_sides) {
  for (const std::string way : {"pieces", "types"})
    for (const index_t piece : {index_t{24}, index_t{200}, index_t{1500}}) {
      SCOPED_TRACE(way + " of " + std::to_string(piece));
      const forced_way forced(way);
      transfer_plan::set_piece_bytes(piece);
      check_orders<double>({13, 17});
      check_orders<unsigned char>({30, 41});
      check_orders<three_bytes>({6, 1, 9});
      check_orders<three_numbers>({5, 4, 7});
    }
}

TEST(message_orders, backwards_and_repeated) {
  const forced_way forced("pieces");
  transfer_plan::set_piece_bytes(64);
  const region rows{0, {9, 11}, {11, 1}};
  for (const region& other :
       {region{98, {9, 11}, {-11, -1}}, region{90, {9, 11}, {1, -9}}, region{0, {9, 11}, {1, 9}}})
    check_ring<double>(other, rows);
  check_ring<double>({8, {9, 11}, {-1, 9}}, rows);
  const region repeated{3, {9, 11}, {0, 0}};
  transfer_plan plan(world(), sizeof(int));
  if (world().size() == 1)
    plan.copy(rows, repeated);
  else {
    plan.send(receiver(), repeated);
    plan.receive(sender(), rows);
  }
  const std::vector<int> source{-1, -1, -1, 40 + world().rank()};
  std::vector<int> target(99, -1);
  plan.run(source.data(), target.data());
  EXPECT_EQ(target, std::vector<int>(99, 40 + sender()));
}

/// Parts that keep their order, and others that change it, in one message.
TEST(message_orders, of_several_parts) {
  const forced_way forced("pieces");
  transfer_plan::set_piece_bytes(100);
  const region rows{0, {7, 8}, {8, 1}};
  const region columns{56, {7, 8}, {1, 7}};
  const region list = detail::listed({120, 113, 125, 114, 119});
  const region line{112, {5}, {1}};
  transfer_plan plan(world(), sizeof(double));
  const auto add = [&](const region& from, const region& to) {
    if (world().size() == 1) return plan.copy(to, from);
    plan.send(receiver(), from);
    plan.receive(sender(), to);
  };
  add(rows, columns);
  add(columns, rows);
  add(list, line);
  std::vector<double> source(126);
  std::iota(source.begin(), source.end(), 1000.0 * world().rank());
  std::vector<double> target(126, -1.0);
  plan.run(source.data(), target.data());
  for (index_t i = 0; i < 7; ++i)
    for (index_t j = 0; j < 8; ++j) {
      const auto in_rows = static_cast<std::size_t>(8 * i + j);
      const auto in_columns = static_cast<std::size_t>(56 + i + 7 * j);
      EXPECT_EQ(target[in_columns], 1000.0 * sender() + static_cast<double>(in_rows));
      EXPECT_EQ(target[in_rows], 1000.0 * sender() + static_cast<double>(in_columns));
    }
  const double listed[] = {120, 113, 125, 114, 119};
  for (std::size_t k = 0; k < 5; ++k) EXPECT_EQ(target[112 + k], 1000.0 * sender() + listed[k]);
}

// Their pieces are under way at once, and must not be taken for each other's.
TEST(message_orders, plans_at_once) {
  const forced_way forced("pieces");
  transfer_plan::set_piece_bytes(400);
  constexpr index_t n = 3000;
  const region line{0, {n}, {2}};
  std::vector<transfer_plan> plans;
  for (int k = 0; k < 3; ++k) {
    plans.emplace_back(world(), sizeof(double));
    if (world().size() == 1) {
      plans.back().copy(line, line);
    } else {
      plans.back().send(receiver(), line);
      plans.back().receive(sender(), line);
    }
  }
  const auto value = [](int rank, std::size_t plan, index_t i, int run) {
    return static_cast<double>(i) + 1e5 * static_cast<double>(plan) + 1e6 * rank + 0.5 * run;
  };
  for (int run = 0; run < 6; ++run) {
    std::vector<std::vector<double>> source(3, std::vector<double>(2 * n));
    std::vector<std::vector<double>> target(3, std::vector<double>(2 * n, -1.0));
    std::vector<transfer> started;
    for (std::size_t k = 0; k < 3; ++k) {
      for (index_t i = 0; i < 2 * n; ++i)
        source[k][static_cast<std::size_t>(i)] = value(world().rank(), k, i, run);
      started.push_back(plans[k].start(source[k].data(), target[k].data()));
    }
    // Ranks may finish transfers in different orders.
    if ((run + world().rank()) % 2 == 1) std::reverse(started.begin(), started.end());
    for (transfer& t : started) t.finish();
    index_t wrong = 0;
    for (std::size_t k = 0; k < 3; ++k)
      for (index_t i = 0; i < 2 * n; ++i)
        wrong += target[k][static_cast<std::size_t>(i)] !=
                         (i % 2 == 0 ? value(sender(), k, i, run) : -1.0)
                     ? 1
                     : 0;
    EXPECT_EQ(wrong, 0) << "run " << run;
  }
}
