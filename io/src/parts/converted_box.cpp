#include "parts/converted_box.hpp"

#include <tessera/core/copies/strided_copy.hpp>
#include <tessera/core/memory.hpp>

#include <algorithm>

namespace tessera::detail {

namespace {

// What was read is still in the cache when it is converted.
constexpr index_t bytes_at_once = index_t{1} << 18U;

} // namespace

void read_converted_box(const read_function& read, const element_conversion& conversion,
                        const file_part& part, index_t offset, std::byte* data) {
  if (conversion.is_copy()) return read_box(read, part, offset, data);
  const index_t size = conversion.stored_size();
  const index_t most = std::max<index_t>(bytes_at_once / size, 1);
  const buffer between(static_cast<std::size_t>(most * size));
  const auto read_elements = [&](index_t at, void* to, index_t bytes) {
    auto* next = static_cast<std::byte*>(to);
    index_t from = offset + (at - offset) / part.type.size * size;
    for (index_t left = bytes / part.type.size; left > 0;) {
      const index_t count = std::min(left, most);
      read(from, between.data(), count * size);
      conversion.run(between.data(), next, count);
      from += count * size;
      next += count * part.type.size;
      left -= count;
    }
  };
  read_box(read_elements, part, offset, data);
}

void place_converted(const region& in_memory, std::byte* data, const region& in_buffer,
                     const std::byte* elements, const element_conversion& conversion) {
  const index_t size = conversion.size();
  if (conversion.is_copy()) return strided_copy(in_memory, in_buffer, size).run(data, elements);
  const index_t count = in_memory.size();
  buffer stored;
  if (!in_buffer.is_contiguous()) {
    stored = buffer(static_cast<std::size_t>(count * conversion.stored_size()));
    strided_copy(packed(in_buffer.shape, 0), in_buffer, conversion.stored_size())
        .run(stored.data(), elements);
  }
  const std::byte* const from = in_buffer.is_contiguous()
                                    ? elements + in_buffer.offset * conversion.stored_size()
                                    : stored.data();
  if (in_memory.is_contiguous()) return conversion.run(from, data + in_memory.offset * size, count);
  const buffer converted(static_cast<std::size_t>(count * size));
  conversion.run(from, converted.data(), count);
  strided_copy(in_memory, packed(in_memory.shape, 0), size).run(data, converted.data());
}

} // namespace tessera::detail
