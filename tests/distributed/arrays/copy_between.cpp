#include "cases.hpp"
#include "message_of.hpp"

#include <tessera/distributed/arrays/copy_between.hpp>

#include <string>
#include <vector>

using namespace tessera_test;

namespace {

/// Some ranks in any order, at least one; the communicator of those, null for others.
communicator some_ranks(random_source& random, bool all_of_them) {
  const int size = world().size();
  std::vector<int> key;
  std::vector<bool> is_in;
  for (int r = 0; r < size; ++r) {
    key.push_back(static_cast<int>(random.between(0, 9)));
    is_in.push_back(all_of_them || random.one_in(2));
  }
  is_in[static_cast<std::size_t>(random.between(0, size - 1))] = true;
  const auto me = static_cast<std::size_t>(world().rank());
  return world().split(is_in[me] ? 0 : no_color, key[me]);
}

/// On a communicator that is null on some ranks; all draw the same.
template <std::size_t N>
global_array<double, N> array_on(random_source& random, const communicator& comm,
                                 const shape_t<N>& shape) {
  const int ranks = static_cast<int>(allreduce_max(world(), comm.is_null() ? 0 : comm.size()));
  const auto dims_list = all_dims(ranks, N);
  const std::vector<int> chosen = any_of(random, dims_list);
  grid_dims<N> dims{};
  std::copy(chosen.begin(), chosen.end(), dims.begin());
  const auto who = distribution_of_any_kind(random, shape, dims);
  const bool wide = !who.is_cyclic() && random.one_in(2);
  if (comm.is_null()) return {};
  return {process_grid<N>(comm, dims), who, wide ? halo<N>(1) : halo<N>()};
}

template <std::size_t N> void check_random(int cases, index_t most) {
  random_source random;
  SCOPED_TRACE(random.trace());
  for (int i = 0; i < cases; ++i) {
    const communicator first = some_ranks(random, i == 0);
    const communicator second = some_ranks(random, i == 1);
    const auto shape = random_shape_of<N>(random, most);
    auto from = array_on<N>(random, first, shape);
    auto to = array_on<N>(random, second, shape);
    if (!first.is_null()) fill_numbered(from);
    if (!second.is_null()) spoil(to);
    copy_between(world(), from, to);
    EXPECT_EQ(second.is_null() ? 0 : wrong_elements(to), 0) << "case " << i;
    EXPECT_EQ(first.is_null() ? 0 : wrong_elements(from), 0) << "case " << i;
  }
}

} // namespace

TEST(copy_between, groups_of_any_ranks) {
  check_random<1>(10, 30);
  check_random<2>(10, 9);
}

TEST(copy_between, errors_are_the_same_on_all_ranks) {
  const process_grid<1> grid(world());
  const global_array<double, 1> u(grid, {10});
  global_array<double, 1> v(grid, {11});
  global_array<double, 1> none;
  EXPECT_EQ(message_of<shape_error>([&] { copy_between(world(), u, v); }),
            "an array of shape (10,) cannot be copied to one of shape (11,)");
  EXPECT_EQ(message_of<argument_error>([&] { copy_between(world(), u, none); }),
            "no rank has brought an array to copy to: those that are in its communicator give it, "
            "the others an empty one");
  global_array<double, 1> w(grid, {10});
  EXPECT_NE(message_of<argument_error>([&] {
              copy_between(world(), w, w);
            }).find("an array cannot be copied to itself"),
            std::string::npos);
  if (world().size() == 1) return;
  const communicator half = world().split(world().rank() == 0 ? 0 : no_color);
  global_array<double, 1> small;
  if (!half.is_null()) small = {process_grid<1>(half), {10}};
  const std::string ranks = std::to_string(world().size());
  EXPECT_EQ(
      message_of<argument_error>([&] { copy_between(world(), u, world().rank() == 0 ? none : w); }),
      "no rank has brought an array to copy to: those that are in its communicator give it, "
      "the others an empty one");
  EXPECT_EQ(message_of<argument_error>(
                [&] { copy_between(world(), small, world().rank() == 0 ? w : none); }),
            "1 of the " + ranks +
                " ranks that have the array to copy to gave it; all of them must, "
                "and no others");
}
