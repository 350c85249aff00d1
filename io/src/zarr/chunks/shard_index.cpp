#include "zarr/chunks/shard_index.hpp"
#include "types/claimed_bytes.hpp"
#include "types/swap_bytes.hpp"
#include "zarr/chunks/packing.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <limits>
#include <string>
#include <vector>

namespace tessera::detail {

namespace {

constexpr std::uint64_t none = std::numeric_limits<std::uint64_t>::max();
constexpr index_t entry_bytes = 16;
constexpr index_t checksum_bytes = 4;

} // namespace

shard_index::shard_index(const zarr_sharding& sharding, const std::vector<index_t>& shard)
    : sharding_(sharding) {
  for (std::size_t d = 0; d < shard.size(); ++d) counts_.push_back(shard[d] / sharding.chunk[d]);
  // No more than elements of the shard, whose bytes can be counted.
  count_ = claimed_bytes(counts_, 1);
}

index_t shard_index::stored_bytes() const {
  const auto checks = static_cast<index_t>(sharding_.index.packings.size());
  constexpr index_t most = std::numeric_limits<index_t>::max();
  if (count_ > most / (2 * entry_bytes)) return most;
  return count_ * entry_bytes + checks * checksum_bytes;
}

index_t shard_index::stored_at(index_t shard_bytes) const {
  return sharding_.index_is_first ? 0 : shard_bytes - stored_bytes();
}

std::string shard_index::read(std::string bytes, index_t shard_bytes) {
  std::string problem = unpack(sharding_.index.packings, bytes.size(), bytes);
  if (!problem.empty()) return "its index: " + problem;
  const auto count = static_cast<std::size_t>(count_);
  entries_.assign(count, {});
  if (sharding_.index.swapped) swap_bytes(bytes.data(), {'u', 8}, static_cast<index_t>(2 * count));
  for (std::size_t k = 0; k < count; ++k) {
    std::uint64_t pair[2];
    std::memcpy(pair, bytes.data() + 2 * k * sizeof pair[0], sizeof pair);
    if (pair[0] == none && pair[1] == none) continue;
    const auto most = static_cast<std::uint64_t>(shard_bytes);
    if (pair[0] > most || pair[1] > most - pair[0])
      return fmt::format("its index says that chunk {} lies behind its end", k);
    entries_[k] = {static_cast<index_t>(pair[0]), static_cast<index_t>(pair[1])};
  }
  return problem_of_entries(shard_bytes);
}

std::string shard_index::problem_of_entries(index_t shard_bytes) const {
  std::vector<std::size_t> order;
  for (std::size_t k = 0; k < entries_.size(); ++k)
    if (entries_[k].bytes > 0) order.push_back(k);
  const auto comes_before = [this](std::size_t a, std::size_t b) {
    return entries_[a].offset < entries_[b].offset;
  };
  if (!std::is_sorted(order.begin(), order.end(), comes_before)) // they mostly are
    std::sort(order.begin(), order.end(), comes_before);
  index_t end = sharding_.index_is_first ? stored_bytes() : 0;
  for (const std::size_t k : order) {
    if (entries_[k].offset < end)
      return fmt::format("its index says that chunk {} lies where others do", k);
    end = entries_[k].offset + entries_[k].bytes;
  }
  if (!sharding_.index_is_first && end > stored_at(shard_bytes))
    return "its index says that a chunk lies in the index";
  return {};
}

std::string shard_index::stored() const {
  std::string bytes;
  for (std::size_t k = 0; k < static_cast<std::size_t>(count_); ++k) {
    const shard_entry entry = k < entries_.size() ? entries_[k] : shard_entry{};
    const std::uint64_t pair[2] = {
        entry.is_missing() ? none : static_cast<std::uint64_t>(entry.offset),
        entry.is_missing() ? none : static_cast<std::uint64_t>(entry.bytes)};
    bytes.append(reinterpret_cast<const char*>(pair), sizeof pair);
  }
  if (sharding_.index.swapped) swap_bytes(bytes.data(), {'u', 8}, 2 * count_);
  return pack(sharding_.index.packings, bytes);
}

void shard_index::set(index_t number, const shard_entry& entry) {
  entries_.resize(static_cast<std::size_t>(count_));
  entries_[static_cast<std::size_t>(number)] = entry;
}

index_t shard_index::number_of(const std::vector<index_t>& origin) const {
  index_t number = 0;
  for (std::size_t d = 0; d < counts_.size(); ++d)
    number = number * counts_[d] + origin[d] / sharding_.chunk[d];
  return number;
}

} // namespace tessera::detail
