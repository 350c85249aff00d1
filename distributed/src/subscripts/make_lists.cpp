// How ranks find out what they want of each other.
#include "subscripts/element_locator.hpp"
#include "subscripts/subscript_state.hpp"

#include <tessera/core/error.hpp>
#include <tessera/distributed/agree.hpp>
#include <tessera/distributed/collective/exchange.hpp>
#include <tessera/distributed/collectives.hpp>

#include <fmt/core.h>

#include <algorithm>
#include <bit>
#include <functional>
#include <map>
#include <string>
#include <utility>

namespace tessera::detail {

namespace {

using index_list = std::vector<index_t>;

/// Positions in a list, and the places in the owner's block that stand there.
struct list_part {
  index_list positions;
  index_list places;
};
using parts_by_rank = std::map<int, list_part>;

index_t product(const index_list& shape) {
  index_t result = 1;
  for (const index_t n : shape) result *= n;
  return result;
}

[[noreturn]] void throw_outside(index_t subscript, index_t position, std::size_t axis, bool is_flat,
                                const index_list& shape) {
  const std::string whole = tuple_text(shape.data(), shape.size());
  const std::string where = fmt::format(
      "subscript {}, number {} of this rank's part of the list, is outside", subscript, position);
  if (is_flat && shape.size() > 1)
    throw index_error(fmt::format("{} the {} elements of shape {}, counted row by row", where,
                                  product(shape), whole));
  throw index_error(fmt::format("{} axis {} of shape {}", where, axis, whole));
}

void check_counts(const subscript_source& subscripts) {
  for (std::size_t d = 1; d < subscripts.axes; ++d)
    if (subscripts.counts[d] != subscripts.counts[0])
      throw shape_error(fmt::format(
          "lists of {} and {} subscripts, for axes 0 and {}: one of each for every element",
          subscripts.counts[0], subscripts.counts[d], d));
}

/// Elements mostly follow others of the same owner.
class part_finder {
public:
  void add(int rank, index_t position, index_t place) {
    if (rank != rank_) {
      rank_ = rank;
      part_ = &parts[rank];
    }
    part_->positions.push_back(position);
    part_->places.push_back(place);
  }
  parts_by_rank parts;

private:
  int rank_ = -1;
  list_part* part_ = nullptr;
};

/// What the subscripts say of the array, one after another.
class subscript_reader {
public:
  subscript_reader(const axes_span& axes, const subscript_source& from)
      : from_(from), view_(from.view), index_(axes.size(), 0) {
    if (view_ != nullptr)
      shape_.assign(view_->shape, view_->shape + view_->ndim);
    else
      for (const axis_distribution& axis : axes) shape_.push_back(axis.size());
    limits_ = from.axes == 0 ? index_list{product(shape_)} : shape_;
    given_.resize(limits_.size());
    if (view_ != nullptr) index_.assign(view_->fixed, view_->fixed + axes.size());
  }

  /// Where the k-th element stands in the array.
  const index_t* read(index_t k) {
    for (std::size_t d = 0; d < limits_.size(); ++d) {
      const index_t i = from_.lists[d][k];
      if (i < -limits_[d] || i >= limits_[d]) throw_outside(i, k, d, from_.axes == 0, shape_);
      given_[d] = i < 0 ? i + limits_[d] : i;
    }
    if (from_.axes == 0 && shape_.size() > 1)
      unravel(given_[0]);
    else
      for (std::size_t m = 0; m < shape_.size(); ++m) place(m, given_[m]);
    return index_.data();
  }

private:
  void unravel(index_t flat) {
    for (std::size_t m = shape_.size(); m-- > 1; flat /= shape_[m]) place(m, flat % shape_[m]);
    place(0, flat);
  }
  void place(std::size_t m, index_t i) {
    if (view_ == nullptr)
      index_[m] = i;
    else if (view_->walks[m].axis >= 0)
      index_[static_cast<std::size_t>(view_->walks[m].axis)] =
          view_->walks[m].first + i * view_->walks[m].step;
  }

  const subscript_source& from_;
  const view_ref* view_;
  index_list shape_;  // of the view, or the array
  index_list limits_; // of the subscripts
  index_list given_;
  index_list index_; // of the array
};

parts_by_rank locate(const axes_span& axes, const std::vector<halo_axis>& halo,
                     const subscript_source& subscripts) {
  check_counts(subscripts);
  element_locator locator(axes, halo);
  subscript_reader reader(axes, subscripts);
  part_finder found;
  for (index_t k = 0; k < subscripts.counts[0]; ++k) {
    const element_locator::location at = locator.of(reader.read(k));
    found.add(at.rank, k, at.place);
  }
  return std::move(found.parts);
}

/// Numbers places in the order in which they come, each once.
class place_numbers {
public:
  explicit place_numbers(std::size_t count) : slots_(std::bit_ceil(2 * count + 1), slot{-1, 0}) {}

  /// The number of a place; a new one where it is seen for the first time.
  index_t of(index_t place) {
    const std::size_t mask = slots_.size() - 1;
    std::size_t at = (static_cast<std::uint64_t>(place) * 0x9e3779b97f4a7c15U >> 20U) & mask;
    while (slots_[at].place != place && slots_[at].place != -1) at = (at + 1) & mask;
    if (slots_[at].place == -1) slots_[at] = {place, next_++};
    return slots_[at].number;
  }
  [[nodiscard]] index_t count() const { return next_; }

private:
  struct slot {
    index_t place;
    index_t number;
  };
  std::vector<slot> slots_;
  index_t next_ = 0;
};

bool ascends(const index_list& places) {
  return std::adjacent_find(places.begin(), places.end(), std::greater_equal<>()) == places.end();
}

/// What is told to the owner: how many distinct places, these, and where some are named more than
/// once, the number of each that is named. Notes what comes again.
index_list describe(const list_part& part, named_elements& named, index_list& again,
                    index_list& again_from) {
  index_list distinct{0};
  index_list numbers;
  index_list first;
  index_list last;
  if (ascends(part.places)) {
    distinct.insert(distinct.end(), part.places.begin(), part.places.end());
    first = part.positions;
  } else {
    place_numbers known(part.places.size());
    numbers.reserve(part.places.size());
    for (std::size_t k = 0; k < part.places.size(); ++k) {
      const index_t before = known.count();
      const index_t number = known.of(part.places[k]);
      numbers.push_back(number);
      if (number == before) {
        distinct.push_back(part.places[k]);
        first.push_back(part.positions[k]);
        last.push_back(part.positions[k]);
        continue;
      }
      last[static_cast<std::size_t>(number)] = part.positions[k];
      again.push_back(part.positions[k]);
      again_from.push_back(first[static_cast<std::size_t>(number)]);
    }
  }
  distinct[0] = static_cast<index_t>(distinct.size()) - 1;
  named.first = named.last = named.every = listed(first);
  if (first.size() == part.places.size()) return distinct;
  named.last = listed(last);
  named.every = listed(part.positions);
  distinct.insert(distinct.end(), numbers.begin(), numbers.end());
  return distinct;
}

wanted_elements understood(int rank, const index_list& told) {
  const auto count = static_cast<std::ptrdiff_t>(told[0]);
  const index_list distinct(told.begin() + 1, told.begin() + 1 + count);
  wanted_elements result{rank, listed(distinct), {}};
  result.every = result.distinct;
  if (static_cast<std::size_t>(count) + 1 == told.size()) return result;
  index_list every;
  for (auto number = told.begin() + 1 + count; number != told.end(); ++number)
    every.push_back(distinct[static_cast<std::size_t>(*number)]);
  result.every = listed(every);
  return result;
}

/// Finds whether several ranks name the same of this rank's elements.
class shared_places {
public:
  /// What one rank names.
  void add(const index_t* places, index_t count) {
    for (index_t k = 0; k < count; ++k) {
      const auto place = static_cast<std::size_t>(places[k]);
      if (place >= named_.size()) named_.resize(2 * place + 1, false);
      found_ = found_ || named_[place];
    }
    for (index_t k = 0; k < count; ++k) named_[static_cast<std::size_t>(places[k])] = true;
  }
  [[nodiscard]] bool found() const { return found_; }

private:
  std::vector<bool> named_;
  bool found_ = false;
};

/// What this rank wants of itself and of the others, who are told what `asked` holds.
std::map<int, index_list> take_parts(parts_by_rank parts, int me, named_lists& lists) {
  const auto own = parts.find(me);
  if (own != parts.end()) {
    lists.own_positions = listed(own->second.positions);
    lists.own_places = listed(own->second.places);
    parts.erase(own);
  }
  std::map<int, index_list> asked;
  index_list again;
  index_list again_from;
  for (const auto& [rank, part] : parts) {
    lists.named.push_back({rank, {}, {}, {}});
    asked[rank] = describe(part, lists.named.back(), again, again_from);
  }
  lists.again = listed(again);
  lists.again_from = listed(again_from);
  return asked;
}

} // namespace

named_lists make_lists(const communicator& comm, const axes_span& axes,
                       const std::vector<halo_axis>& halo, const subscript_source& subscripts) {
  named_lists result;
  result.size = subscripts.counts[0];
  shared_places places;
  const auto asked = collectively(comm, [&] {
    parts_by_rank parts = locate(axes, halo, subscripts);
    const index_list& own = parts[comm.rank()].places;
    places.add(own.data(), static_cast<index_t>(own.size()));
    return take_parts(std::move(parts), comm.rank(), result);
  });
  const auto told = exchange(comm, asked);
  collectively(comm, [&] {
    for (const auto& [rank, list] : told) {
      result.wanted.push_back(understood(rank, list));
      places.add(list.data() + 1, list[0]);
    }
  });
  result.is_shared = allreduce_max(comm, places.found() ? 1 : 0) != 0;
  return result;
}

} // namespace tessera::detail
