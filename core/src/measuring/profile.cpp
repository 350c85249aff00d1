#include <tessera/core/error.hpp>
#include <tessera/core/measuring/profile_data.hpp>

#include <fmt/core.h>

#include <algorithm>
#include <cstring>
#include <mutex>
#include <numeric>
#include <set>
#include <string>
#include <string_view>
#include <tuple>
#include <utility>

namespace tessera {

using detail::profile_data;

const char* detail::interned(const std::string& text) {
  static std::mutex lock;
  static auto* const texts = new std::set<std::string>; // until the program has ended
  const std::lock_guard guard(lock);
  return texts->insert(text).first->c_str();
}

profile::profile() : data_(new profile_data) {}
profile::profile(const profile& other) : data_(new profile_data(*other.data_)) {}
profile::profile(profile&& other) noexcept : data_(std::exchange(other.data_, nullptr)) {}
profile& profile::operator=(profile other) noexcept {
  std::swap(data_, other.data_);
  return *this;
}
profile::~profile() { delete data_; }

detail::profile_data& detail::data_of(profile& p) { return *p.data_; }

index_t profile::size() const { return static_cast<index_t>(data_->entries.size()); }

const profile_entry& profile::entry(index_t i) const {
  if (i < 0 || i >= size())
    throw index_error(fmt::format("there is no region {} in a profile of {}", i, size()));
  return data_->entries[data_->order[static_cast<std::size_t>(i)]];
}

const profile_entry& profile::operator[](const char* name) const {
  const profile_entry* found = nullptr;
  for (const profile_entry& e : data_->entries) {
    if (std::strcmp(e.name, name) != 0) continue;
    if (found != nullptr)
      throw argument_error(fmt::format("several regions of the profile have the name '{}'", name));
    found = &e;
  }
  if (found == nullptr) throw argument_error(fmt::format("the profile has no region '{}'", name));
  return *found;
}

double profile::total() const {
  double sum = 0;
  for (const profile_entry& e : data_->entries) sum += e.own;
  return sum;
}

profile& profile::sort(const char* key_text) {
  const std::string_view key = key_text;
  using text = std::string_view;
  const auto& entries = data_->entries;
  const auto by = [&](auto rank) {
    std::stable_sort(data_->order.begin(), data_->order.end(), [&](std::size_t a, std::size_t b) {
      return rank(entries[a]) < rank(entries[b]);
    });
    return true;
  };
  // Regions that are equal in the key stand in one order, whatever the order was.
  std::iota(data_->order.begin(), data_->order.end(), std::size_t{0});
  by([](const auto& e) { return std::tuple(text(e.name), text(e.file), e.line); });
  const bool known =
      key == "name" || (key == "calls" && by([](const auto& e) { return -e.calls; })) ||
      (key == "pcalls" && by([](const auto& e) { return -e.primitive_calls; })) ||
      (key == "time" && by([](const auto& e) { return -e.own; })) ||
      (key == "cumulative" && by([](const auto& e) { return -e.cumulative; })) ||
      (key == "file" && by([](const auto& e) { return std::tuple(text(e.file), e.line); })) ||
      (key == "line" && by([](const auto& e) { return e.line; }));
  if (!known)
    throw argument_error(fmt::format("a profile cannot be sorted by '{}', but by calls, pcalls, "
                                     "time, cumulative, name, file, line",
                                     key));
  return *this;
}

profile& profile::strip_dirs() {
  for (profile_entry& e : data_->entries)
    if (const char* const slash = std::strrchr(e.file, '/')) e.file = slash + 1;
  return *this;
}

} // namespace tessera
