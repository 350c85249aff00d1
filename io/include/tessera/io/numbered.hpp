/// @file
/// Names of files that belong to a series.
#pragma once

#include <tessera/core/shape.hpp>

#include <string>

namespace tessera {

/// The name of one file of a series: "frames/u.png" becomes "frames/u_000100.png", so that files
/// sort by their steps. Local.
///
///     save_npy(numbered("u.npy", step), u);
[[nodiscard]] std::string numbered(const std::string& path, index_t step);

} // namespace tessera
