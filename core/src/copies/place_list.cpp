#include <tessera/core/copies/place_list.hpp>

#include <algorithm>
#include <atomic>
#include <limits>
#include <utility>
#include <vector>

namespace tessera::detail {

struct place_list::shared {
  std::vector<std::uint32_t> narrow;
  std::vector<index_t> wide;
  std::atomic<int> users = 1;
};

namespace {

bool fits_narrow(const index_t* places, index_t count) {
  constexpr index_t most = std::numeric_limits<std::uint32_t>::max();
  return std::all_of(places, places + count,
                     [](index_t place) { return place >= 0 && place <= most; });
}

} // namespace

place_list::place_list(const index_t* places, index_t count) : count_(count) {
  if (count_ == 0) return;
  list_ = new shared;
  try {
    if (!fits_narrow(places, count)) {
      list_->wide.assign(places, places + count);
      return;
    }
    list_->narrow.reserve(static_cast<std::size_t>(count));
    for (index_t k = 0; k < count; ++k)
      list_->narrow.push_back(static_cast<std::uint32_t>(places[k]));
  } catch (...) {
    delete list_;
    throw;
  }
}

place_list::place_list(const place_list& other) noexcept
    : list_(other.list_), first_(other.first_), count_(other.count_) {
  if (list_ != nullptr) list_->users.fetch_add(1, std::memory_order_relaxed);
}

place_list::place_list(place_list&& other) noexcept
    : list_(std::exchange(other.list_, nullptr)), first_(other.first_),
      count_(std::exchange(other.count_, 0)) {}

place_list& place_list::operator=(place_list other) noexcept {
  std::swap(list_, other.list_);
  std::swap(first_, other.first_);
  std::swap(count_, other.count_);
  return *this;
}

place_list::~place_list() {
  if (list_ != nullptr && list_->users.fetch_sub(1, std::memory_order_acq_rel) == 1) delete list_;
}

const std::uint32_t* place_list::narrow() const {
  return list_ == nullptr || list_->narrow.empty() ? nullptr : list_->narrow.data() + first_;
}

const index_t* place_list::wide() const {
  return list_ == nullptr || list_->wide.empty() ? nullptr : list_->wide.data() + first_;
}

index_t place_list::operator[](index_t k) const {
  const std::uint32_t* const few = narrow();
  return few != nullptr ? few[k] : wide()[k];
}

place_list place_list::part(index_t first, index_t count) const {
  place_list result(*this);
  result.first_ += first;
  result.count_ = count;
  return result;
}

index_t place_list::mean_stretch() const {
  index_t runs = 0;
  for (index_t k = 0; k < count_; ++k)
    if (k == 0 || (*this)[k] != (*this)[k - 1] + 1) ++runs;
  return runs == 0 ? 0 : count_ / runs;
}

} // namespace tessera::detail
