// What messages say of global arrays, and fingerprints for ranks to compare.
#pragma once

#include <tessera/distributed/blocks/global_block.hpp>
#include <tessera/distributed/ranks/agreed.hpp>

#include <cstdint>
#include <string>

namespace tessera::detail {

/// "0012abcd": the last digits of a fingerprint.
std::string hex_text(std::uint64_t number);
/// "array 3 of float64 (24, 36) over 3 x 1 ranks"
std::string call_text(const global_block& block);

/// Have equal elements equal bytes?
bool is_comparable(const global_block& block);
/// One element.
std::string value_text(const global_block& block, const void* value);

/// A fingerprint of who owns what of a global array, with its halo.
fingerprint fingerprint_of(const axes_span& axes, const std::vector<halo_axis>& halo);

} // namespace tessera::detail
