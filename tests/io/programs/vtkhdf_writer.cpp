// Writes VTKHDF files whose elements a script can compute, too; for vtkhdf_check.py.
//
//     vtkhdf_writer plane|space|local PATH FIRST LAST EVERY [die]
//
// Steps FIRST to LAST - 1 at times step / 4, saved after every EVERY steps and at the end; with
// FIRST above 0, the file is continued after that many. "die" kills rank 0 before the last save.
//
//     vtkhdf_writer image2|image3 PATH
//
// Element k of an array, in natural order, is 7 step + 3 k + c, with c the component.
#include <tessera/core/error.hpp>
#include <tessera/core/fixed_array.hpp>
#include <tessera/distributed.hpp>
#include <tessera/io/vtkhdf.hpp>

#include <csignal>
#include <cstdint>
#include <functional>
#include <string>

using namespace tessera;

namespace {

template <class T> T number(index_t step, index_t k, index_t c = 0) {
  const index_t value = 7 * step + 3 * k + c;
  return static_cast<T>(sizeof(T) == 1 ? value % 100 : value);
}
template <class V> V vector(index_t step, index_t k) {
  V v{};
  for (index_t c = 0; c < V::size(); ++c) v.data()[c] = number<typename V::value_type>(step, k, c);
  return v;
}

template <std::size_t N> index_t place_of(const shape_t<N>& shape, const shape_t<N>& index) {
  index_t k = 0;
  for (std::size_t d = 0; d < N; ++d) k = k * shape[d] + index[d];
  return k;
}

/// An array whose elements are f(k), over the ranks along the last axis or in blocks.
template <class F, std::size_t N>
auto field(const communicator& world, const shape_t<N>& shape, bool in_columns, F f) {
  const process_grid<N> grid = in_columns ? grid_along<N>(world, N - 1) : process_grid<N>(world);
  global_array<decltype(f(index_t{})), N> u(grid, shape, halo<N>(1));
  u.fill([&](auto... i) { return f(place_of<N>(shape, {i...})); });
  return u;
}

using step_writer = std::function<void(const std::vector<vtkhdf_field>&)>;

void plane(const communicator& world, index_t step, const step_writer& write) {
  const shape_t<2> points{7, 9};
  const shape_t<2> cells{6, 8};
  const auto u = field(world, points, false, [&](index_t k) { return number<double>(step, k); });
  const auto v = field(world, points, true,
                       [&](index_t k) { return vector<fixed_array<double, 2>>(step, k); });
  const auto p =
      field(world, cells, true, [&](index_t k) { return number<std::int32_t>(step, k); });
  const auto q =
      field(world, cells, false, [&](index_t k) { return vector<fixed_array<float, 3>>(step, k); });
  write({{"temperature", u},
         {"velocity", v},
         {"phase", p, vtkhdf_data::cells},
         {"flux", q, vtkhdf_data::cells},
         {"energy", number<double>(step, 5)}});
}

template <class T> auto typed(const communicator& world, index_t step) {
  return field(world, shape_t<3>{4, 5, 6}, false, [=](index_t k) { return number<T>(step, k); });
}

void space(const communicator& world, index_t step, const step_writer& write) {
  const auto i1 = typed<std::int8_t>(world, step);
  const auto u1 = typed<std::uint8_t>(world, step);
  const auto i2 = typed<std::int16_t>(world, step);
  const auto u2 = typed<std::uint16_t>(world, step);
  const auto i4 = typed<std::int32_t>(world, step);
  const auto u4 = typed<std::uint32_t>(world, step);
  const auto i8 = typed<std::int64_t>(world, step);
  const auto u8 = typed<std::uint64_t>(world, step);
  const auto f4 = typed<float>(world, step);
  const auto f8 = typed<double>(world, step);
  const auto v = field(world, shape_t<3>{4, 5, 6}, true,
                       [&](index_t k) { return vector<fixed_array<double, 3>>(step, k); });
  const auto p =
      field(world, shape_t<3>{3, 4, 5}, true, [&](index_t k) { return number<double>(step, k); });
  write({{"i1", i1},
         {"u1", u1},
         {"i2", i2},
         {"u2", u2},
         {"i4", i4},
         {"u4", u4},
         {"i8", i8},
         {"u8", u8},
         {"f4", f4},
         {"f8", f8},
         {"v", v},
         {"f8", p, vtkhdf_data::cells}});
}

/// Rank 0's arrays, and an expression.
void local(const communicator& world, index_t step, const step_writer& write) {
  ndarray<double, 2> u(shape_t<2>{5, 4});
  ndarray<fixed_array<float, 3>, 2> v(shape_t<2>{5, 4});
  for (index_t k = 0; k < u.size(); ++k) {
    u.data()[k] = number<double>(step, k);
    v.data()[k] = vector<fixed_array<float, 3>>(step, k);
  }
  const auto w =
      field(world, shape_t<2>{5, 4}, false, [&](index_t k) { return number<double>(step, k); });
  write({{"u", u}, {"v", v}, {"twice", 2.0 * w}});
}

using case_writer = void (*)(const communicator&, index_t, const step_writer&);

void write_series(const communicator& world, case_writer fields, const vtkhdf_options& options,
                  const std::vector<std::string>& words) {
  const index_t first = std::stol(words.at(2));
  const index_t last = std::stol(words.at(3));
  const index_t every = std::stol(words.at(4));
  vtkhdf_series series =
      first > 0 ? vtkhdf_series::extend(world, words[1]) : vtkhdf_series(world, words[1], options);
  series.truncate(first);
  for (index_t step = first; step < last; ++step) {
    fields(world, step,
           [&](const auto& list) { series.add(0.25 * static_cast<double>(step), list); });
    if (every > 0 && (step + 1) % every == 0) series.save();
  }
  world.barrier();
  if (words.size() > 5 && world.rank() == 0) ::raise(SIGKILL);
  world.barrier();
  series.save();
}

void write_image(const communicator& world, case_writer fields, const vtkhdf_options& options,
                 const std::string& path) {
  fields(world, 0, [&](const auto& list) { save_vtkhdf(world, path, list, options); });
}

} // namespace

int main(int argc, char** argv) {
  return run(argc, argv, [&](const communicator& world) {
    const std::vector<std::string> words(argv + 1, argv + argc);
    const vtkhdf_options flat{.origin = {10, 20}, .spacing = {0.5, 0.25}};
    const vtkhdf_options deep{
        .origin = {1, 2, 3}, .spacing = {0.5, 0.25, 2}, .deflate = 3, .shuffle = true};
    if (words.at(0) == "plane") return write_series(world, plane, flat, words);
    if (words.at(0) == "space") return write_series(world, space, deep, words);
    if (words.at(0) == "local") return write_series(world, local, {}, words);
    if (words.at(0) == "image2") return write_image(world, plane, flat, words.at(1));
    if (words.at(0) == "image3") return write_image(world, space, deep, words.at(1));
    throw argument_error("no case '" + words.at(0) + "'");
  });
}
