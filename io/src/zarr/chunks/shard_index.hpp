/// @file
/// Where the chunks of a shard are.
#pragma once

#include "zarr/metadata/codecs.hpp"

#include <tessera/core/shape.hpp>

#include <string>
#include <string_view>
#include <vector>

namespace tessera::detail {

/// The bytes of an inner chunk in its shard; -1: there is none, it is all fill values.
struct shard_entry {
  index_t offset = -1;
  index_t bytes = -1;

  [[nodiscard]] bool is_missing() const { return offset < 0; }
};

/// The index of a shard: an entry for each inner chunk, in row-major order.
class shard_index {
public:
  shard_index(const zarr_sharding& sharding, const std::vector<index_t>& shard);

  /// How many inner chunks a shard has along each axis.
  [[nodiscard]] const std::vector<index_t>& counts() const { return counts_; }
  /// Bytes of the index in the file.
  [[nodiscard]] index_t stored_bytes() const;
  /// Where it begins in a shard of so many bytes.
  [[nodiscard]] index_t stored_at(index_t shard_bytes) const;

  /// Takes the index from its bytes in the file. Entries that lie outside of the shard, in its
  /// index or in each other are damage. Returns why it cannot be; nothing when it worked.
  std::string read(std::string bytes, index_t shard_bytes);
  /// The bytes that are stored of it.
  [[nodiscard]] std::string stored() const;

  void set(index_t number, const shard_entry& entry);
  [[nodiscard]] const shard_entry& at(index_t number) const {
    return entries_[static_cast<std::size_t>(number)];
  }
  /// The number of the inner chunk whose first element is this one of the shard.
  [[nodiscard]] index_t number_of(const std::vector<index_t>& origin) const;
  [[nodiscard]] index_t size() const { return count_; }

private:
  [[nodiscard]] std::string problem_of_entries(index_t shard_bytes) const;

  const zarr_sharding& sharding_;
  std::vector<index_t> counts_;
  index_t count_ = 1;
  std::vector<shard_entry> entries_; // none before it was read or set
};

} // namespace tessera::detail
