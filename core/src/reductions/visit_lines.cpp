#include "reductions/panel_box.hpp"

#include <tessera/core/memory.hpp>

namespace tessera::detail {

/// Lines are gathered several at once, so that cache lines that hold elements of neighbouring lines
/// serve all of them.
void visit_lines(panel_source& source, line_function treat, void* context) {
  constexpr index_t at_once = 8;
  const std::size_t ndim = source.kept + source.reduced;
  index_t outputs = 1;
  index_t length = 1;
  for (std::size_t d = 0; d < ndim; ++d) (d < source.kept ? outputs : length) *= source.shape[d];
  if (outputs == 0) return;
  const index_t neighbours = source.kept == 0 ? 1 : source.shape[source.kept - 1];
  const index_t most = neighbours < at_once ? neighbours : at_once;
  buffer memory(static_cast<std::size_t>(most * length * source.itemsize));
  panel_box lines(source);
  index_t position[max_ndim]{};
  for (index_t output = 0; output < outputs;) {
    const index_t left = neighbours - output % neighbours;
    const index_t some = left < most ? left : most;
    unravel(output, source.shape, source.kept, position);
    lines.begin(position);
    if (source.kept > 0) lines.add_axis(source.kept - 1, some, length);
    index_t step = length;
    for (std::size_t d = source.kept; d < ndim; ++d) {
      step = source.shape[d] > 0 ? step / source.shape[d] : step;
      lines.add_axis(d, source.shape[d], step);
    }
    lines.evaluate(memory.data());
    for (index_t i = 0; i < some; ++i)
      treat(memory.data() + i * length * source.itemsize, length, output + i, context);
    output += some;
  }
}

} // namespace tessera::detail
