#include "checkpoints.hpp"

#include <tessera/core/error.hpp>
#include <tessera/core/profile.hpp>
#include <tessera/core/types/number_text.hpp>

#include <fmt/core.h>

#include <string>

namespace heat {

using namespace tessera;

namespace {

/// What must be the same when a run goes on.
struct parameters {
  std::string boundary;
  double diffusivity = 0;
  double dt = 0;
  double tolerance = 0; // may change
  ndarray<double, 1> spacing;
};

parameters parameters_of(const options& o) {
  return {o.boundary, o.diffusivity, o.dt, o.tolerance,
          ndarray<double, 1>(o.spacing.begin(), o.spacing.end())};
}

void check_same(const options& o, index_t step, const char* name, const std::string& now,
                const std::string& then) {
  if (now == then) return;
  throw usage_error(fmt::format("{} is {}, but the checkpoint of step {} in '{}' was made with {}",
                                name, now, step, o.checkpoint, then));
}

void check_same(const options& o, index_t step, const parameters& then) {
  const parameters now = parameters_of(o);
  check_same(o, step, "--boundary", now.boundary, then.boundary);
  check_same(o, step, "--diffusivity", detail::number_text(now.diffusivity),
             detail::number_text(then.diffusivity));
  check_same(o, step, "--spacing", detail::joined_text(now.spacing, ","),
             detail::joined_text(then.spacing, ","));
  check_same(o, step, "--dt", detail::number_text(now.dt), detail::number_text(then.dt));
  if (step > o.steps)
    throw usage_error(fmt::format("--steps is {}, but the checkpoint in '{}' is of step {}",
                                  o.steps, o.checkpoint, step));
}

} // namespace

template <std::size_t N>
checkpoints<N>::checkpoints(const options& o, const communicator& world) : options_(o) {
  if (o.checkpoint.empty()) return;
  folder_.emplace(world, o.checkpoint);
  if (!o.restart && !inspect_checkpoint(world, o.checkpoint, false).empty())
    throw usage_error(fmt::format(
        "'{}' holds checkpoints of a run: go on from them with --restart, or remove them",
        o.checkpoint));
}

template <std::size_t N> stage checkpoints<N>::restore(field<N>& u) {
  if (!options_.restart) return {};
  TESSERA_PROFILE("checkpoint");
  stage reached;
  parameters then;
  const auto step = folder_->restore({{"boundary", then.boundary},
                                      {"diffusivity", then.diffusivity},
                                      {"spacing", then.spacing},
                                      {"dt", then.dt},
                                      {"tolerance", then.tolerance},
                                      {"is_last", reached.is_last},
                                      {"temperature", u}});
  if (!step) return {};
  reached.step = saved_ = *step;
  check_same(options_, reached.step, then);
  reached.is_last = reached.is_last && options_.tolerance >= then.tolerance;
  return reached;
}

template <std::size_t N> bool checkpoints<N>::is_due(index_t step) const {
  return options_.checkpoint_every > 0 && step % options_.checkpoint_every == 0;
}

template <std::size_t N> void checkpoints<N>::save(const stage& reached, const field<N>& u) {
  TESSERA_PROFILE("checkpoint");
  const parameters now = parameters_of(options_);
  folder_->save(reached.step, {{"boundary", now.boundary},
                               {"diffusivity", now.diffusivity},
                               {"spacing", now.spacing},
                               {"dt", now.dt},
                               {"tolerance", now.tolerance},
                               {"is_last", reached.is_last},
                               {"temperature", u}});
  saved_ = reached.step;
}

template <std::size_t N> void checkpoints<N>::save_last(const stage& reached, const field<N>& u) {
  if (folder_ && saved_ != reached.step) save(reached, u);
}

template class checkpoints<2>;
template class checkpoints<3>;

} // namespace heat
