// What all threads have recorded, as one profile.
#include "measuring/profile_clock.hpp"
#include "measuring/profile_recorder.hpp"

#include <map>
#include <string>
#include <tuple>
#include <utility>

namespace tessera {

namespace detail {

namespace {

void add_messages(message_count& sum, const message_count& more) {
  sum.messages += more.messages;
  sum.bytes += more.bytes;
}

/// Turns the paths of all threads into regions and pairs of regions.
class profile_collector {
public:
  profile_collector() : scale_(seconds_per_tick()), now_(ticks()) {}

  void add(const region_recorder& r) {
    std::vector<std::uint64_t> in_all(r.nodes.size());
    for (std::size_t k = 0; k < r.nodes.size(); ++k) in_all[k] = r.nodes[k].ticks;
    // Calls that have not ended count up to now.
    for (std::uint32_t k = r.current; k != 0; k = r.nodes[k].parent)
      in_all[k] += now_ - r.nodes[k].began;

    std::vector<std::uint64_t> below(r.nodes.size());
    for (std::size_t k = 1; k < r.nodes.size(); ++k) below[r.nodes[k].parent] += in_all[k];
    // A node stands before those that are called from it.
    std::vector<message_count> sent(r.nodes.size());
    std::vector<message_count> received(r.nodes.size());
    for (std::size_t k = r.nodes.size(); k-- > 0;) {
      add_messages(sent[k], r.nodes[k].sent);
      add_messages(received[k], r.nodes[k].received);
      if (k == 0) break;
      add_messages(sent[r.nodes[k].parent], sent[k]);
      add_messages(received[r.nodes[k].parent], received[k]);
    }
    std::vector<std::size_t> places(r.nodes.size());
    if (has_counts(r.nodes[0])) {
      places[0] = place_of({"(outside of regions)", "", 0});
      profile_entry& outside = data_->entries[places[0]];
      add_counts(outside, r.nodes[0]);
      add_messages(outside.cumulative_sent, r.nodes[0].sent);
      add_messages(outside.cumulative_received, r.nodes[0].received);
    }
    for (std::size_t k = 1; k < r.nodes.size(); ++k) {
      places[k] = place_of(r.nodes[k].site);
      const double own = seconds(in_all[k] - std::min(below[k], in_all[k]));
      if (!add_node(r, k, places, own, seconds(in_all[k]))) continue;
      add_messages(data_->entries[places[k]].cumulative_sent, sent[k]);
      add_messages(data_->entries[places[k]].cumulative_received, received[k]);
    }
    for (const recorded_event& e : r.events)
      data_->events.push_back(
          {places[e.node], r.thread, moment_of(e.began), seconds(e.ended - e.began), e.is_wait});
  }

  std::unique_ptr<profile_data> finish() {
    double first = std::numeric_limits<double>::infinity();
    for (const profile_event& e : data_->events) first = std::min(first, e.begin);
    for (profile_event& e : data_->events) e.begin -= first;
    if (!data_->events.empty()) data_->first = first + first_moment.seconds;
    for (std::size_t k = 0; k < data_->entries.size(); ++k) data_->order.push_back(k);
    return std::move(data_);
  }

private:
  [[nodiscard]] double seconds(std::uint64_t n) const { return scale_ * static_cast<double>(n); }
  [[nodiscard]] double moment_of(std::uint64_t tick) const {
    return seconds(tick - first_moment.tick);
  }

  std::size_t place_of(const profile_site& site) {
    const auto key = std::tuple(std::string(site.name), std::string(site.file), site.line);
    const auto [found, is_new] = places_.emplace(key, data_->entries.size());
    if (is_new) {
      profile_entry entry;
      entry.name = interned(site.name);
      entry.file = interned(site.file);
      entry.line = site.line;
      data_->entries.push_back(entry);
    }
    return found->second;
  }

  /// Returns whether the node is in no other one of the same region.
  bool add_node(const region_recorder& r, std::size_t k, const std::vector<std::size_t>& places,
                double own, double in_all) {
    bool is_outermost = true;
    for (std::uint32_t p = r.nodes[k].parent; p != 0; p = r.nodes[p].parent)
      is_outermost = is_outermost && places[p] != places[k];
    const auto count = [&](auto& to) {
      to.calls += r.nodes[k].calls;
      to.own += own;
      if (!is_outermost) return;
      to.primitive_calls += r.nodes[k].calls;
      to.cumulative += in_all;
    };
    count(data_->entries[places[k]]);
    add_counts(data_->entries[places[k]], r.nodes[k]);
    const std::uint32_t parent = r.nodes[k].parent;
    if (parent != 0) count(edge_of(places[parent], places[k]));
    return is_outermost;
  }

  static bool has_counts(const recorded_region& n) {
    return n.waited != 0 || n.sent.messages + n.received.messages + n.collectives + n.moved != 0;
  }

  void add_counts(profile_entry& to, const recorded_region& n) const {
    to.waiting += seconds(n.waited);
    add_messages(to.sent, n.sent);
    add_messages(to.received, n.received);
    to.collectives += n.collectives;
    to.moved += n.moved;
  }

  profile_edge& edge_of(std::size_t caller, std::size_t callee) {
    const auto [found, is_new] = edges_.emplace(std::pair(caller, callee), data_->edges.size());
    if (is_new) data_->edges.push_back({caller, callee});
    return data_->edges[found->second];
  }

  double scale_;
  std::uint64_t now_;
  std::unique_ptr<profile_data> data_ = std::make_unique<profile_data>();
  std::map<std::tuple<std::string, std::string, int>, std::size_t> places_;
  std::map<std::pair<std::size_t, std::size_t>, std::size_t> edges_;
};

} // namespace

} // namespace detail

void profile::clear() { ++detail::current_generation; }

profile profile::collected() {
  detail::profile_collector result;
  const std::lock_guard guard(detail::registry_lock());
  for (const auto& r : detail::recorder_registry())
    if (r->generation == detail::current_generation) result.add(*r);
  profile p(result.finish().release());
  p.data_->traced = !p.data_->events.empty();
  p.sort("name");
  return p;
}

} // namespace tessera
