#include <tessera/core/error.hpp>
#include <tessera/core/types/number_text.hpp>
#include <tessera/distributed/agree.hpp>
#include <tessera/distributed/process_grid.hpp>

#include <fmt/core.h>

#include <algorithm>
#include <limits>
#include <span>
#include <string>
#include <vector>

namespace tessera::detail {

namespace {

std::string dims_text(std::size_t ndim, const int* dims) {
  return joined_text(std::span(dims, ndim), " x ");
}

/// Searches all ways to fill the free dims for the cheapest.
class grid_search {
public:
  grid_search(std::size_t ndim, const int* given, const index_t* shape)
      : ndim_(ndim), given_(given), shape_(shape), trial_(given, given + ndim) {}

  void fill(std::size_t d, int left) {
    if (d == ndim_) {
      if (left == 1) judge();
      return;
    }
    if (given_[d] != 0) return fill(d + 1, left);
    // From large to small: of equally good grids, the one that splits the first axes wins, whose
    // faces are contiguous in memory.
    for (int n = left; n >= 1; --n) {
      if (left % n != 0) continue;
      trial_[d] = n;
      fill(d + 1, left / n);
    }
    trial_[d] = 0;
  }

  [[nodiscard]] const std::vector<int>& best() const { return best_; }

private:
  void judge() {
    const double cost = shape_ != nullptr ? surface() : spread();
    if (cost >= least_) return;
    least_ = cost;
    best_ = trial_;
  }

  /// Elements on all cuts through the array; ranks without elements are charged as if nothing
  /// were worse.
  [[nodiscard]] double surface() const {
    double sum = 0;
    for (std::size_t d = 0; d < ndim_; ++d) {
      double face = 1;
      for (std::size_t e = 0; e < ndim_; ++e)
        if (e != d) face *= static_cast<double>(shape_[e]);
      sum += (trial_[d] - 1) * face;
      if (trial_[d] > shape_[d]) sum += 1e30;
    }
    return sum;
  }
  [[nodiscard]] double spread() const {
    double sum = 0;
    for (const int n : trial_) sum += n;
    return sum;
  }

  std::size_t ndim_;
  const int* given_;
  const index_t* shape_;
  std::vector<int> trial_;
  std::vector<int> best_;
  double least_ = std::numeric_limits<double>::infinity();
};

} // namespace

void choose_grid(int ranks, std::size_t ndim, int* dims, const index_t* shape) {
  const auto fail = [&](const char* why) {
    throw argument_error(
        fmt::format("a process grid of {} {} {} ranks", dims_text(ndim, dims), why, ranks));
  };
  std::int64_t product = 1;
  bool free = false;
  for (std::size_t d = 0; d < ndim; ++d) {
    if (dims[d] < 0) fail("has a negative dimension; there are");
    if (dims[d] == 0)
      free = true;
    else
      product *= dims[d];
    if (product > ranks) fail("does not multiply to the");
  }
  if (ranks % product != 0 || (!free && product != ranks)) fail("does not multiply to the");
  if (!free) return;
  const std::vector<int> given(dims, dims + ndim);
  grid_search search(ndim, given.data(), shape);
  search.fill(0, static_cast<int>(ranks / product));
  for (std::size_t d = 0; d < ndim; ++d) dims[d] = search.best()[d];
}

void check_axis(std::size_t axis, std::size_t ndim) {
  if (axis >= ndim)
    throw argument_error(fmt::format("a process grid of {} axes has no axis {}", ndim, axis));
}

void check_made(const communicator& of_grid) {
  if (of_grid.size() > 0) return;
  throw argument_error("a process grid without ranks: it, or its communicator, was made without "
                       "arguments, or moved from; make it with communicator::world()");
}

grid_request request_of(std::size_t ndim, const int* dims, const index_t* shape) {
  const auto zeros = std::count(dims, dims + ndim, 0);
  if (zeros == 0) return {};
  grid_request request(dims, dims + ndim);
  if (shape != nullptr && zeros > 1) request.insert(request.end(), shape, shape + ndim);
  return request;
}

std::string request_text(const grid_request& request, std::size_t ndim) {
  std::string text = "{" + joined_text(std::span(request).first(ndim), ", ") + "}";
  if (request.size() == ndim) return text;
  return fmt::format("{} for shape {}{}", text, tuple_text(&request[ndim], ndim),
                     request.size() > 2 * ndim ? ", by nodes" : "");
}

void check_some_ranks(int ranks, std::size_t ndim, const int* dims) {
  std::int64_t product = 1;
  for (std::size_t d = 0; d < ndim; ++d) {
    product = dims[d] < 1 ? 0 : product * dims[d];
    if (product < 1 || product > ranks)
      throw argument_error(fmt::format("a process grid of {} cannot be made of some of {} ranks",
                                       dims_text(ndim, dims), ranks));
  }
}

namespace {

template <class Check>
void agreed_grid(const communicator& comm, std::size_t ndim, const int* dims, const index_t* shape,
                 const Check& check) {
  fingerprint hash;
  hash.add(dims, ndim).add(checks_arguments());
  if (shape != nullptr) hash.add(shape, ndim);
  const std::string mine = dims_text(ndim, dims) +
                           (shape != nullptr ? " for shape " + tuple_text(shape, ndim) : "") +
                           (checks_arguments() ? ", arguments are checked" : "");
  const auto text = [&] { return std::string(mine); };
  const given_arguments arguments = given("a process grid", hash, text);
  collectively(comm, check, &arguments);
}

} // namespace

void choose_grid(const communicator& comm, std::size_t ndim, int* dims, const index_t* shape) {
  check_made(comm);
  agreed_grid(comm, ndim, dims, shape, [&] { choose_grid(comm.size(), ndim, dims, shape); });
}

void check_some_ranks(const communicator& comm, std::size_t ndim, const int* dims) {
  check_made(comm);
  agreed_grid(comm, ndim, dims, nullptr, [&] { check_some_ranks(comm.size(), ndim, dims); });
}

void rank_to_coords(int rank, std::size_t ndim, const int* dims, int* coords) {
  for (std::size_t d = ndim; d-- > 0;) {
    coords[d] = rank % dims[d];
    rank /= dims[d];
  }
}

int coords_to_rank(std::size_t ndim, const int* dims, const int* coords) {
  int rank = 0;
  for (std::size_t d = 0; d < ndim; ++d) rank = rank * dims[d] + coords[d];
  return rank;
}

} // namespace tessera::detail
