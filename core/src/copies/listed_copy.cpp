// What strided_copy does along an axis whose places are listed.
#include <tessera/core/copies/strided_copy.hpp>

#include <cstring>
#include <utility>

namespace tessera::detail {

namespace {

// Of so many bytes on average, copies are faster than a loop over elements.
constexpr index_t least_run = 64;

/// Elements in equal steps, or at places of four or eight bytes.
struct stepped {
  index_t step;
  index_t operator()(index_t k) const { return k * step; }
};
template <class Place> struct placed {
  const Place* places;
  index_t item;
  index_t operator()(index_t k) const { return static_cast<index_t>(places[k]) * item; }
};

template <class See> void with_side(const place_list& list, index_t step, index_t item, See&& see) {
  if (list.empty())
    see(stepped{step});
  else if (list.narrow() != nullptr)
    see(placed<std::uint32_t>{list.narrow(), item});
  else
    see(placed<index_t>{list.wide(), item});
}

/// Items of a size that is known are moved through a register.
template <std::size_t Bytes, class To, class From>
void move_items(std::byte* to, const std::byte* from, const To& to_at, const From& from_at,
                index_t count) {
  for (index_t k = 0; k < count; ++k) std::memcpy(to + to_at(k), from + from_at(k), Bytes);
}

template <class To, class From>
void move_items(std::byte* to, const std::byte* from, const To& to_at, const From& from_at,
                index_t count, index_t bytes) {
  switch (bytes) {
  case 1: return move_items<1>(to, from, to_at, from_at, count);
  case 2: return move_items<2>(to, from, to_at, from_at, count);
  case 4: return move_items<4>(to, from, to_at, from_at, count);
  case 8: return move_items<8>(to, from, to_at, from_at, count);
  case 16: return move_items<16>(to, from, to_at, from_at, count);
  default: break;
  }
  for (index_t k = 0; k < count; ++k)
    std::memcpy(to + to_at(k), from + from_at(k), static_cast<std::size_t>(bytes));
}

} // namespace

void strided_copy::list_first_axis(const region& to, const region& from, index_t itemsize) {
  if (to.places.empty() && from.places.empty()) return;
  listed_ = {to.places, from.places, to.strides[0] * itemsize, from.strides[0] * itemsize,
             itemsize,  to.shape[0]};
}

/// Calls `see` with functions that give the k-th place on both sides, in bytes.
template <class See> void strided_copy::for_each_place(See&& see) const {
  with_side(listed_.to, listed_.to_step, listed_.item, [&](const auto& to_at) {
    with_side(listed_.from, listed_.from_step, listed_.item,
              [&](const auto& from_at) { see(to_at, from_at); });
  });
}

void strided_copy::find_runs() {
  for_each_place([this](const auto& to_at, const auto& from_at) {
    const auto follows = [&](index_t k) {
      return to_at(k) == to_at(k - 1) + item_ && from_at(k) == from_at(k - 1) + item_;
    };
    index_t count = 1;
    for (index_t k = 1; k < listed_.count; ++k) count += follows(k) ? 0 : 1;
    if (listed_.count / count * item_ < least_run) return;
    runs_.reserve(static_cast<std::size_t>(count));
    for (index_t k = 0; k < listed_.count; ++k) {
      if (k > 0 && follows(k))
        ++runs_.back().count;
      else
        runs_.push_back({to_at(k), from_at(k), 1});
    }
  });
  if (!runs_.empty()) listed_.to = listed_.from = place_list();
}

void strided_copy::run_listed(std::byte* to, const std::byte* from) const {
  for (const run_of_places& r : runs_) {
    if (combine_ != nullptr)
      combine_(to + r.to, item_, from + r.from, item_, r.count);
    else
      std::memcpy(to + r.to, from + r.from, static_cast<std::size_t>(r.count * item_));
  }
  if (!runs_.empty()) return;
  for_each_place([&](const auto& to_at, const auto& from_at) {
    if (combine_ == nullptr && loops_.empty())
      return move_items(to, from, to_at, from_at, listed_.count, item_);
    for (index_t k = 0; k < listed_.count; ++k) run_one(to + to_at(k), from + from_at(k));
  });
}

} // namespace tessera::detail
