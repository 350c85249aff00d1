// A rank that leaves, or fails.
#include "mistakes.hpp"

#include <csignal>
#include <cstdlib>
#include <exception>
#include <stdexcept>
#include <unistd.h>

using namespace tessera;

namespace {

void exits(setting& s) {
  if (s.odd) std::exit(0);
  sum(s.u); // rest: exits
}

void throws(setting& s) {
  if (s.odd) throw std::runtime_error("the odd rank throws");
  sum(s.u);
}

/// "returned 0" is said of it.
void returns(setting& s) {
  if (s.odd) return;
  sum(s.u); // rest: returns
}

void returns_1(setting& s) {
  s.code = s.odd ? 1 : 0;
  if (!s.odd) sum(s.u); // rest: returns_1
}

void exits_with_3(setting& s) {
  if (s.odd) std::exit(3);
  sum(s.u); // rest: exits_with_3
}

void exits_quickly(setting& s) {
  if (s.odd) std::quick_exit(0);
  sum(s.u); // rest: exits_quickly
}

void exits_at_once(setting& s) {
  if (s.odd) _exit(0);
  sum(s.u);
}

void aborts(setting& s) {
  if (s.odd) std::abort(); // odd: aborts
  sum(s.u);
}

void terminates(setting& s) {
  if (s.odd) std::terminate();
  sum(s.u);
}

void crashes(setting& s) {
  if (s.odd) std::raise(SIGSEGV); // odd: crashes
  sum(s.u);
}

void throws_a_number(setting& s) {
  if (s.odd) throw 3;
  sum(s.u);
}

void throws_before_halo(setting& s) {
  if (s.odd) throw std::runtime_error("the odd rank throws");
  s.u.update_halo();
}

void throws_before_redistribution(setting& s) {
  if (s.odd) throw std::runtime_error("the odd rank throws");
  s.t(all, all) = s.u(all, all);
}

void throws_in_fill(setting& s) {
  s.u.fill([&](index_t i, index_t j) {
    if (s.odd && j == 20) throw std::runtime_error("the odd rank throws");
    return static_cast<double>(i + j);
  });
  sum(s.u);
}

void throws_in_kernel(setting& s) {
  int calls = 0;
  apply(s.w, s.u, [&](auto c) {
    if (s.odd && ++calls > 30) throw std::runtime_error("the odd rank throws");
    return c(0, 0) + c(-1, 0);
  });
  sum(s.w);
}

void throws_in_iterate(setting& s) {
  int calls = 0;
  iterate(s.u, s.w, 20, [&](auto c) {
    if (s.odd && ++calls > 30) throw std::runtime_error("the odd rank throws");
    return c(0, 0);
  });
  sum(s.u);
}

void throws_on_steps(setting& s) {
  const auto on_steps = [&](auto, auto&) {
    if (s.odd) throw std::runtime_error("the odd rank throws");
  };
  iterate(s.u, s.w, 20, [](auto c) { return c(0, 0); }, {.every = 5, .on_steps = on_steps});
  sum(s.u);
}

void throws_before_commit(setting& s) {
  hdf5_file file = hdf5_file::create(s.world, "a.h5");
  file.write("a", s.u);
  if (s.odd) throw std::runtime_error("the odd rank throws");
  file.commit();
}

void throws_in_transfer(setting& s) {
  transfer started = s.u.start_halo();
  if (s.odd) throw std::runtime_error("the odd rank throws");
  started.finish();
  sum(s.u);
}

/// It does not come to throw: the calls are compared before.
void halo_alone(setting& s) {
  s.u.update_halo();
  s.u = 2.0 * s.u;
  if (s.odd) {
    const transfer started = s.u.start_halo(); // odd: halo_alone
    throw std::runtime_error("the odd rank throws");
  }
  sum(s.u); // rest: halo_alone
}

/// Its next sum is the first one of the others.
void caught_alone(setting& s) {
  try {
    if (s.odd) throw std::runtime_error("the odd rank throws");
    sum(s.u);
  } catch (const std::exception&) {
  }
  sum(s.u); // rest: caught_alone
}

} // namespace

mistakes mistakes_of_endings() {
  return {
      {"exits", exits},
      {"throws", throws},
      {"returns", returns},
      {"returns_1", returns_1},
      {"exits_with_3", exits_with_3},
      {"exits_quickly", exits_quickly},
      {"exits_at_once", exits_at_once},
      {"aborts", aborts},
      {"terminates", terminates},
      {"crashes", crashes},
      {"throws_a_number", throws_a_number},
      {"throws_before_halo", throws_before_halo},
      {"throws_before_redistribution", throws_before_redistribution},
      {"throws_in_fill", throws_in_fill},
      {"throws_in_kernel", throws_in_kernel},
      {"throws_in_iterate", throws_in_iterate},
      {"throws_on_steps", throws_on_steps},
      {"throws_before_commit", throws_before_commit},
      {"throws_in_transfer", throws_in_transfer},
      {"halo_alone", halo_alone},
      {"caught_alone", caught_alone},
  };
}
