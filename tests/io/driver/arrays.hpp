/// @file
/// Arrays and subscripts that words of commands name.
#pragma once

#include "commands.hpp"

#include <tessera/core.hpp>
#include <tessera/distributed.hpp>
#include <tessera/io/npy.hpp>

#include <string>
#include <vector>

namespace io_driver {

using namespace tessera;

/// Words of numbers separated by commas.
inline std::vector<index_t> numbers(const std::string& text) {
  std::vector<index_t> values;
  for (const std::string& word : split(text.empty() ? text : text + ',', ','))
    values.push_back(std::stol(word));
  return values;
}

/// Calls `use` with what an npy file holds, under the distribution that a word names.
template <class T, std::size_t N, class Use>
void with_array(const communicator& world, const std::string& mode, const std::string& path,
                Use&& use) {
  if (mode == "local") return use(load_npy<T, N>(path));
  if (mode == "rows") return use(load_npy<T, N>(world, path));
  if (mode == "grid") return use(load_npy<T>(process_grid<N>(world), path, halo<N>(1)));
  const auto rows = load_npy<T, N>(world, path);
  const std::size_t last = N - 1;
  std::array<axis_distribution, N> axes;
  for (std::size_t d = 0; d < N; ++d) axes[d] = axis_distribution(rows.shape()[d], 1);
  axes[last] = axis_distribution::cyclic(rows.shape()[last], world.size(), 2);
  global_array<T, N> dealt(grid_along<N>(world, last), distribution<N>(axes));
  redistribute(rows, dealt);
  use(dealt);
}

inline slice::bound bound_of(const std::string& text) {
  return text.empty() ? slice::bound(none) : slice::bound(std::stol(text));
}

/// Calls `use` with the subscripts in words such as "3" and "1:9:2", up to three.
template <class Use, class... S>
void with_subscripts(const std::vector<std::string>& texts, Use&& use, const S&... before) {
  if constexpr (sizeof...(S) < 3) {
    if (sizeof...(S) < texts.size()) {
      const std::string& text = texts[sizeof...(S)];
      if (text.find(':') == text.npos)
        return with_subscripts(texts, use, before..., index_t{std::stol(text)});
      const auto ends = split(text + ':', ':');
      return with_subscripts(
          texts, use, before...,
          slice(bound_of(ends[0]), bound_of(ends[1]), ends[2].empty() ? 1 : std::stol(ends[2])));
    }
  }
  if constexpr (sizeof...(S) > 0) use(before...);
}

template <class... S>
inline constexpr std::size_t kept = 3 - (std::size_t{detail::is_integer<S>} + ... + 0);

} // namespace io_driver
