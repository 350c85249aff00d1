// Profiles of neighbouring ranks become one.
#include <tessera/distributed/measuring/parallel_profile_data.hpp>

#include <cstring>
#include <map>
#include <utility>

namespace tessera::detail {

namespace {

/// By name, file and line.
int order_of(const parallel_profile_entry& a, const parallel_profile_entry& b) {
  if (const int names = std::strcmp(a.name, b.name)) return names;
  if (const int files = std::strcmp(a.file, b.file)) return files;
  return a.line - b.line;
}

/// A number that all of some ranks have.
rank_spread same_of(int first_rank, double value) {
  return {value, value, value, first_rank, first_rank};
}

/// Spreads over some ranks and over those that follow them.
class joint {
public:
  joint(int before, int after)
      : share_(static_cast<double>(after) / static_cast<double>(before + after)) {}

  void operator()(rank_spread& all, const rank_spread& next) const {
    // As it is where both are equal, whatever the rounding.
    all.mean += share_ * (next.mean - all.mean);
    if (next.least < all.least) {
      all.least = next.least;
      all.least_rank = next.least_rank;
    }
    if (next.most > all.most) {
      all.most = next.most;
      all.most_rank = next.most_rank;
    }
  }

private:
  double share_;
};

void add(message_count& sum, const message_count& more) {
  sum.messages += more.messages;
  sum.bytes += more.bytes;
}

void merge_entry(parallel_profile_entry& all, const parallel_profile_entry& next,
                 const joint& join) {
  all.ranks += next.ranks;
  all.calls += next.calls;
  all.primitive_calls += next.primitive_calls;
  join(all.own, next.own);
  join(all.cumulative, next.cumulative);
  join(all.waiting, next.waiting);
  join(all.sent_bytes, next.sent_bytes);
  add(all.sent, next.sent);
  add(all.received, next.received);
  add(all.cumulative_sent, next.cumulative_sent);
  add(all.cumulative_received, next.cumulative_received);
  all.collectives += next.collectives;
  all.moved += next.moved;
}

/// A region that none of some ranks called.
parallel_profile_entry uncalled(const parallel_profile_entry& like, int first_rank) {
  parallel_profile_entry none;
  none.name = like.name;
  none.file = like.file;
  none.line = like.line;
  none.own = none.cumulative = none.waiting = none.sent_bytes = same_of(first_rank, 0);
  return none;
}

/// Where the regions of two profiles are in both of them.
struct places {
  std::vector<std::size_t> of_all;
  std::vector<std::size_t> of_next;
};

places merge_entries(parallel_profile_data& all, const parallel_profile_data& next) {
  const joint join(all.ranks, next.ranks);
  std::vector<parallel_profile_entry> merged;
  places found;
  std::size_t a = 0;
  std::size_t b = 0;
  while (a < all.entries.size() || b < next.entries.size()) {
    int order = a == all.entries.size() ? 1 : -1;
    if (a < all.entries.size() && b < next.entries.size())
      order = order_of(all.entries[a], next.entries[b]);
    parallel_profile_entry entry =
        order <= 0 ? all.entries[a] : uncalled(next.entries[b], all.first_rank);
    merge_entry(entry, order >= 0 ? next.entries[b] : uncalled(entry, next.first_rank), join);
    if (order <= 0) {
      found.of_all.push_back(merged.size());
      ++a;
    }
    if (order >= 0) {
      found.of_next.push_back(merged.size());
      ++b;
    }
    merged.push_back(entry);
  }
  all.entries = std::move(merged);
  return found;
}

void merge_edges(parallel_profile_data& all, const parallel_profile_data& next,
                 const places& found) {
  std::map<std::pair<std::size_t, std::size_t>, profile_edge> sums;
  const auto add_edges = [&](const std::vector<profile_edge>& edges,
                             const std::vector<std::size_t>& place) {
    for (const profile_edge& e : edges) {
      profile_edge& sum = sums.try_emplace({place[e.caller], place[e.callee]}).first->second;
      sum.caller = place[e.caller];
      sum.callee = place[e.callee];
      sum.calls += e.calls;
      sum.primitive_calls += e.primitive_calls;
      sum.own += e.own;
      sum.cumulative += e.cumulative;
    }
  };
  add_edges(all.edges, found.of_all);
  add_edges(next.edges, found.of_next);
  all.edges.clear();
  for (const auto& each : sums) all.edges.push_back(each.second);
}

parallel_profile_entry entry_of_rank(int rank, const profile_entry& e) {
  parallel_profile_entry entry;
  entry.name = e.name;
  entry.file = e.file;
  entry.line = e.line;
  entry.ranks = 1;
  entry.calls = e.calls;
  entry.primitive_calls = e.primitive_calls;
  entry.own = same_of(rank, e.own);
  entry.cumulative = same_of(rank, e.cumulative);
  entry.waiting = same_of(rank, e.waiting);
  entry.sent_bytes = same_of(rank, static_cast<double>(e.sent.bytes));
  entry.sent = e.sent;
  entry.received = e.received;
  entry.cumulative_sent = e.cumulative_sent;
  entry.cumulative_received = e.cumulative_received;
  entry.moved = e.moved;
  entry.collectives = e.collectives;
  return entry;
}

} // namespace

parallel_profile_data profile_of_rank(int rank, profile own, double seconds) {
  parallel_profile_data data;
  data.first_rank = rank;
  data.ranks = 1;
  data.seconds = same_of(rank, seconds);
  for (int k = 0; k < memory_kinds; ++k) {
    const memory_account use = memory_of(static_cast<memory_kind>(k));
    data.memory[static_cast<std::size_t>(k)] = {same_of(rank, static_cast<double>(use.now)),
                                                same_of(rank, static_cast<double>(use.most))};
  }
  own.sort("name");
  const profile_data& recorded = data_of(own);
  std::vector<std::size_t> place(recorded.entries.size());
  for (const std::size_t k : recorded.order) {
    place[k] = data.entries.size();
    data.entries.push_back(entry_of_rank(rank, recorded.entries[k]));
  }
  for (profile_edge e : recorded.edges) {
    e.caller = place[e.caller];
    e.callee = place[e.callee];
    data.edges.push_back(e);
  }
  return data;
}

void merge(parallel_profile_data& all, const parallel_profile_data& next) {
  const joint join(all.ranks, next.ranks);
  join(all.seconds, next.seconds);
  for (std::size_t k = 0; k < all.memory.size(); ++k) {
    join(all.memory[k].now, next.memory[k].now);
    join(all.memory[k].most, next.memory[k].most);
  }
  merge_edges(all, next, merge_entries(all, next));
  all.has_traffic = all.has_traffic && next.has_traffic;
  all.messages.insert(all.messages.end(), next.messages.begin(), next.messages.end());
  all.ranks += next.ranks;
}

} // namespace tessera::detail
