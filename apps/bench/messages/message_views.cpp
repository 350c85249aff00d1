// Messages of strided views.
#include "hand/hand_messages.hpp"
#include "messages/message_table.hpp"
#include "peers/boost_messages.hpp"

#include <tessera/distributed.hpp>
#include <tessera/distributed/messages.hpp>

#include <algorithm>
#include <cstddef>
#include <string>
#include <utility>
#include <vector>

namespace bench {

using namespace tessera;

namespace {

template <std::size_t N> hand_layout layout_of(const view<double, N>& v) {
  hand_layout layout{{1, 1, 1}, {0, 0, 1}};
  for (std::size_t d = 0; d < N; ++d) {
    layout.counts[3 - N + d] = v.shape(d);
    layout.steps[3 - N + d] = v.strides()[d];
  }
  return layout;
}

/// One kind of view of an array of each rank, there and back.
template <std::size_t N>
void compare_view(message_table& table, const communicator& world, const std::string& what,
                  view<double, N> from, view<double, N> to) {
  const int other = 1 - world.rank();
  const hand_layout from_layout = layout_of(from);
  const hand_layout to_layout = layout_of(to);
  hand_view hand({world.native(), world.rank(), from.data(), to.data(), 0}, from_layout, to_layout);
  boost_messages boost(world.native());
  std::vector<double> packed;
  const auto by_boost = [&] {
    const auto send_packed = [&] {
      packed.resize(hand.size());
      hand.pack(packed.data());
      boost.send(packed);
    };
    if (world.rank() == 0) send_packed();
    boost.recv(packed);
    hand.unpack(packed.data());
    if (world.rank() != 0) send_packed();
  };
  const auto ours = [&] {
    if (world.rank() == 0) send(world, from, other);
    recv(world, to, other);
    if (world.rank() != 0) send(world, from, other);
  };
  // Each element another number, so that order matters.
  from = reshape(arange(0.0, static_cast<double>(from.size()), 1.0), from.shape()) +
         static_cast<double>(world.rank());
  const auto is_right = [&] {
    const ndarray<double, N> arrived = to.copy();
    const ndarray<double, N> wanted = from + (1.0 - 2.0 * world.rank());
    return std::equal(arrived.data(), arrived.data() + arrived.size(), wanted.data());
  };
  table.add({what,
             {{"MPI types", [&] { hand.by_types(); }},
              {"packed by hand", [&] { hand.by_packing(); }},
              {"packed, Boost.MPI", by_boost}},
             {{"send, recv", ours}},
             [&] { to = -1.0; },
             is_right,
             2});
}

/// Views of a matrix with a layer of halos around.
void compare_matrix_views(message_table& table, const communicator& world, index_t n) {
  ndarray<double, 2> from(shape_t<2>{n + 2, n + 2});
  ndarray<double, 2> to(shape_t<2>{n + 2, n + 2});
  const std::string size = " of " + std::to_string(n);
  const slice inner(1, n + 1);
  compare_view<1>(table, world, "row" + size, from(1, inner), to(0, inner));
  compare_view<1>(table, world, "column" + size, from(inner, 1), to(inner, 0));
  compare_view<2>(table, world, "2 columns" + size, from(inner, slice(1, 3)),
                  to(inner, slice(0, 2)));
  compare_view<2>(table, world, "block" + size, from(inner, inner), to(inner, inner));
  compare_view<2>(table, world, "turned" + size, from(inner, inner).transpose(),
                  to(inner, inner).transpose());
  compare_view<2>(table, world, "turned, to rows" + size, from(inner, inner).transpose(),
                  to(inner, inner));
}

/// Planes of a cube with a layer of halos around.
void compare_planes(message_table& table, const communicator& world, index_t n) {
  ndarray<double, 3> from(shape_t<3>{n + 2, n + 2, n + 2});
  ndarray<double, 3> to(shape_t<3>{n + 2, n + 2, n + 2});
  const std::string size = " of " + std::to_string(n);
  const slice inner(1, n + 1);
  compare_view<2>(table, world, "plane 0" + size, from(1, inner, inner), to(0, inner, inner));
  compare_view<2>(table, world, "plane 1" + size, from(inner, 1, inner), to(inner, 0, inner));
  compare_view<2>(table, world, "plane 2" + size, from(inner, inner, 1), to(inner, inner, 0));
}

void compare_every_second(message_table& table, const communicator& world, index_t n) {
  ndarray<double, 1> from(shape_t<1>{2 * n});
  ndarray<double, 1> to(shape_t<1>{2 * n});
  const slice second(0, 2 * n, 2);
  compare_view<1>(table, world, "every second, " + std::to_string(n), from(second), to(second));
}

} // namespace

void compare_views(const communicator& world, index_t repetitions) {
  message_table table(world, "Views there and back", repetitions);
  for (const index_t n : {100, 1000}) compare_matrix_views(table, world, n);
  for (const index_t n : {16, 128}) compare_planes(table, world, n);
  for (const index_t n : {100, 10000, 1000000}) compare_every_second(table, world, n);
}

} // namespace bench
