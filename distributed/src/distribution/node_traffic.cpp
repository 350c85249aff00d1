#include <tessera/core/error.hpp>
#include <tessera/distributed/distribution/node_traffic.hpp>

#include <fmt/core.h>

#include <algorithm>

namespace tessera::detail {

namespace {

using axis_overlaps = std::vector<rank_overlap>;

axis_overlaps overlaps_along(const axis_distribution& from, const axis_distribution& to) {
  axis_overlaps result;
  index_t length = 0;
  for (index_t i = 0; i < from.size(); i += length) {
    const int source = from.owner(i);
    const int target = to.owner(i);
    length = std::min(from.stretch_length(source, from.to_local(i)),
                      to.stretch_length(target, to.to_local(i)));
    result.push_back({source, target, length});
    // Axes dealt out in turn have many stretches of few pairs.
    if (result.size() == std::size_t{1} << 20) add_up(result);
  }
  add_up(result);
  return result;
}

/// What part k's padded block holds of parts' blocks, from lower to upper.
axis_overlaps padded_along(const axis_distribution& axis, const halo_reach& reach, int part) {
  axis_overlaps result;
  const interval block = axis.block(part);
  if (block.empty()) return result;
  const index_t n = axis.size();
  index_t i = block.lower - reach.lower;
  index_t end = block.upper + reach.upper;
  if (!reach.periodic) {
    i = std::max<index_t>(i, 0);
    end = std::min(end, n);
  }
  while (i < end) {
    const index_t wrapped = ((i % n) + n) % n;
    const int owner = axis.owner(wrapped);
    const index_t size = std::min(axis.block(owner).upper - wrapped, end - i);
    result.push_back({owner, part, size});
    i += size;
  }
  return result;
}

/// Visits all combinations of one entry per axis, with the ranks of both sides and the product of
/// the sizes.
template <class Visit> class combinations {
public:
  combinations(std::size_t ndim, const axis_distribution* from, const axis_distribution* to,
               const Visit& visit)
      : ndim_(ndim), from_(from), to_(to), visit_(visit) {}

  void run(const axis_overlaps* const* entries, std::size_t d = 0,
           const rank_overlap& so_far = {0, 0, 1}) const {
    if (d == ndim_) return visit_(so_far);
    for (const rank_overlap& entry : *entries[d])
      run(entries, d + 1,
          {so_far.from * from_[d].parts() + entry.from, so_far.to * to_[d].parts() + entry.to,
           so_far.size * entry.size});
  }

private:
  std::size_t ndim_;
  const axis_distribution* from_;
  const axis_distribution* to_;
  const Visit& visit_;
};

/// Adds up bytes by how far they travel.
class traffic_sum {
public:
  traffic_sum(index_t itemsize, const std::vector<int>& nodes)
      : itemsize_(itemsize), nodes_(nodes) {}

  void add(int from, int to, index_t elements) {
    const bool is_near =
        nodes_[static_cast<std::size_t>(from)] == nodes_[static_cast<std::size_t>(to)];
    (from == to ? sum_.own : is_near ? sum_.inside : sum_.between) += elements * itemsize_;
  }
  [[nodiscard]] const node_traffic& sum() const { return sum_; }

private:
  index_t itemsize_;
  const std::vector<int>& nodes_;
  node_traffic sum_;
};

void check_count(std::size_t given, int ranks, const char* of_what, const char* call) {
  if (given >= static_cast<std::size_t>(ranks)) return;
  throw argument_error(fmt::format("{}: {} {} were given for a distribution over {} ranks: one for "
                                   "each is needed, as nodes_of or least_traffic_ranks give them",
                                   call, given, of_what, ranks));
}

void check_ranks(const std::vector<int>& ranks, std::size_t nodes) {
  for (const int rank : ranks)
    if (rank < 0 || static_cast<std::size_t>(rank) >= nodes)
      throw argument_error(fmt::format("copy_traffic: rank {} has no node: the nodes of {} ranks "
                                       "were given",
                                       rank, nodes));
}

} // namespace

bool comes_before(const rank_overlap& a, const rank_overlap& b) {
  return a.from != b.from ? a.from < b.from : a.to < b.to;
}

void add_up(std::vector<rank_overlap>& list) {
  std::sort(list.begin(), list.end(), comes_before);
  std::size_t count = 0;
  for (const rank_overlap& next : list) {
    if (count > 0 && list[count - 1].from == next.from && list[count - 1].to == next.to)
      list[count - 1].size += next.size;
    else
      list[count++] = next;
  }
  list.resize(count);
}

int ranks_of_grid(std::size_t ndim, const axis_distribution* axes) {
  int product = 1;
  for (std::size_t d = 0; d < ndim; ++d) product *= axes[d].parts();
  return product;
}

std::vector<rank_overlap> overlaps_of(std::size_t ndim, const axis_distribution* from,
                                      const axis_distribution* to) {
  std::vector<axis_overlaps> along;
  for (std::size_t d = 0; d < ndim; ++d) along.push_back(overlaps_along(from[d], to[d]));
  std::vector<const axis_overlaps*> entries(ndim);
  for (std::size_t d = 0; d < ndim; ++d) entries[d] = &along[d];
  std::vector<rank_overlap> result;
  const auto keep = [&](const rank_overlap& both) { result.push_back(both); };
  combinations(ndim, from, to, keep).run(entries.data());
  return result;
}

node_traffic halo_traffic(std::size_t ndim, const axis_distribution* axes, const halo_reach* reach,
                          index_t itemsize, const std::vector<int>& nodes) {
  const int ranks = ranks_of_grid(ndim, axes);
  check_count(nodes.size(), ranks, "nodes", "halo_traffic");
  std::vector<std::vector<axis_overlaps>> padded(ndim);
  for (std::size_t d = 0; d < ndim; ++d)
    for (int part = 0; part < axes[d].parts(); ++part)
      padded[d].push_back(padded_along(axes[d], reach[d], part));
  traffic_sum traffic(itemsize, nodes);
  const auto count = [&](const rank_overlap& both) { traffic.add(both.from, both.to, both.size); };
  const combinations boxes(ndim, axes, axes, count);
  index_t elements = 1; // of the blocks, which do not travel
  for (std::size_t d = 0; d < ndim; ++d) elements *= axes[d].size();
  std::vector<int> coords(ndim);
  std::vector<int> dims;
  for (std::size_t d = 0; d < ndim; ++d) dims.push_back(axes[d].parts());
  std::vector<const axis_overlaps*> entries(ndim);
  for (int rank = 0; rank < ranks; ++rank) {
    rank_to_coords(rank, ndim, dims.data(), coords.data());
    for (std::size_t d = 0; d < ndim; ++d)
      entries[d] = &padded[d][static_cast<std::size_t>(coords[d])];
    boxes.run(entries.data());
  }
  node_traffic result = traffic.sum();
  result.own -= elements * itemsize;
  return result;
}

node_traffic copy_traffic(std::size_t ndim, const axis_distribution* from,
                          const axis_distribution* to, index_t itemsize,
                          const std::vector<int>& nodes, const std::vector<int>& ranks) {
  check_same_shape(ndim, from, to, "copy_traffic");
  check_count(nodes.size(), ranks_of_grid(ndim, from), "nodes", "copy_traffic");
  if (ranks.empty())
    check_count(nodes.size(), ranks_of_grid(ndim, to), "nodes", "copy_traffic");
  else
    check_count(ranks.size(), ranks_of_grid(ndim, to), "ranks", "copy_traffic");
  check_ranks(ranks, nodes.size());
  traffic_sum traffic(itemsize, nodes);
  for (const rank_overlap& both : overlaps_of(ndim, from, to))
    traffic.add(both.from, ranks.empty() ? both.to : ranks[static_cast<std::size_t>(both.to)],
                both.size);
  return traffic.sum();
}

void check_same_shape(std::size_t ndim, const axis_distribution* from, const axis_distribution* to,
                      const char* call) {
  std::vector<index_t> one;
  std::vector<index_t> other;
  for (std::size_t d = 0; d < ndim; ++d) {
    one.push_back(from[d].size());
    other.push_back(to[d].size());
  }
  if (one == other) return;
  throw shape_error(fmt::format("{}: distributions of shapes {} and {}; an array and its copy have "
                                "one shape",
                                call, tuple_text(one.data(), ndim),
                                tuple_text(other.data(), ndim)));
}

} // namespace tessera::detail
