// Profiles as JSON.
#include "../support/json.hpp"

#include "ranks.hpp"

#include <tessera/distributed/measuring/parallel_profile_data.hpp>

namespace profiles {

using namespace tessera;
using apps::json;

namespace {

json of(const rank_spread& s) {
  return {{"least", s.least}, {"least_rank", s.least_rank}, {"mean", s.mean},
          {"most", s.most},   {"most_rank", s.most_rank},   {"imbalance", s.imbalance()}};
}

json of(const message_count& c) { return {{"messages", c.messages}, {"bytes", c.bytes}}; }

template <class Entry> json place_of(const Entry& e) {
  return {{"name", e.name}, {"file", e.file}, {"line", e.line}};
}

template <class Entry> void add_counts(json& to, const Entry& e) {
  to["calls"] = e.calls;
  to["primitive_calls"] = e.primitive_calls;
}

template <class Entry> void add_messages(json& to, const Entry& e) {
  to["sent"] = of(e.sent);
  to["received"] = of(e.received);
  to["cumulative_sent"] = of(e.cumulative_sent);
  to["cumulative_received"] = of(e.cumulative_received);
  to["collectives"] = e.collectives;
  to["moved"] = e.moved;
}

json of(const std::vector<detail::profile_edge>& edges) {
  json result = json::array();
  for (const detail::profile_edge& e : edges) {
    json edge{{"caller", e.caller}, {"callee", e.callee}};
    add_counts(edge, e);
    edge["own"] = e.own;
    edge["cumulative"] = e.cumulative;
    result.push_back(edge);
  }
  return result;
}

json of(const parallel_profile_entry& e) {
  json region = place_of(e);
  region["ranks"] = e.ranks;
  add_counts(region, e);
  region["own"] = of(e.own);
  region["cumulative"] = of(e.cumulative);
  region["waiting"] = of(e.waiting);
  region["sent_bytes"] = of(e.sent_bytes);
  add_messages(region, e);
  return region;
}

json of(const profile_entry& e) {
  json region = place_of(e);
  add_counts(region, e);
  region["own"] = e.own;
  region["cumulative"] = e.cumulative;
  region["waiting"] = e.waiting;
  add_messages(region, e);
  return region;
}

} // namespace

std::string json_of(const std::string& path) {
  profile p = profile::load(path);
  const detail::profile_data& data = detail::data_of(p);
  json regions = json::array();
  for (const profile_entry& e : data.entries) regions.push_back(of(e));
  return apps::json_line({{"regions", regions}, {"calls", of(data.edges)}}) + '\n';
}

std::string json_of_ranks(const std::string& path) {
  const parallel_profile p = parallel_profile::load(path);
  const detail::parallel_profile_data& data = data_of(p);
  json memory = json::object();
  for (int k = 0; k < detail::memory_kinds; ++k) {
    const memory_spread& use = data.memory[static_cast<std::size_t>(k)];
    memory[detail::name_of(static_cast<detail::memory_kind>(k))] = {{"now", of(use.now)},
                                                                    {"most", of(use.most)}};
  }
  json regions = json::array();
  for (const parallel_profile_entry& e : data.entries) regions.push_back(of(e));
  json traffic = json::array();
  for (const detail::traffic& t : data.messages) {
    json pair{{"from", t.from}, {"to", t.to}};
    pair.update(of(t.sent));
    traffic.push_back(pair);
  }
  const json all{{"ranks", data.ranks}, {"triad", p.triad()}, {"seconds", of(data.seconds)},
                 {"memory", memory},    {"regions", regions}, {"calls", of(data.edges)},
                 {"traffic", traffic}};
  return apps::json_line(all) + '\n';
}

} // namespace profiles
