// Formats of rows in which there is more than real numbers.
#pragma once

#include <tessera/io/text/text_leaves.hpp>
#include <tessera/io/text/text_list.hpp>

#include <string>
#include <vector>

namespace savetxt_app {

/// NumPy's ' (1.0+2.0j)' from the format of a number.
std::string complex_format(const std::string& part);

/// One format for all of a row of `columns` elements, from those that were asked for: none, one for
/// all leaves, or one for each.
/// @throws tessera::argument_error when they are not as many.
tessera::text_list row_formats(const std::vector<tessera::detail::text_leaf>& leaves,
                               tessera::index_t columns, const std::vector<std::string>& asked_for,
                               const std::string& delimiter);

} // namespace savetxt_app
