#include "files/tile_hash.hpp"

#include <new>
#include <xxhash.h>

namespace tessera::detail {

tile_hash::tile_hash() : state_(XXH3_createState()) {
  if (state_ == nullptr) throw std::bad_alloc();
  XXH3_64bits_reset(state_);
}

tile_hash::~tile_hash() { XXH3_freeState(state_); }

void tile_hash::add(const void* data, index_t bytes) {
  XXH3_64bits_update(state_, data, static_cast<std::size_t>(bytes));
}

std::uint64_t tile_hash::value() const { return XXH3_64bits_digest(state_); }

std::uint64_t hash_of(const std::string& text) { return XXH3_64bits(text.data(), text.size()); }

} // namespace tessera::detail
