// Each way in which messages may go gives the same elements, and the ways are chosen as is asked
// for.
#include "cases.hpp"
#include "forced_way.hpp"
#include "message_of.hpp"

#include <tessera/distributed/arrays/copy_plan.hpp>

#include <string>
#include <utility>
#include <vector>

using namespace tessera_test;

namespace {

double number(index_t i, index_t j) { return static_cast<double>(1000 * i + j); }

void fill(global_array<double, 2>& u) { u.fill(number); }

index_t wrong_elements(const global_array<double, 2>& u, bool turned) {
  const auto block = u.block();
  const view<const double, 2> mine = u.owned();
  index_t wrong = 0;
  for (index_t i = block.lower[0]; i < block.upper[0]; ++i)
    for (index_t j = block.lower[1]; j < block.upper[1]; ++j)
      wrong +=
          mine(i - block.lower[0], j - block.lower[1]) != (turned ? number(j, i) : number(i, j))
              ? 1
              : 0;
  return allreduce_sum(world(), wrong);
}

void check_redistribution(const shape_t<2>& shape, int runs) {
  const process_grid<2> rows(world(), {world().size(), 1});
  const process_grid<2> columns(world(), {1, world().size()});
  global_array<double, 2> from(rows, shape);
  global_array<double, 2> to(columns, shape);
  global_array<double, 2> turned(rows, {shape[1], shape[0]});
  fill(from);
  const copy_plan plan(from, to);
  const copy_plan turning(from.transpose(), turned);
  for (int run = 0; run < runs; ++run) {
    to = -1.0;
    turned = -1.0;
    plan.run(from, to);
    turning.run(from.transpose(), turned);
    EXPECT_EQ(wrong_elements(std::as_const(to), false), 0) << "run " << run;
    EXPECT_EQ(wrong_elements(std::as_const(turned), true), 0) << "run " << run;
  }
}

/// Of three axes, periodic, cut along one.
void check_halo(std::size_t axis, const shape_t<3>& shape, int runs) {
  grid_dims<3> dims{1, 1, 1};
  dims[axis] = world().size();
  global_array<double, 3> u(process_grid<3>(world(), dims), shape, halo<3>(1, true));
  const auto value = [&](index_t i, index_t j, index_t k, int run) {
    const auto wrapped = [&](index_t at, std::size_t d) { return (at + shape[d]) % shape[d]; };
    return static_cast<double>((wrapped(i, 0) * shape[1] + wrapped(j, 1)) * shape[2] +
                               wrapped(k, 2) + run);
  };
  for (int run = 0; run < runs; ++run) {
    u.fill([&](index_t i, index_t j, index_t k) { return value(i, j, k, run); });
    u.update_halo();
    const auto block = u.block();
    const view<const double, 3> all = std::as_const(u).padded();
    index_t wrong = 0;
    for (index_t i = 0; i < all.shape(0); ++i)
      for (index_t j = 0; j < all.shape(1); ++j)
        for (index_t k = 0; k < all.shape(2); ++k)
          wrong += all(i, j, k) != value(i - 1 + block.lower[0], j - 1 + block.lower[1],
                                         k - 1 + block.lower[2], run)
                       ? 1
                       : 0;
    EXPECT_EQ(allreduce_sum(world(), wrong), 0) << "axis " << axis << ", run " << run;
  }
}

} // namespace

TEST(transfer_ways, give_the_same_elements) {
  for (const std::string way : {"usual", "whole", "pieces", "eager", "types"}) {
    SCOPED_TRACE(way);
    const forced_way forced(way);
    for (const index_t piece : {index_t{200}, index_t{1} << 30}) {
      SCOPED_TRACE(piece);
      transfer_plan::set_piece_bytes(piece);
      check_redistribution({57, 83}, 2);
      for (const std::size_t axis : {0U, 1U, 2U}) check_halo(axis, {8, 9, 40}, 2);
    }
  }
}

// Where nothing is forced, the first runs try the ways out.
TEST(transfer_ways, are_tried_out) {
  const forced_way none("");
  check_redistribution({160, 240}, 34);
  check_halo(1, {10, 14, 70}, 34);
}

TEST(transfer_ways, pieces_are_counted) {
  if (world().size() == 1) return;
  const forced_way forced("pieces");
  transfer_plan::set_piece_bytes(64);
  transfer_plan plan(world(), sizeof(double));
  const detail::region rows{0, {5, 6}, {10, 1}};
  plan.send((world().rank() + 1) % world().size(), rows);
  plan.receive((world().rank() + world().size() - 1) % world().size(), rows);
  EXPECT_EQ(plan.messages(), 10); // a row of 48 bytes each
}

TEST(transfer_ways, several_arrays_and_lists) {
  const forced_way forced("pieces");
  transfer_plan::set_piece_bytes(40);
  const int right = (world().rank() + 1) % world().size();
  const int left = (world().rank() + world().size() - 1) % world().size();
  transfer_plan plan(world());
  const std::size_t bytes = plan.add_array(1);
  const std::size_t numbers = plan.add_array(sizeof(double));
  const detail::region some = detail::listed({3, 1, 4, 0, 9, 2, 6});
  const detail::region line{0, {7}, {1}};
  plan.send(right, {0, {11}, {2}}, bytes);
  plan.receive(left, {1, {11}, {1}}, bytes);
  plan.send(right, some, numbers);
  plan.receive(left, line, numbers);
  std::vector<unsigned char> from_bytes(22);
  std::vector<double> from_numbers(10);
  for (std::size_t i = 0; i < 22; ++i)
    from_bytes[i] = static_cast<unsigned char>(50 * world().rank() + static_cast<int>(i));
  for (std::size_t i = 0; i < 10; ++i)
    from_numbers[i] = 100.0 * world().rank() + static_cast<double>(i);
  for (int run = 0; run < 2; ++run) {
    std::vector<unsigned char> to_bytes(12);
    std::vector<double> to_numbers(7);
    const void* const from[] = {from_bytes.data(), from_numbers.data()};
    void* const to[] = {to_bytes.data(), to_numbers.data()};
    plan.start_all(from, to).finish();
    for (std::size_t i = 0; i < 11; ++i)
      EXPECT_EQ(to_bytes[i + 1], static_cast<unsigned char>(50 * left + 2 * static_cast<int>(i)));
    const double expected[] = {3, 1, 4, 0, 9, 2, 6};
    for (std::size_t i = 0; i < 7; ++i) EXPECT_EQ(to_numbers[i], 100.0 * left + expected[i]);
  }
}

TEST(transfer_ways, that_are_refused) {
  const forced_way wrong("fast");
  global_array<double, 2> u(process_grid<2>(world()), {8, 9}, halo<2>(1));
  u = 1.0;
  const std::string text = message_of<argument_error>([&] { u.update_halo(); });
  EXPECT_NE(text.find("TESSERA_TRANSFER is 'fast'"), std::string::npos) << text;
  EXPECT_NE(text.find("pieces"), std::string::npos) << text;
}

TEST(transfer_ways, that_ranks_disagree_about) {
  if (world().size() == 1) return;
  const forced_way wrong(world().rank() == 1 ? "whole" : "pieces");
  global_array<double, 2> u(process_grid<2>(world()), {8, 9}, halo<2>(1));
  u = 1.0;
  const std::string text = message_of<argument_error>([&] { u.update_halo(); });
  EXPECT_NE(text.find("TESSERA_TRANSFER"), std::string::npos) << text;
  EXPECT_NE(text.find("'whole'"), std::string::npos) << text;
}
