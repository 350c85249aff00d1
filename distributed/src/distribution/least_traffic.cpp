#include <tessera/core/error.hpp>
#include <tessera/distributed/agree.hpp>
#include <tessera/distributed/distribution/least_traffic.hpp>

#include <fmt/core.h>

#include <algorithm>
#include <limits>
#include <numeric>
#include <utility>

namespace tessera::detail {

namespace {

constexpr index_t far_weight = 8; // of an element between nodes; one inside a node counts 1
constexpr int nobody = -1;

/// Who has how much of each part, and what that saves when it stays.
class savings {
public:
  savings(std::vector<rank_overlap> overlaps, const std::vector<int>& nodes, int parts)
      : by_node_(ranks_by_node(nodes)), node_of_(nodes.size()), parts_(parts),
        ranks_(std::move(overlaps)) {
    for (std::size_t node = 0; node < by_node_.size(); ++node)
      for (const int rank : by_node_[node])
        node_of_[static_cast<std::size_t>(rank)] = static_cast<int>(node);
    for (const rank_overlap& own : ranks_) nodes_.push_back({node_of(own.from), own.to, own.size});
    add_up(nodes_);
  }

  [[nodiscard]] int ranks() const { return static_cast<int>(node_of_.size()); }
  [[nodiscard]] int parts() const { return parts_; }
  [[nodiscard]] int node_of(int rank) const { return node_of_[static_cast<std::size_t>(rank)]; }
  [[nodiscard]] const std::vector<int>& on_node(int node) const {
    return by_node_[static_cast<std::size_t>(node)];
  }

  /// What an assignment saves.
  [[nodiscard]] index_t of(const std::vector<int>& ranks) const {
    index_t sum = 0;
    for (const rank_overlap& own : ranks_)
      if (ranks[static_cast<std::size_t>(own.to)] == own.from) sum += own.size;
    for (const rank_overlap& near : nodes_) {
      const int rank = ranks[static_cast<std::size_t>(near.to)];
      if (node_of(rank) == near.from) sum += (far_weight - 1) * near.size;
    }
    return sum;
  }

  /// The same by part and rank.
  [[nodiscard]] std::vector<index_t> table() const {
    const auto columns = static_cast<std::size_t>(ranks());
    std::vector<index_t> result(static_cast<std::size_t>(parts_) * columns, 0);
    const auto at = [&](int part, int rank) -> index_t& {
      return result[static_cast<std::size_t>(part) * columns + static_cast<std::size_t>(rank)];
    };
    for (const rank_overlap& own : ranks_) at(own.to, own.from) += own.size;
    for (const rank_overlap& near : nodes_)
      for (const int rank : on_node(near.from)) at(near.to, rank) += (far_weight - 1) * near.size;
    return result;
  }

  /// Pairs of a rank and a part that it has some of, by what they save; most first.
  [[nodiscard]] std::vector<rank_overlap> by_rank() const {
    std::vector<rank_overlap> result = ranks_;
    for (rank_overlap& own : result) {
      const auto near = std::lower_bound(nodes_.begin(), nodes_.end(),
                                         rank_overlap{node_of(own.from), own.to, 0}, comes_before);
      own.size += (far_weight - 1) * near->size;
    }
    return sorted(std::move(result));
  }
  /// The same of nodes.
  [[nodiscard]] std::vector<rank_overlap> by_node() const { return sorted(nodes_); }

private:
  static std::vector<rank_overlap> sorted(std::vector<rank_overlap> pairs) {
    std::stable_sort(pairs.begin(), pairs.end(),
                     [](const rank_overlap& a, const rank_overlap& b) { return a.size > b.size; });
    return pairs;
  }

  std::vector<std::vector<int>> by_node_;
  std::vector<int> node_of_;
  int parts_;
  std::vector<rank_overlap> ranks_;
  std::vector<rank_overlap> nodes_; // what the ranks of a node have together
};

/// The Hungarian method by shortest augmenting paths, row by row; rows are parts, of which there
/// are no more than columns. Row and column 0 stand for nobody.
class assignment {
public:
  assignment(const std::vector<index_t>& gain, int rows, int columns)
      : gain_(gain), rows_(static_cast<std::size_t>(rows)),
        columns_(static_cast<std::size_t>(columns)), row_price_(rows_ + 1, 0),
        column_price_(columns_ + 1, 0), row_of_(columns_ + 1, 0), before_(columns_ + 1, 0) {}

  std::vector<int> best() {
    for (std::size_t row = 1; row <= rows_; ++row) augment(row);
    std::vector<int> result(rows_);
    for (std::size_t column = 1; column <= columns_; ++column)
      if (row_of_[column] != 0) result[row_of_[column] - 1] = static_cast<int>(column) - 1;
    return result;
  }

private:
  void augment(std::size_t row) {
    row_of_[0] = row;
    distance_.assign(columns_ + 1, std::numeric_limits<index_t>::max());
    is_reached_.assign(columns_ + 1, 0);
    std::size_t column = 0;
    do column = nearest(column);
    while (row_of_[column] != 0);
    for (; column != 0; column = before_[column]) row_of_[column] = row_of_[before_[column]];
  }

  /// Reaches a column, and returns the next one that is cheapest to reach.
  std::size_t nearest(std::size_t from) {
    is_reached_[from] = 1;
    const std::size_t row = row_of_[from];
    const index_t* gain = &gain_[(row - 1) * columns_];
    std::size_t next = 0;
    index_t step = std::numeric_limits<index_t>::max();
    for (std::size_t column = 1; column <= columns_; ++column) {
      if (is_reached_[column] != 0) continue;
      const index_t cost = -gain[column - 1] - row_price_[row] - column_price_[column];
      if (cost < distance_[column]) {
        distance_[column] = cost;
        before_[column] = from;
      }
      if (distance_[column] >= step) continue;
      step = distance_[column];
      next = column;
    }
    pay(step);
    return next;
  }

  void pay(index_t step) {
    for (std::size_t column = 0; column <= columns_; ++column) {
      if (is_reached_[column] == 0) {
        distance_[column] -= step;
        continue;
      }
      row_price_[row_of_[column]] += step;
      column_price_[column] -= step;
    }
  }

  const std::vector<index_t>& gain_;
  std::size_t rows_;
  std::size_t columns_;
  std::vector<index_t> row_price_;
  std::vector<index_t> column_price_;
  std::vector<std::size_t> row_of_;
  std::vector<std::size_t> before_;
  std::vector<index_t> distance_;
  std::vector<char> is_reached_;
};

/// What saves most first: to ranks that have some of it, then anywhere on nodes, then to whoever is
/// free.
class greedy {
public:
  explicit greedy(const savings& from)
      : savings_(from), ranks_(static_cast<std::size_t>(from.parts()), nobody),
        is_taken_(static_cast<std::size_t>(from.ranks()), false) {}

  std::vector<int> assigned() {
    for (const rank_overlap& own : savings_.by_rank()) give(own.to, own.from);
    for (const rank_overlap& near : savings_.by_node())
      for (const int rank : is_open(near.to) ? savings_.on_node(near.from) : std::vector<int>())
        give(near.to, rank);
    int rank = 0;
    for (int part = 0; part < savings_.parts(); ++part)
      for (; is_open(part); ++rank) give(part, rank);
    return ranks_;
  }

private:
  [[nodiscard]] bool is_open(int part) const {
    return ranks_[static_cast<std::size_t>(part)] == nobody;
  }
  void give(int part, int rank) {
    const auto to = static_cast<std::size_t>(rank);
    if (!is_open(part) || is_taken_[to]) return;
    is_taken_[to] = true;
    ranks_[static_cast<std::size_t>(part)] = rank;
  }

  const savings& savings_;
  std::vector<int> ranks_;
  std::vector<bool> is_taken_;
};

void check_enough_ranks(std::size_t ndim, const axis_distribution* from,
                        const axis_distribution* to, std::size_t ranks) {
  check_same_shape(ndim, from, to, "least_traffic_ranks");
  const int most = std::max(ranks_of_grid(ndim, from), ranks_of_grid(ndim, to));
  if (ranks >= static_cast<std::size_t>(most)) return;
  throw argument_error(fmt::format("least_traffic_ranks: {} ranks, but {}, to be copied to {}",
                                   ranks, distribution_text(from, ndim),
                                   distribution_text(to, ndim)));
}

} // namespace

std::vector<int> least_traffic_ranks(std::size_t ndim, const axis_distribution* from,
                                     const axis_distribution* to, const std::vector<int>& nodes,
                                     int exactly_up_to) {
  const int parts = ranks_of_grid(ndim, to);
  const auto most = static_cast<std::size_t>(std::max(parts, ranks_of_grid(ndim, from)));
  const std::vector<int> known = nodes.empty() ? std::vector<int>(most, 0) : nodes;
  check_enough_ranks(ndim, from, to, known.size());
  const savings saved(overlaps_of(ndim, from, to), known, parts);
  std::vector<int> best = saved.ranks() > exactly_up_to
                              ? greedy(saved).assigned()
                              : assignment(saved.table(), parts, saved.ranks()).best();
  std::vector<int> as_they_are(static_cast<std::size_t>(parts));
  std::iota(as_they_are.begin(), as_they_are.end(), 0);
  return saved.of(best) > saved.of(as_they_are) ? best : as_they_are;
}

void check_least_traffic(const communicator& comm, std::size_t ndim, const axis_distribution* from,
                         const axis_distribution* to, const std::vector<int>& nodes) {
  check_made(comm);
  const auto text = [&] {
    return fmt::format("{} to {}", distribution_text(from, ndim), distribution_text(to, ndim));
  };
  const std::string mine = text();
  fingerprint hash;
  hash.add(mine.data(), mine.size()).add(nodes.data(), nodes.size());
  const given_arguments arguments = given("a grid of least traffic", hash, text);
  const auto check = [&] {
    if (!nodes.empty()) check_nodes(nodes, comm.size(), "least_traffic_grid");
    check_enough_ranks(ndim, from, to, static_cast<std::size_t>(comm.size()));
  };
  collectively(comm, check, &arguments);
}

} // namespace tessera::detail
