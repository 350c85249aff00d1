// Selection: masks, arrays of subscripts, places of what is not zero.
#include "function.hpp"

#include <tessera/core/expressions/map.hpp>
#include <tessera/core/selection/take.hpp>

using namespace tessera;

namespace {

const add_function call_mask("mask", [](arguments& in, results& out) {
  const double value = in.number();
  in.any_array<double, short>([&](const auto& a) {
    using array = std::remove_cvref_t<decltype(a)>;
    using T = typename array::value_type;
    const auto mask = in.array<bool, array::ndim>();
    const auto values = in.array<double, 1>();
    out(a(mask.elements));
    out(compress(mask.elements, a));
    out(sum(a(mask.elements)));
    ndarray b = a;
    b(mask.elements) = static_cast<T>(value);
    out(b);
    a(mask.elements) = astype<T>(values.elements);
    out(a);
    a(mask.elements) += 1;
    out(a);
  });
});

const add_function call_nonzero("nonzero", [](arguments& in, results& out) {
  in.any_array<double, bool>([&](const auto& a) {
    out(flatnonzero(a));
    for (const auto& places : nonzero(a)) out(places);
    out(argwhere(a));
  });
});

const add_function call_take("take", [](arguments& in, results& out) {
  const index_t axis_of = in.integer();
  in.array_of<2, double, short>([&](const auto& a) {
    in.array_of<1, index_t, int>([&](const auto& indices) {
      out(take(a, indices, axis(axis_of)));
      out(take(a, indices));
    });
  });
});

const add_function call_subscript("subscript", [](arguments& in, results& out) {
  const auto a = in.array<double, 2>();
  const auto indices = in.array<index_t, 2>();
  const auto values = in.array<double, 1>();
  out(a.elements(indices.elements));
  a.elements(indices.elements) = values.elements;
  out(a.elements);
});

const add_function call_put("put", [](arguments& in, results& out) {
  const auto a = in.array<double, 2>();
  const auto indices = in.array<index_t, 1>();
  const auto values = in.array<double, 1>();
  put(a.elements, indices.elements, values.elements);
  out(a.elements);
});

const add_function call_place("place", [](arguments& in, results& out) {
  const auto a = in.array<double, 2>();
  const auto mask = in.array<bool, 2>();
  const auto values = in.array<double, 1>();
  place(a.elements, mask.elements, values.elements);
  out(a.elements);
  out(extract(mask.elements, a.elements));
});

const add_function call_along("along_axis", [](arguments& in, results& out) {
  const index_t axis_of = in.integer();
  const auto a = in.array<double, 2>();
  const auto indices = in.array<index_t, 2>();
  out(take_along_axis(a.elements, indices.elements, axis(axis_of)));
  put_along_axis(a.elements, indices.elements, 7.0, axis(axis_of));
  out(a.elements);
});

} // namespace
