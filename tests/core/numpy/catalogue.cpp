#include "catalogue.hpp"

#include "case_file.hpp"

#include <tessera/core/math.hpp>
#include <tessera/core/ndarray.hpp>
#include <tessera/core/reductions/reduce.hpp>

#include <functional>

using namespace tessera;

namespace {

/// Three arrays of given types that broadcast against each other, and an expression of them.
template <class A, class B, class C, class F>
void evaluate(case_reader& in, result_writer& out, F f) {
  const case_array<A, 3> a(in);
  const case_array<B, 2> b(in);
  const case_array<C, 1> c(in);
  out.array(ndarray(f(a.elements, b.elements, c.elements)));
}

/// One buffer, of which parts overlap; the whole of it is the result.
template <class T, class F> void change(case_reader& in, result_writer& out, F f) {
  const case_array<T, 2> whole(in);
  const auto part = [&] {
    const index_t offset = in.integer();
    shape_t<2> shape{in.integer(), in.integer()};
    shape_t<2> strides{in.integer(), in.integer()};
    return view<T, 2>(whole.elements.data() + offset, shape, strides);
  };
  const auto to = part();
  const auto x = part();
  f(to, x, part());
  out.array(whole.elements.copy());
}

slice::bound next_bound(case_reader& in) {
  const bool given = in.integer() != 0;
  const index_t value = in.integer();
  return given ? slice::bound(value) : slice::bound(none);
}

/// An array and two slices of it.
template <class T, class F> void subscript(case_reader& in, result_writer& out, F f) {
  const case_array<T, 2> a(in);
  const auto next_slice = [&] {
    const auto start = next_bound(in);
    const auto stop = next_bound(in);
    return slice(start, stop, in.integer());
  };
  const slice first = next_slice();
  out.array(ndarray(f(a.elements, first, next_slice())));
}

using i32 = std::int32_t;
using i64 = std::int64_t;
using evaluation = void (*)(case_reader&, result_writer&);

// The same list, in the same order, stands in test_expressions.py.
// clang-format off
#define EVALUATE(A, B, C, expression)                                                    \
  [](case_reader& in, result_writer& out) {                                              \
    evaluate<A, B, C>(in, out, [](auto a, auto b, auto c) {                              \
      (void)a, (void)b, (void)c;                                                         \
      return expression;                                                                 \
    });                                                                                  \
  }
#define CHANGE(T, statement)                                                             \
  [](case_reader& in, result_writer& out) {                                              \
    change<T>(in, out, [](auto to, auto x, auto y) {                                     \
      (void)y;                                                                           \
      statement;                                                                         \
    });                                                                                  \
  }
#define SUBSCRIPT(T, expression)                                                         \
  [](case_reader& in, result_writer& out) {                                              \
    subscript<T>(in, out, [](auto a, slice s, slice t) { return expression; });          \
  }
const evaluation catalogue[] = {
    EVALUATE(double, double, double, a + b * c),
    EVALUATE(float, float, float, a * b - c / b),
    EVALUATE(i32, i32, i32, a * b + c),
    EVALUATE(i64, i64, i64, a - b * c),
    EVALUATE(i32, i64, float, (a + b) * c),
    EVALUATE(float, i32, double, a * b - c),
    EVALUATE(bool, i32, float, a * b + c),
    EVALUATE(i32, i32, i64, a / b - c),
    EVALUATE(double, float, bool, where(c, a, b)),
    EVALUATE(i32, double, i64, where(a > b, c, a)),
    EVALUATE(float, float, float, minimum(a, maximum(b, c))),
    EVALUATE(i64, i32, double, maximum(a, b) - minimum(b, c)),
    EVALUATE(double, double, double, sqrt(abs(a)) * abs(-b) + c),
    EVALUATE(float, i32, float, sqrt(abs(a) + abs(c)) - abs(b)),
    EVALUATE(float, double, float, a < b && c == c),
    EVALUATE(i32, i32, i64, (a <= b) == (b > c)),
    EVALUATE(double, double, double, a >= b || (b != c && !(a == c))),
    EVALUATE(double, float, i32, 2.0 * a - 4.5 * b + 3 * c),
    EVALUATE(float, float, float, 0.1 * a + b / 3 - c),
    EVALUATE(i32, i64, bool, a * 3 - b + c),
    EVALUATE(double, double, double, floor(a) + ceil(b) * (1.0 - c)),
    EVALUATE(double, i32, float, a(slice(0, 1), newaxis, all, slice(none, none, -1)) * b - c),
    EVALUATE(double, double, double, a(all, slice(none, none, -1)) + b(slice(none, none, -1)) * c),
    CHANGE(double, to = x),
    CHANGE(double, to = x * 2.0 - y),
    CHANGE(i32, to += x),
    CHANGE(float, to = to * x + y),
    CHANGE(i64, to -= x * y),
    CHANGE(bool, to = x && !y),
    CHANGE(double, to = x(slice(0, 1), all) - y(all, slice(-1, none))),
    SUBSCRIPT(double, a(s, t)),
    SUBSCRIPT(i32, a(s, t).transpose() * 2),
    SUBSCRIPT(float, a(s, newaxis, t) - a(s, t)(all, newaxis, slice(none, none, -1))),
};
// clang-format on

} // namespace

int evaluate_all(const char* cases, const char* results) {
  case_reader in(cases);
  result_writer out(results);
  index_t number = 0;
  while (in.next(number)) {
    if (number < 0 || number >= static_cast<index_t>(std::size(catalogue))) {
      std::fprintf(stderr, "the catalogue has no expression %lld\n",
                   static_cast<long long>(number));
      return 1;
    }
    catalogue[number](in, out);
  }
  return 0;
}
