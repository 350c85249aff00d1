#include "stencils/iterate_tuning.hpp"

#include <tessera/distributed/collectives.hpp>

#include <algorithm>
#include <mutex>
#include <utility>

namespace tessera::detail {

namespace {

// The fastest counts: the first may find cold memory, and short ones are easily disturbed.
constexpr int fewest_tries = 2;
constexpr int most_tries = 8;
constexpr double long_enough = 4e-3; // seconds that all tries of a candidate take

struct candidate {
  tile_choice choice;
  double seconds = 0; // per step, the best so far
  double spent = 0;
  int tried = 0;

  [[nodiscard]] bool is_known() const {
    return tried >= most_tries || (tried >= fewest_tries && spent >= long_enough);
  }
};

struct trial {
  tuning_case what;
  std::vector<candidate> candidates;
};

std::vector<candidate> candidates_of(const tuning_case& what) {
  const std::size_t ndim = what.shape.size();
  const index_t most = std::min<index_t>(what.deepest, ndim > 2 ? 8 : 16);
  std::vector<index_t> depths{most, (most + 1) / 2, 1};
  std::vector<index_t> tiles{512, 2048};
  if (ndim == 1) tiles = {2048, 8192};
  if (ndim > 2) tiles = {8, 16};
  if (what.wanted.depth > 0) depths = {what.wanted.depth};
  if (what.wanted.tile > 0) tiles = {what.wanted.tile};
  depths.erase(std::unique(depths.begin(), depths.end()), depths.end());
  std::vector<candidate> result;
  for (const index_t depth : depths)
    for (const index_t tile : tiles) result.push_back({.choice = {depth, tile}});
  if (what.by_stage && what.wanted == tile_choice{}) result.push_back({.choice = {0, 0}});
  return result;
}

std::mutex trials_mutex;

/// The trial of a case, known from earlier calls or new. The mutex is held.
trial& trial_of(const tuning_case& what) {
  static std::vector<trial> trials;
  const auto same = [&](const trial& t) { return t.what == what; };
  const auto known = std::find_if(trials.begin(), trials.end(), same);
  if (known != trials.end()) return *known;
  trials.push_back({what, candidates_of(what)});
  return trials.back();
}

} // namespace

tile_tuning::tile_tuning(const communicator& comm, tuning_case what)
    : comm_(comm), case_(std::move(what)), choice_(case_.wanted),
      is_settled_(choice_.depth > 0 && choice_.tile > 0) {}

tile_choice tile_tuning::next() {
  if (is_settled_) return choice_;
  index_t values[3] = {};
  if (comm_.rank() == 0) {
    const std::lock_guard lock(trials_mutex);
    const std::vector<candidate>& all = trial_of(case_).candidates;
    const auto untried =
        std::find_if(all.begin(), all.end(), [](const candidate& c) { return !c.is_known(); });
    const auto fastest =
        std::min_element(all.begin(), all.end(), [](const candidate& a, const candidate& b) {
          return a.seconds < b.seconds;
        });
    const auto chosen = untried != all.end() ? untried : fastest;
    candidate_ = static_cast<std::size_t>(chosen - all.begin());
    values[0] = chosen->choice.depth;
    values[1] = chosen->choice.tile;
    values[2] = untried == all.end() ? 1 : 0;
  }
  broadcast(comm_, values, 3, 0);
  choice_ = {values[0], values[1]};
  is_settled_ = values[2] == 1;
  return choice_;
}

void tile_tuning::took(double seconds_per_step) {
  if (is_settled_) return;
  // The slowest rank counts; rank 0 may own next to nothing.
  seconds_per_step = allreduce_max(comm_, seconds_per_step);
  if (comm_.rank() != 0) return;
  const std::lock_guard lock(trials_mutex);
  candidate& c = trial_of(case_).candidates[candidate_];
  c.seconds = c.tried == 0 ? seconds_per_step : std::min(c.seconds, seconds_per_step);
  c.spent += seconds_per_step * static_cast<double>(std::max<index_t>(c.choice.depth, 1));
  ++c.tried;
}

} // namespace tessera::detail
