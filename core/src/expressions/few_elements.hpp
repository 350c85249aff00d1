// Small arrays of which some lie in another order than the result.
#pragma once

#include <tessera/core/expressions/leaves.hpp>

namespace tessera::detail {

/// Assigns few elements of two axes at most: what does not lie as the result does is copied into
/// its order first, and may therefore overlap it. To arrange a nest of loops would take longer than
/// all that. Returns false, having done nothing, for all others.
bool assign_few_elements(const array_ref& to, const array_ref* from, std::size_t count,
                         index_t size, const row_kernel& kernel, const void* context);

} // namespace tessera::detail
