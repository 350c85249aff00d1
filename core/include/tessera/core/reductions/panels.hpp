/// @file
/// Reductions along axes: what the compiled loops are told about an array or an expression.
///
/// Its parts lie in sum_panels.cpp, fast_sum_panels.cpp, round_sums.cpp, extremum_panels.cpp,
/// visit_lines.cpp and ordered_chunks.cpp.
#pragma once

#include <tessera/core/expressions/expression.hpp>
#include <tessera/core/views/axis.hpp>

namespace tessera::detail {

/// An array or expression whose axes are split into those that are kept and those that are reduced;
/// the kept ones come first. Results are contiguous over the kept axes.
struct panel_source {
  std::size_t kept;
  std::size_t reduced;
  index_t* shape;
  loop_operand* leaves;
  std::size_t count;
  row_function evaluate; ///< writes a row of elements, then reads the leaves' rows
  const void* node;
  index_t itemsize;
  bool is_array; ///< the elements are those of the only leaf
};

template <class Node> inline constexpr bool is_plain_array = false;
template <class T, std::size_t N> inline constexpr bool is_plain_array<array_node<T, N>> = true;

/// Collects a node's leaves; the node must outlive it.
template <std::size_t N, class Node> class panel_source_of {
  static constexpr std::size_t leaves = Node::leaves > 0 ? Node::leaves : 1;

public:
  panel_source_of(const Node& node, const bool* reduced) {
    const shape_t<N> shape = node.shape();
    for (int pass = 0; pass < 2; ++pass)
      for (std::size_t d = 0; d < N; ++d)
        if (reduced[d] == (pass == 1)) order_[filled_++] = d;
    for (std::size_t d = 0; d < N; ++d) {
      shape_[d] = shape[order_[d]];
      kept_ += reduced[d] ? 0 : 1;
    }
    std::size_t k = 0;
    node.visit([&](const auto& leaf) { add(k++, array_ref_of(leaf.elements)); });
    source_ = {kept_,
               N - kept_,
               shape_.data(),
               operands_,
               Node::leaves,
               row_assignment<typename Node::value_type>(node),
               &node,
               sizeof(typename Node::value_type),
               is_plain_array<Node>};
  }
  panel_source_of(const panel_source_of&) = delete;
  panel_source_of& operator=(const panel_source_of&) = delete;

  /// May be overwritten by the loops: it serves once.
  panel_source& get() { return source_; }

private:
  void add(std::size_t k, const array_ref& a) {
    check_live(&a, 1);
    for (std::size_t d = 0; d < N; ++d) {
      const std::size_t axis = order_[d] + a.ndim; // of the array, counted N further
      const bool is_broadcast = axis < N || a.shape[axis - N] == 1;
      strides_[k][d] = is_broadcast ? 0 : a.strides[axis - N];
    }
    operands_[k] = {a.data, a.itemsize, strides_[k].data()};
  }

  std::size_t filled_ = 0;
  std::size_t kept_ = 0;
  std::size_t order_[N]{};
  shape_t<N> shape_{};
  shape_t<N> strides_[leaves]{};
  loop_operand operands_[leaves]{};
  panel_source source_{};
};

/// A sum without rounding errors, as that of three numbers. Where it is none, `parts[1]` is NaN.
struct sum_parts {
  double parts[3];

  [[nodiscard]] bool is_exact() const { return parts[1] == parts[1]; }
};

/// Sums of several outputs, as that of numbers one after another: of output k, number w is
/// `numbers[w * step + k]`.
struct split_sums {
  const double* numbers;
  index_t step;
};
/// Those of n outputs, with the first `words` of each sum's parts.
void split(const sum_parts* sums, index_t n, int words, double* numbers);

/// How many parts of each sum say it all: 1 to 3, or `not_exact`.
inline constexpr int not_exact = 4;
int words_needed(const sum_parts* sums, index_t n);

/// Sums up what `count` ranks have of n outputs, in so many words each, and rounds them once: NaN
/// where one has none.
void round_sums(const split_sums* parts, std::size_t count, int words, index_t n, double* results);
void round_sums(const split_sums* parts, std::size_t count, int words, index_t n, float* results);

/// Compiled reductions. T is the type of the elements; results are written one after another. Sums
/// of floating-point numbers may also be had as `sum_parts`.
template <class T, class R> void sum_panels(panel_source& source, R* results);
template <class T> void fast_sum_panels(panel_source& source, T* results);
template <class T, class R> void product_panels(panel_source& source, R* results);
template <bool Largest, class T> void extremum_panels(panel_source& source, T* results);
/// Positions along the only reduced axis; `values`, where given, takes the extrema.
template <bool Largest, class T>
void extremum_position_panels(panel_source& source, index_t* results, T* values);

/// Treats the elements of one line, all reduced axes together in row-major order; `line` may be
/// overwritten, `output` says which line it is.
using line_function = void (*)(std::byte* line, index_t n, index_t output, void* context);
void visit_lines(panel_source& source, line_function treat, void* context);

/// Treats n elements of an array or expression; the first has the subscript `first` in row-major
/// order.
using chunk_function = void (*)(const std::byte* elements, index_t n, index_t first, void* context);

/// Visits all elements in row-major order, some thousands at a time. All axes of `source` are kept.
void visit_in_order(panel_source& source, chunk_function treat, void* context);

/// The same in any order, by several threads at once.
void visit_on_threads(panel_source& source, chunk_function treat, void* context);

/// Calls treat(elements, n, first) for all elements of a node, by `visit`.
template <class Node, class F>
void for_chunks_by(void (*visit)(panel_source&, chunk_function, void*), const Node& node,
                   F& treat) {
  using T = typename Node::value_type;
  constexpr std::size_t N = Node::ndim;
  const bool none[N]{};
  panel_source_of<N, Node> source(node, none);
  visit(
      source.get(),
      [](const std::byte* elements, index_t n, index_t first, void* context) {
        (*static_cast<F*>(context))(reinterpret_cast<const T*>(elements), n, first);
      },
      &treat);
}
template <class Node, class F> void for_chunks(const Node& node, F treat) {
  for_chunks_by(&visit_in_order, node, treat);
}
template <class Node, class F> void for_chunks_on_threads(const Node& node, F treat) {
  for_chunks_by(&visit_on_threads, node, treat);
}

} // namespace tessera::detail
