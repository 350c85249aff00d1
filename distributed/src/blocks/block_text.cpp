#include "blocks/block_text.hpp"

#include <tessera/core/types/number_text.hpp>

#include <fmt/core.h>

#include <cstdint>
#include <cstring>
#include <string>

namespace tessera::detail {

std::string hex_text(std::uint64_t number) {
  return fmt::format("{:08x}", static_cast<unsigned>(number));
}

std::string call_text(const global_block& block) {
  const std::string number =
      block.identity() > 0 ? fmt::format("array {}", block.identity()) : "an array";
  return fmt::format("{} of {}, {}", number, element_text(block.kind(), block.itemsize()),
                     distribution_text(block.axes().data(), block.axes().size()));
}

bool is_comparable(const global_block& block) {
  return block.kind() != '?' && block.itemsize() <= 8; // without padding
}

std::string value_text(const global_block& block, const void* value) {
  const auto read = [&](auto number) {
    std::memcpy(&number, value, sizeof number);
    return digits17_text(static_cast<double>(number));
  };
  if (block.kind() == 'f' && block.itemsize() == 8) return read(double{});
  if (block.kind() == 'f' && block.itemsize() == 4) return read(float{});
  if (block.kind() == 'i' && block.itemsize() == 8) return read(std::int64_t{});
  if (block.kind() == 'i' && block.itemsize() == 4) return read(int{});
  return "a value of fingerprint " +
         hex_text(
             fingerprint().add_bytes(value, static_cast<std::size_t>(block.itemsize())).value());
}

fingerprint fingerprint_of(const axes_span& axes, const std::vector<halo_axis>& halo) {
  fingerprint result;
  for (const axis_distribution& axis : axes) {
    result.add(axis.size()).add(axis.parts()).add(axis.cyclic_block());
    for (int part = 0; axis.has_boundaries() && part < axis.parts(); ++part)
      result.add(axis.block(part).upper);
  }
  for (const halo_axis& width : halo) result.add(width.lower).add(width.upper).add(width.periodic);
  return result;
}

} // namespace tessera::detail
