// What a transfer plan sends and receives.
#pragma once

#include <tessera/core/strided_copy.hpp>

#include <unordered_map>
#include <vector>

namespace tessera::detail {

/// What goes from one rank to another at once.
struct portion {
  index_t bytes = 0;
  std::vector<strided_copy> copies; // between the array and the buffer; none for a direct message
  index_t direct_offset = 0;        // in the array, where nothing needs packing
};

/// All that goes from one rank to another in one run.
struct message {
  int peer = 0;
  index_t bytes = 0;
  std::vector<region> regions; // in the array
  bool direct = false;
  std::vector<portion> portions; // one for each round
  index_t buffer_offset = 0;
  std::size_t first_request = 0;
  std::size_t requests = 0; // for the first portion, which is the largest
};

/// The messages of one direction.
class message_list {
public:
  message& to(int peer) {
    if (!all_.empty() && all_.back().peer == peer) return all_.back();
    const auto [at, is_new] = places_.try_emplace(peer, all_.size());
    if (is_new) {
      all_.emplace_back();
      all_.back().peer = peer;
    }
    return all_[at->second];
  }
  [[nodiscard]] std::vector<message>& all() { return all_; }
  [[nodiscard]] const std::vector<message>& all() const { return all_; }

private:
  std::vector<message> all_;
  std::unordered_map<int, std::size_t> places_;
};

/// Elements first ... first + count - 1 of several regions one behind the other, the last axis of
/// each fastest, as regions in that order.
std::vector<region> cut(const std::vector<region>& all, index_t first, index_t count);

} // namespace tessera::detail
