#include "profile_data.hpp"

#include <tessera/core/error.hpp>

#include <algorithm>
#include <numeric>
#include <tuple>
#include <utility>

namespace tessera {

using detail::profile_data;

profile::profile() : data_(new profile_data) {}
profile::profile(const profile& other) : data_(new profile_data(*other.data_)) {}
profile::profile(profile&& other) noexcept : data_(std::exchange(other.data_, nullptr)) {}
profile& profile::operator=(profile other) noexcept {
  std::swap(data_, other.data_);
  return *this;
}
profile::~profile() { delete data_; }

index_t profile::size() const { return static_cast<index_t>(data_->entries.size()); }

const profile_entry& profile::operator[](index_t i) const {
  if (i < 0 || i >= size())
    throw index_error("there is no region " + std::to_string(i) + " in a profile of " +
                      std::to_string(size()));
  return data_->entries[data_->order[static_cast<std::size_t>(i)]];
}

const profile_entry& profile::operator[](const std::string& name) const {
  const profile_entry* found = nullptr;
  for (const profile_entry& e : data_->entries) {
    if (e.name != name) continue;
    if (found != nullptr)
      throw argument_error("several regions of the profile have the name '" + name + "'");
    found = &e;
  }
  if (found == nullptr) throw argument_error("the profile has no region '" + name + "'");
  return *found;
}

double profile::total() const {
  double sum = 0;
  for (const profile_entry& e : data_->entries) sum += e.own;
  return sum;
}

profile& profile::sort(const std::string& key) {
  const auto& entries = data_->entries;
  const auto by = [&](auto rank) {
    std::stable_sort(data_->order.begin(), data_->order.end(), [&](std::size_t a, std::size_t b) {
      return rank(entries[a]) < rank(entries[b]);
    });
    return true;
  };
  // Regions that are equal in the key stand in one order, whatever the order was.
  std::iota(data_->order.begin(), data_->order.end(), std::size_t{0});
  by([](const auto& e) { return std::tie(e.name, e.file, e.line); });
  const bool known =
      key == "name" || (key == "calls" && by([](const auto& e) { return -e.calls; })) ||
      (key == "pcalls" && by([](const auto& e) { return -e.primitive_calls; })) ||
      (key == "time" && by([](const auto& e) { return -e.own; })) ||
      (key == "cumulative" && by([](const auto& e) { return -e.cumulative; })) ||
      (key == "file" && by([](const auto& e) { return std::tie(e.file, e.line); })) ||
      (key == "line" && by([](const auto& e) { return std::tie(e.line); }));
  if (!known)
    throw argument_error("a profile cannot be sorted by '" + key +
                         "', but by calls, pcalls, time, cumulative, name, file, line");
  return *this;
}

profile& profile::strip_dirs() {
  for (profile_entry& e : data_->entries) e.file.erase(0, e.file.rfind('/') + 1);
  return *this;
}

} // namespace tessera
