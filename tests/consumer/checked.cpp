// What builds with checks find, in a program that links an installed library.
#include <tessera/tessera.hpp>

#include <cmath>
#include <cstdio>
#include <string>

using namespace tessera;

namespace {

int failures = 0;

/// Must throw an Error whose message has this part.
template <class Error, class F> void expect(const char* part, F f) {
  try {
    f();
    std::printf("not found: %s\n", part);
    ++failures;
  } catch (const Error& e) {
    if (std::string(e.what()).find(part) != std::string::npos) return;
    std::printf("%s, where this was expected: %s\n", e.what(), part);
    ++failures;
  }
}

auto part_of_local(index_t n) {
  ndarray a = arange(static_cast<double>(n));
  view<double, 1> part = a(slice(1, none));
  return part;
}
auto expression_of_local(index_t n) {
  ndarray a = arange(static_cast<double>(n));
  return a + 1.0;
}

/// Small blocks of memory and large ones are reused in different ways.
void check_local(index_t n) {
  const auto part = part_of_local(n);
  const auto sums = expression_of_local(n);
  const ndarray other = zeros(n);
  const std::string shape = " of shape (" + std::to_string(n - 1) + ",) is used, but its array";
  expect<argument_error>(shape.c_str(), [&] { std::printf("%g", part(3)); });
  expect<argument_error>(shape.c_str(), [&] { std::printf("%g", part.at(-1)); });
  expect<argument_error>(shape.c_str(), [&] { std::printf("%g", *part.begin()); });
  expect<argument_error>(shape.c_str(), [&] { std::printf("%g", sum(part)); });
  expect<argument_error>(shape.c_str(), [&] { part = 1.0; });
  expect<argument_error>("is gone: ", [&] { const ndarray b = sums; });
  expect<argument_error>("is gone: ", [&] { std::printf("%g", mean(sums)); });
  expect<index_error>("", [&] { std::printf("%g", other(n)); });
  if (sum(other) != 0) std::printf("an array that lives was changed\n"), ++failures;
}

auto part_of_global(const process_grid<1>& grid) {
  global_array<double, 1> u = linspace(grid, 0.0, 1.0, 50);
  return u(slice(10, 20));
}

void check_global(const process_grid<1>& grid) {
  const auto part = part_of_global(grid);
  global_array<double, 1> u(grid, {50}, halo<1>(1));
  expect<argument_error>("a global array of shape (50,) is used, but the array is gone",
                         [&] { std::printf("%g", sum(part)); });
  expect<argument_error>("is gone", [&] { std::printf("%g", part.at(0)); });
  expect<argument_error>("is gone", [&] { const auto copied = copy(part + 1.0); });
  if (!std::isnan(std::as_const(u).padded()(0)))
    std::printf("the halo is not marked\n"), ++failures;
  u = 1.0;
  auto v = u;
  expect<error>("offset 2 along axis 0", [&] { apply(v, u, [](auto c) { return c(2); }); });
}

} // namespace

int main(int argc, char** argv) {
  const int result = run(argc, argv, [](communicator& world) {
    check_local(10);
    check_local(100000);
    check_global(process_grid<1>(world));
  });
  return result != 0 || failures > 0 ? 1 : 0;
}
