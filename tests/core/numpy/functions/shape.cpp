// Shape: reshape, axes, joining, splitting, repeating, padding.
#include "function.hpp"

#include <tessera/core/creation/diagonals.hpp>
#include <tessera/core/shapes/insert.hpp>
#include <tessera/core/shapes/join.hpp>
#include <tessera/core/shapes/pad.hpp>
#include <tessera/core/shapes/repeat.hpp>
#include <tessera/core/shapes/reshape.hpp>
#include <tessera/core/shapes/split.hpp>

using namespace tessera;

namespace {

using item = std::int32_t;

/// Calls f with the sizes that follow, of which there may be 1, 2, 3.
template <class F> void with_sizes(arguments& in, F f) {
  const auto read = [&]<std::size_t M>(shape_t<M> sizes) {
    for (index_t& n : sizes) n = in.integer();
    f(sizes);
  };
  const index_t count = in.integer();
  if (count == 1) read(shape_t<1>{});
  if (count == 2) read(shape_t<2>{});
  if (count == 3) read(shape_t<3>{});
}

const add_function reshape_any("reshape", [](arguments& in, results& out) {
  in.any_array<item>([&](const auto& a) {
    with_sizes(in, [&](const auto& shape) {
      const auto result = reshape(a, shape);
      out(result);
      out(result.owns_memory());
    });
  });
});

const add_function ravel_any("ravel", [](arguments& in, results& out) {
  in.any_array<item>([&](const auto& a) {
    out(ravel(a));
    out(flatten(a));
    out(ascontiguous(a));
    out(ascontiguous(a).owns_memory());
  });
});

const add_function axes_3("axes", [](arguments& in, results& out) {
  in.array_of<3, item>([&](const auto& a) {
    const index_t i = in.integer();
    const index_t j = in.integer();
    const index_t k = in.integer();
    const index_t turns = in.integer();
    const index_t offset = in.integer();
    out(transpose(a, axis(i, j, k)));
    out(swapaxes(a, i, j));
    out(moveaxis(a, i, j));
    out(moveaxis(a, axis(i, j), axis(k, i)));
    out(flip(a, axis(i, k)));
    out(flip(a));
    out(rot90(a, turns));
    out(diagonal(a, offset));
  });
});

const add_function dimensions("dimensions", [](arguments& in, results& out) {
  in.any_array<item>([&](const auto& a) {
    const index_t i = in.integer();
    const index_t j = in.integer();
    const auto wide = expand_dims(a, axis(i, j));
    out(wide);
    out(squeeze(wide, axis(j, i)));
    out(atleast_2d(a));
    out(atleast_3d(a));
  });
});

const add_function squeeze_3("squeeze", [](arguments& in, results& out) {
  in.array_of<3, item>([&](const auto& a) { out(squeeze(a, axis(in.integer()))); });
});

const add_function broadcast_3("broadcast_to", [](arguments& in, results& out) {
  in.any_array<item>([&](const auto& a) {
    shape_t<3> shape{};
    for (index_t& n : shape) n = in.integer();
    out(broadcast_to(a, shape));
  });
});

const add_function concatenate_2("concatenate", [](arguments& in, results& out) {
  in.array_of<2, item>([&](const auto& a) {
    in.array_of<2, std::uint32_t, bool>([&](const auto& b) {
      const auto along = axis(in.integer());
      out(concatenate(a, b, a, along));
    });
  });
});

const add_function stack_any("stack", [](arguments& in, results& out) {
  in.any_array<item>([&](const auto& a) {
    in.array_of<std::remove_cvref_t<decltype(a)>::ndim, float>([&](const auto& b) {
      const index_t along = in.integer();
      out(stack(a, b, axis(along)));
      out(vstack(a, b));
      out(hstack(a, b));
      out(dstack(a, b));
      if constexpr (std::remove_cvref_t<decltype(a)>::ndim < 3) out(column_stack(a, b));
    });
  });
});

const add_function vstack_row("vstack_row", [](arguments& in, results& out) {
  in.array_of<2, item>(
      [&](const auto& a) { in.array_of<1, item>([&](const auto& row) { out(vstack(a, row)); }); });
});

const add_function split_2("split", [](arguments& in, results& out) {
  in.array_of<2, item>([&](const auto& a) {
    const auto along = axis(in.integer());
    const index_t first = in.integer();
    const index_t second = in.integer();
    const index_t parts = in.integer();
    for (const auto& part : split(a, {first, second}, along)) out(part);
    const ndarray<index_t, 1> points{second, first, second};
    for (const auto& part : split(a, points, along)) out(part);
    for (const auto part : array_split(a, parts, along)) out(part);
  });
});

const add_function split_equal("split_equal", [](arguments& in, results& out) {
  in.array_of<2, item>([&](const auto& a) {
    const auto along = axis(in.integer());
    for (const auto part : split(a, in.integer(), along)) out(part);
  });
});

const add_function roll_any("roll", [](arguments& in, results& out) {
  in.any_array<item>([&](const auto& a) {
    const index_t shift = in.integer();
    const auto along = axis(in.integer());
    out(roll(a, shift));
    out(roll(a, shift, along));
    if constexpr (std::remove_cvref_t<decltype(a)>::ndim > 1) out(roll(a, {shift, 1}, axis(0, -1)));
  });
});

const add_function repeat_any("repeat", [](arguments& in, results& out) {
  in.any_array<item>([&](const auto& a) {
    const index_t count = in.integer();
    const auto along = axis(in.integer());
    in.array_of<1, std::int64_t>([&](const auto& counts) {
      out(repeat(a, count));
      out(repeat(a, count, along));
      out(repeat(a, counts, along));
    });
  });
});

const add_function tile_any("tile", [](arguments& in, results& out) {
  in.any_array<item>([&](const auto& a) {
    const index_t i = in.integer();
    const index_t j = in.integer();
    out(tile(a, j));
    out(tile(a, {i, j}));
  });
});

const add_function pad_any("pad", [](arguments& in, results& out) {
  in.any_array<item>([&](const auto& a) {
    pad_width widths[std::remove_cvref_t<decltype(a)>::ndim];
    for (pad_width& w : widths) w = {in.integer(), in.integer()};
    const auto mode = static_cast<pad_mode>(in.integer());
    out(pad(a, widths, mode, item{7}));
  });
});

const add_function insert_any("insert", [](arguments& in, results& out) {
  in.any_array<item>([&](const auto& a) {
    const auto along = axis(in.integer());
    const index_t at = in.integer();
    const slice part{in.integer(), in.integer(), in.integer()};
    out(insert(a, at, 9, along));
    out(append(a, a, along));
    out(append(a, a));
    out(delete_(a, part, along));
    out(delete_(a, at, along));
  });
});

const add_function triangles("triangles", [](arguments& in, results& out) {
  in.array_of<3, item>([&](const auto& a) {
    const index_t k = in.integer();
    const index_t rows = in.integer();
    const index_t columns = in.integer();
    out(tril(a, k));
    out(triu(a, k));
    out(diag(a(0), k));
    out(diag(a(0, 0, all), k));
    out(eye<item>(rows, columns, k));
  });
});

} // namespace
