#include "files/piece_hash.hpp"

#include <new>
#include <xxhash.h>

namespace tessera::detail {

piece_hash::piece_hash() : state_(XXH3_createState()) {
  if (state_ == nullptr) throw std::bad_alloc();
  XXH3_64bits_reset(state_);
}

piece_hash::~piece_hash() { XXH3_freeState(state_); }

void piece_hash::add(const void* data, index_t bytes) {
  XXH3_64bits_update(state_, data, static_cast<std::size_t>(bytes));
}

std::uint64_t piece_hash::value() const { return XXH3_64bits_digest(state_); }

std::uint64_t hash_of(const std::string& text) { return XXH3_64bits(text.data(), text.size()); }

} // namespace tessera::detail
