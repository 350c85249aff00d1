#include "transfer/transfer_way.hpp"

#include <tessera/core/error.hpp>
#include <tessera/distributed/collectives.hpp>

#include <fmt/core.h>

#include <cstdlib>
#include <cstring>
#include <limits>

namespace tessera::detail {

namespace {

constexpr const char* names[transfer_ways] = {"usual", "whole", "pieces", "eager", "types"};

// The first run of a way finds its buffers cold; short ones are disturbed more.
constexpr int few_runs = 4;
constexpr int many_runs = 8;
constexpr double short_run = 1e-3;   // seconds
constexpr double too_slow = 2;       // times the best so far: not tried again
constexpr double clearly_less = .95; // of the usual way's time, lest noise decides

/// Of its name; transfer_ways where there is none.
std::size_t number_of(const char* text) noexcept {
  std::size_t k = 0;
  while (k < transfer_ways && std::strcmp(text, names[k]) != 0) ++k;
  return k;
}

} // namespace

const char* text_of_wished_way() noexcept {
  const char* const text = std::getenv("TESSERA_TRANSFER");
  return text != nullptr ? text : "";
}

wished_way way_of_environment() noexcept {
  const std::size_t number = number_of(text_of_wished_way());
  if (number == transfer_ways) return {};
  return {true, static_cast<transfer_way>(number)};
}

void check_way_of_environment() {
  const char* const text = text_of_wished_way();
  if (*text != '\0' && number_of(text) == transfer_ways)
    throw argument_error(fmt::format(
        "the environment variable TESSERA_TRANSFER is '{}'; use usual, whole, pieces, eager or "
        "types",
        text));
}

void way_trial::note_run(const communicator& comm, double seconds) {
  const double slowest = allreduce_max(comm, seconds);
  double& best = best_[now_];
  const bool is_first = runs_++ == 0;
  if (is_first || slowest < best) best = slowest;
  double least = std::numeric_limits<double>::max();
  for (std::size_t k = 0; k < now_; ++k)
    if (best_[k] > 0 && best_[k] < least) least = best_[k];
  const bool is_short = best < short_run;
  const bool is_hopeless = !is_short && runs_ > 1 && best > too_slow * least;
  if (is_hopeless || runs_ >= (is_short ? many_runs : few_runs)) go_on();
}

/// To the next way, or to the best.
void way_trial::go_on() {
  runs_ = 0;
  while (++now_ < transfer_ways)
    if (tried_[now_]) return;
  now_ = 0;
  double least = clearly_less * best_[0];
  for (std::size_t k = 1; k < transfer_ways; ++k)
    if (tried_[k] && best_[k] < least) {
      least = best_[k];
      now_ = k;
    }
  is_over_ = true;
}

} // namespace tessera::detail
