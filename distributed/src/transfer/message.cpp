#include "transfer/message.hpp"

#include <algorithm>

namespace tessera::detail {

namespace {

/// Elements of several types may follow each other: each where one of its type may lie.
index_t aligned(index_t at, index_t itemsize) {
  const index_t step = std::min<index_t>(itemsize & -itemsize, 16);
  return (at + step - 1) / step * step;
}

} // namespace

void message::add(const region& where, std::size_t array, index_t itemsize) {
  parts.push_back({where, array, aligned(bytes, itemsize)});
  bytes = end_with(where.size(), itemsize);
}

index_t message::end_with(index_t items, index_t itemsize) const {
  return aligned(bytes, itemsize) + items * itemsize;
}

void add_copies(message& m, const std::vector<array_slot>& arrays, bool sending) {
  for (const message_part& part : m.parts) {
    const array_slot& array = arrays[part.array];
    const region slot = packed(part.where.shape, 0);
    m.copies.push_back({sending ? strided_copy(slot, part.where, array.itemsize)
                                : strided_copy(part.where, slot, array.itemsize, array.combine),
                        part.array, part.at});
  }
}

} // namespace tessera::detail
