// Ranks that come late, or never.
#include "mistakes.hpp"

#include <tessera/distributed/messages.hpp>

#include <chrono>
#include <thread>

using namespace tessera;

namespace {

void computes(setting& s) {
  if (s.odd)
    while (true) std::this_thread::sleep_for(std::chrono::seconds(1)); // odd: computes
  sum(s.u);                                                            // rest: computes
}

/// Late in the call in which the others wait, for longer than the deadline.
void slow_in_a_call(setting& s) {
  bool has_slept = !s.odd;
  s.u.fill([&](index_t i, index_t j) {
    if (!has_slept) std::this_thread::sleep_for(std::chrono::milliseconds(2500));
    has_slept = true;
    return static_cast<double>(i + j);
  });
}

/// Waits for a message of a rank that computes for longer than the deadline.
void slow_sender(setting& s) {
  const int next = (s.odd_rank + 1) % s.world.size();
  if (s.odd) {
    std::this_thread::sleep_for(std::chrono::milliseconds(2500));
    send(s.world, 1.0, next, 1);
  }
  if (s.world.rank() == next) static_cast<void>(recv<double>(s.world, s.odd_rank, 1));
}

void late(setting& s) {
  if (s.odd) std::this_thread::sleep_for(std::chrono::milliseconds(600));
  sum(s.u);
}

void no_mistake(setting& s) {
  sum(s.u);
  s.u.update_halo();
  s.t(all, all) = s.u(all, all);
}

} // namespace

mistakes mistakes_of_slow() {
  return {
      {"computes", computes}, {"slow_in_a_call", slow_in_a_call}, {"slow_sender", slow_sender},
      {"late", late},         {"no_mistake", no_mistake},
  };
}
