#include "reductions/panel_box.hpp"

#include <tessera/core/memory.hpp>

namespace tessera::detail {

namespace {

constexpr index_t chunk_bytes = 32768; // a chunk and what it becomes fit the second-level cache

/// Visits a source whose axes are joined, chunk by chunk: whole rows of the last axis, along the
/// last axis but one, or parts of one row.
class chunk_loop {
public:
  chunk_loop(const panel_source& source, chunk_function treat, void* context)
      : source_(source), ndim_(source.kept), columns_(ndim_ > 0 ? source.shape[ndim_ - 1] : 1),
        rows_(ndim_ > 1 ? source.shape[ndim_ - 2] : 1), treat_(treat), context_(context),
        box_(source) {
    const index_t most = chunk_bytes > source.itemsize ? chunk_bytes / source.itemsize : 1;
    columns_at_once_ = columns_ < most ? columns_ : most;
    rows_at_once_ = columns_ < most ? most / columns_ : 1;
    is_adjacent_ = source.is_array && (ndim_ == 0 || source.leaves[0].strides[ndim_ - 1] == 1);
    staged_ = buffer(static_cast<std::size_t>(most * source.itemsize));
  }

  void run() {
    const std::size_t outer_axes = ndim_ > 2 ? ndim_ - 2 : 0;
    index_t planes = 1;
    for (std::size_t d = 0; d < outer_axes; ++d) planes *= source_.shape[d];
    for (index_t i = 0; i < planes; ++i) {
      unravel(i, source_.shape, outer_axes, position_);
      run_plane(i * rows_ * columns_);
    }
  }

private:
  /// `first` is the subscript of the plane's first element.
  void run_plane(index_t first) {
    for (index_t row = 0; row < rows_; row += rows_at_once_) {
      const index_t rows = rows_ - row < rows_at_once_ ? rows_ - row : rows_at_once_;
      for (index_t column = 0; column < columns_; column += columns_at_once_) {
        const index_t left = columns_ - column;
        const index_t columns = left < columns_at_once_ ? left : columns_at_once_;
        if (ndim_ > 1) position_[ndim_ - 2] = row;
        if (ndim_ > 0) position_[ndim_ - 1] = column;
        treat_(elements(rows, columns), rows * columns, first + row * columns_ + column, context_);
      }
    }
  }

  /// Those of the chunk that begins at the position.
  const std::byte* elements(index_t rows, index_t columns) {
    box_.begin(position_);
    if (is_adjacent_ && rows == 1) return box_.in_place();
    if (ndim_ > 1) box_.add_axis(ndim_ - 2, rows, columns);
    if (ndim_ > 0) box_.add_axis(ndim_ - 1, columns, 1);
    box_.evaluate(staged_.data());
    return staged_.data();
  }

  const panel_source& source_;
  std::size_t ndim_;
  index_t columns_; // elements of a row
  index_t rows_;    // of a plane
  index_t columns_at_once_;
  index_t rows_at_once_;
  bool is_adjacent_; // the elements of a row are, in memory
  chunk_function treat_;
  void* context_;
  panel_box box_;
  index_t position_[max_ndim]{};
  buffer staged_;
};

} // namespace

void visit_in_order(panel_source& source, chunk_function treat, void* context) {
  for (std::size_t d = 0; d < source.kept; ++d)
    if (source.shape[d] == 0) return;
  join_axes(source);
  chunk_loop(source, treat, context).run();
}

void visit_on_threads(panel_source& source, chunk_function treat, void* context) {
  for (std::size_t d = 0; d < source.kept; ++d)
    if (source.shape[d] == 0) return;
  for_parts_of_outputs(source, [treat, context](panel_source& part, index_t first) {
    struct shifted {
      chunk_function treat;
      void* context;
      index_t first;
    } here{treat, context, first};
    visit_in_order(
        part,
        [](const std::byte* elements, index_t n, index_t at, void* to) {
          const auto& s = *static_cast<const shifted*>(to);
          s.treat(elements, n, s.first + at, s.context);
        },
        &here);
  });
}

} // namespace tessera::detail
