/// @file
/// How an expression of global arrays is evaluated: every rank computes the elements that it owns
/// of the result, from its own elements of the operands and their halos.
///
/// Its parts lie in evaluation.cpp and result_layout.cpp.
#pragma once

#include <tessera/core/expressions/expression.hpp>
#include <tessera/core/reductions/reduce_options.hpp>
#include <tessera/distributed/blocks/global_block.hpp>
#include <tessera/distributed/ranks/agreed.hpp>

#include <string>

namespace tessera::detail {

/// A view of a global array without its type. What it points to lives longer.
struct view_ref {
  std::size_t ndim;
  const index_t* shape;
  index_t itemsize;
  global_block* block;
  const axis_walk* walks; // one for each axis
  const index_t* fixed;   // where it stands on the array's axes that it does not run along
};

/// An array that every rank has whole, without its type. What it points to lives longer.
struct local_ref {
  std::size_t ndim;
  const index_t* shape;
  index_t itemsize;
  const std::byte* data;
  const index_t* strides;
  bool is_comparable; // do equal elements have equal bytes?
};

/// What an expression reads: one or the other.
class operand_ref {
public:
  operand_ref() = default;
  operand_ref(const view_ref& view) : is_view_(true), view_(view) {} // NOLINT: converts on purpose
  operand_ref(const local_ref& local) : is_view_(false), local_(local) {} // NOLINT: the same

  /// Null for a local array.
  [[nodiscard]] const view_ref* view() const { return is_view_ ? &view_ : nullptr; }
  /// Null for a view of a global array.
  [[nodiscard]] const local_ref* local() const { return is_view_ ? nullptr : &local_; }

private:
  bool is_view_;
  union {
    view_ref view_;
    local_ref local_;
  };
};

/// A part of an operand in this rank's memory.
struct operand_part {
  std::byte* data = nullptr;
  index_t shape[max_ndim];
  index_t strides[max_ndim];
};

/// @throws argument_error naming both when they differ.
void check_same_distribution(const view_ref& a, const view_ref& b);

/// @throws argument_error on all ranks, naming both, when an operand's elements lie neither on the
/// rank that needs them for `result` nor in its halo.
void check_aligned(const view_ref& result, const operand_ref* operands, std::size_t count);

/// Where an expression is computed that is assigned to nothing: where the elements are of the first
/// global operand that is as large as it; or else, of one that is repeated only along axes that
/// are not divided between ranks. Views that are shifted against each other meet in the middle, so
/// that halos half as wide as the distance are enough; of two middles it is that nearer the first.
class result_layout {
public:
  /// @throws argument_error when there is none.
  result_layout(const operand_ref* operands, std::size_t count, const index_t* shape,
                std::size_t ndim);
  result_layout(const result_layout&) = delete;
  result_layout& operator=(const result_layout&) = delete;

  [[nodiscard]] const view_ref& ref() const { return ref_; }
  [[nodiscard]] const communicator& comm() const { return ref_.block->comm(); }

private:
  bool take_repeated(const view_ref& operand, const index_t* shape, std::size_t ndim);
  void go_to_middle(const operand_ref* operands, std::size_t count);

  view_ref ref_{};
  index_t shape_[max_ndim];
  axis_walk walks_[max_ndim];
  index_t fixed_[max_ndim];
};

/// Boxes of the result that this rank computes, one after another. All of it at once where no halo
/// is read; else first what needs no halo, while the stale ones are being updated, then the rest.
/// Making one is collective.
class evaluation {
public:
  /// The result has the shape and the distribution of `result`. If `writes`, it is what is written,
  /// and may be among the operands.
  /// @throws argument_error on all ranks, naming both distributions, when an operand's elements lie
  /// neither on the rank that needs them nor in its halo.
  /// `form` is a number for the kind of expression, which the ranks compare where they check.
  evaluation(const view_ref& result, bool writes, const operand_ref* operands, std::size_t count,
             std::uint64_t form);
  evaluation(const evaluation&) = delete;
  evaluation& operator=(const evaluation&) = delete;
  ~evaluation();

  /// Updates stale halos now, so that there is but one box.
  void join();
  /// Goes to the first or next box; false when there is none left. Boxes may be empty.
  bool next();
  /// For whoever takes boxes for boxes of global index space.
  /// @throws argument_error on all ranks when an axis of the result is cyclic: elements are counted
  /// in each rank's own then.
  void check_boxes() const;
  /// Where the box starts and how large it is, along the axes of the result.
  [[nodiscard]] const index_t* lower() const { return lower_; }
  [[nodiscard]] const index_t* shape() const { return shape_; }
  /// The part of an operand that belongs to the box.
  [[nodiscard]] operand_part part_of(const view_ref& view) const;
  [[nodiscard]] operand_part part_of(const local_ref& local) const;

private:
  void add_exchange(global_block* block);
  void start_exchanges();
  void finish_exchanges();
  void take_whole();
  [[nodiscard]] bool is_waiting() const;
  void divide(const operand_ref* operands, std::size_t count);
  bool give_shape(operand_part& part, const index_t* shape, std::size_t ndim) const;
  [[nodiscard]] index_t first_along(std::size_t m, const index_t* shape, std::size_t ndim) const;

  view_ref result_;
  bool is_empty_ = false;
  std::size_t box_ = 0; // boxes visited
  index_t lower_[max_ndim];
  index_t shape_[max_ndim];
  std::vector<global_block*> stale_;
  std::vector<transfer> exchanges_;
  std::vector<flat_box> frame_; // left to visit after the exchange
};

template <class T, std::size_t N> struct global_node;

template <class T, std::size_t N> view<T, N> local_view(const operand_part& part) {
  shape_t<N> shape;
  shape_t<N> strides;
  for (std::size_t d = 0; d < N; ++d) {
    shape[d] = part.shape[d];
    strides[d] = part.strides[d];
  }
  return {reinterpret_cast<T*>(part.data), shape, strides};
}

/// The part of a local array, a global view or an expression that belongs to the present box, as a
/// local node. Operands are visited in the order in which they were listed.
class part_maker {
public:
  part_maker(const evaluation& run, const operand_ref* operands) : run_(run), next_(operands) {}

  template <class Node> auto operator()(const Node& node) {
    if constexpr (is_expression<Node>)
      return node.replace(*this);
    else if constexpr (Node::leaves == 0 && std::is_trivially_copyable_v<Node>)
      return node;
    else if constexpr (Node::leaves == 0)
      return node_reference<Node>{&node};
    else if constexpr (Node::is_global)
      return leaf<typename Node::value_type, Node::ndim>(run_.part_of(*next_++->view()));
    else
      return leaf<typename Node::value_type, Node::ndim>(run_.part_of(*next_++->local()));
  }
  template <class Node> auto operator()(const node_reference<Node>& node) {
    return (*this)(*node.node);
  }

private:
  template <class T, std::size_t N> static array_node<T, N> leaf(const operand_part& part) {
    return {local_view<const T, N>(part)};
  }

  const evaluation& run_;
  const operand_ref* next_;
};

/// The scalars of an expression, and a number for its form.
class form_text {
public:
  template <class Result, class Node> void describe(const Node& node) {
    form_.add_bytes(__PRETTY_FUNCTION__, sizeof __PRETTY_FUNCTION__);
    static_cast<void>((*this)(node));
  }
  /// Notes the scalars of a node; what it returns stands for that in an expression of no use.
  template <class Node> scalar_node<typename Node::value_type> operator()(const Node& node) {
    using T = typename Node::value_type;
    if constexpr (is_expression<Node>)
      static_cast<void>(node.replace([this](const auto& arg) { return (*this)(arg); }));
    else if constexpr (std::is_same_v<Node, scalar_node<T>>)
      note(node.value);
    return {T{}};
  }
  template <class Node>
  scalar_node<typename Node::value_type> operator()(const node_reference<Node>& node) {
    return (*this)(*node.node);
  }
  [[nodiscard]] std::string text() const;

private:
  template <class T> void note(const T& value) {
    if constexpr (std::is_floating_point_v<T>)
      add(static_cast<double>(value));
    else if constexpr (std::is_integral_v<T>)
      add(static_cast<std::int64_t>(value));
    else if constexpr (is_complex<T>)
      note(value.real()), note(value.imag());
    else if constexpr (is_fixed<T>)
      for (const auto& row : value) note(row);
    else if constexpr (std::has_unique_object_representations_v<T>)
      form_.add_bytes(&value, sizeof value);
  }
  void add(double value);
  void add(std::int64_t value);

  fingerprint form_;
  std::vector<char> scalars_;
};

/// A number for types, the same on all ranks.
template <class... Types> consteval std::uint64_t number_of_types() {
  std::uint64_t number = 0xcbf29ce484222325U; // FNV-1a
  for (const char* at = __PRETTY_FUNCTION__; *at != '\0'; ++at)
    number = (number ^ static_cast<unsigned char>(*at)) * 0x100000001b3U;
  return number;
}

/// In programs compiled with TESSERA_CHECKED: all ranks must give the same scalars, in an
/// expression of the same form, of which they make a Result. Collective.
template <class Result, class Node>
void agree_on_node([[maybe_unused]] const communicator& comm, [[maybe_unused]] const Node& node) {
#ifdef TESSERA_CHECKED
  agree_if_checked(comm, "an expression", [&] {
    form_text form;
    form.describe<Result>(node);
    return form.text();
  });
#endif
}

/// The operands of a node, in the order in which they are visited.
template <class Node> class operand_refs {
public:
  explicit operand_refs(const Node& node) {
    node.visit([this](const auto& leaf) { refs_[count_++] = ref_of(leaf); });
  }
  [[nodiscard]] const operand_ref* data() const { return refs_; }
  [[nodiscard]] std::size_t size() const { return count_; }

private:
  template <class T, std::size_t N> static view_ref ref_of(const global_node<T, N>& view) {
    return view.ref();
  }
  template <class Leaf> static local_ref ref_of(const Leaf& leaf) {
    const auto& a = leaf.elements;
    return {Leaf::ndim,
            a.shape().data(),
            sizeof(typename Leaf::value_type),
            reinterpret_cast<const std::byte*>(a.data()),
            a.strides().data(),
            is_plain_number<typename Leaf::value_type>};
  }

  operand_ref refs_[Node::leaves > 0 ? Node::leaves : 1];
  std::size_t count_ = 0;
};

/// Is a view all of its array?
bool is_whole(const view_ref& view);

} // namespace tessera::detail
