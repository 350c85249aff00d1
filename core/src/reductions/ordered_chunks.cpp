#include <tessera/core/memory.hpp>
#include <tessera/core/reductions/panels.hpp>

#include <vector>

namespace tessera::detail {

namespace {

constexpr index_t chunk_bytes = 32768; // a chunk and what it becomes fit the second-level cache

/// Adjacent axes that every leaf passes as one become one.
std::size_t join_in_order(panel_source& source) {
  std::size_t filled = 0;
  for (std::size_t d = 0; d < source.kept; ++d) {
    bool joined = filled > 0;
    for (std::size_t k = 0; joined && k < source.count; ++k) {
      const index_t* const strides = source.leaves[k].strides;
      joined = strides[filled - 1] == strides[d] * source.shape[d];
    }
    if (!joined) ++filled;
    source.shape[filled - 1] =
        joined ? source.shape[filled - 1] * source.shape[d] : source.shape[d];
    for (std::size_t k = 0; k < source.count; ++k)
      source.leaves[k].strides[filled - 1] = source.leaves[k].strides[d];
  }
  return filled;
}

/// A box of rows of the last axis: `rows` of them, along the last axis but one.
struct chunk {
  index_t outer; ///< which combination of the axes further out
  index_t row;
  index_t rows;
  index_t column;
  index_t columns;
};

const std::byte* evaluate(const panel_source& source, std::size_t ndim, const chunk& part,
                          std::byte* staged) {
  const std::size_t last = ndim - 1;
  std::vector<loop_operand> operands(1 + source.count);
  std::vector<shape_t<2>> strides(1 + source.count);
  for (std::size_t k = 0; k < source.count; ++k) {
    const loop_operand& leaf = source.leaves[k];
    index_t offset = part.column * leaf.strides[last];
    if (ndim > 1) offset += part.row * leaf.strides[last - 1];
    index_t rest = part.outer;
    for (std::size_t d = ndim > 2 ? ndim - 2 : 0; d-- > 0; rest /= source.shape[d])
      offset += rest % source.shape[d] * leaf.strides[d];
    strides[1 + k] = {ndim > 1 ? leaf.strides[last - 1] : 0, leaf.strides[last]};
    operands[1 + k] = {leaf.data + offset * leaf.itemsize, leaf.itemsize, strides[1 + k].data()};
  }
  if (source.is_array && part.rows == 1 && strides[1][1] == 1) return operands[1].data;
  strides[0] = {part.columns, 1};
  operands[0] = {staged, source.itemsize, strides[0].data()};
  shape_t<2> shape{part.rows, part.columns};
  run_loop_nest(shape.data(), 2, operands.data(), operands.size(), loop_mode::first_is_written,
                source.evaluate, source.node);
  return staged;
}

} // namespace

void visit_in_order(panel_source& source, chunk_function treat, void* context) {
  for (std::size_t d = 0; d < source.kept; ++d)
    if (source.shape[d] == 0) return;
  const std::size_t ndim = join_in_order(source);
  const index_t columns = source.shape[ndim - 1];
  const index_t rows = ndim > 1 ? source.shape[ndim - 2] : 1;
  index_t outer = 1;
  for (std::size_t d = 0; d + 2 < ndim; ++d) outer *= source.shape[d];
  const index_t most = chunk_bytes > source.itemsize ? chunk_bytes / source.itemsize : 1;
  const index_t columns_at_once = columns < most ? columns : most;
  const index_t rows_at_once = columns < most ? most / columns : 1;
  buffer staged(static_cast<std::size_t>(most * source.itemsize));
  for (index_t o = 0; o < outer; ++o) {
    for (index_t r = 0; r < rows; r += rows_at_once) {
      const index_t some = rows - r < rows_at_once ? rows - r : rows_at_once;
      for (index_t c = 0; c < columns; c += columns_at_once) {
        const index_t n = columns - c < columns_at_once ? columns - c : columns_at_once;
        const std::byte* const elements = evaluate(source, ndim, {o, r, some, c, n}, staged.data());
        treat(elements, some * n, (o * rows + r) * columns + c, context);
      }
    }
  }
}

} // namespace tessera::detail
