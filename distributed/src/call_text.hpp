// What collective calls were given, for ranks to compare, and for the error where they differ.
#pragma once

#include <tessera/distributed/agreed.hpp>
#include <tessera/distributed/operand_text.hpp>

#include <string>

namespace tessera::detail {

/// "array 3 of float64 (24, 36) over 3 x 1 ranks"
std::string call_text(const global_block& block);

/// Have equal elements equal bytes?
bool is_comparable(const global_block& block);
/// One element.
std::string value_text(const global_block& block, const void* value);

/// A fingerprint of who owns what of a global array, with its halo.
fingerprint fingerprint_of(const axes_span& axes, const std::vector<halo_axis>& halo);
/// Of where a view lies.
fingerprint fingerprint_of(const operand_ref& view);

} // namespace tessera::detail
