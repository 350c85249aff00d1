/// @file
/// What compiled code knows of a plan from lists of subscripts.
///
/// Its parts lie in subscript_lists.cpp, make_lists.cpp and element_locator.cpp.
#pragma once

#include <tessera/distributed/blocks/global_block.hpp>

#include <utility>

namespace tessera::detail {

/// One rank's subscripts: flat ones, counted row by row, or an array for each axis.
struct subscript_source {
  const index_t* const* lists;
  const index_t* counts; ///< of each list
  std::size_t axes;      ///< 0: one list of flat subscripts
};

/// Which way elements go, and how.
enum class subscript_move {
  gather,  ///< every place of the list takes its element
  replace, ///< every element takes what the last place of the list that names it has
  combine  ///< every element is combined with all places that name it, in their order
};

/// A global array and the values of this rank that are exchanged with it.
struct subscript_column {
  global_block* block;
  void* values;
  index_t count;
  index_t step;        ///< from one value to the next
  combine_row combine; ///< of those that are combined, and replaced
};

/// Who asks for which elements of whom, and the messages that follow. Move-only.
class subscript_lists {
public:
  subscript_lists() = default;
  /// Collective.
  /// @throws index_error, shape_error, argument_error on all ranks.
  subscript_lists(const communicator& comm, axes_span axes, std::vector<halo_axis> halo,
                  const subscript_source& subscripts);
  subscript_lists(subscript_lists&& other) noexcept
      : state_(std::exchange(other.state_, nullptr)) {}
  subscript_lists& operator=(subscript_lists&& other) noexcept {
    std::swap(state_, other.state_);
    return *this;
  }
  subscript_lists(const subscript_lists&) = delete;
  subscript_lists& operator=(const subscript_lists&) = delete;
  ~subscript_lists();

  [[nodiscard]] const communicator& comm() const;
  /// How many subscripts this rank gave.
  [[nodiscard]] index_t size() const;
  /// Elements of other ranks that it named, each counted once.
  [[nodiscard]] index_t remote() const;
  /// Elements that the others want of this one.
  [[nodiscard]] index_t wanted() const;
  /// Messages that this rank sends and receives when it gathers.
  [[nodiscard]] index_t messages() const;

  /// Throws on all ranks unless every rank's values are as many as its subscripts, and adjacent.
  /// Collective.
  void check(const subscript_column* columns, std::size_t count) const;
  /// Starts, without a look at the values. The plan of each kind is made when it is first needed.
  /// Collective.
  [[nodiscard]] transfer start(subscript_move move, const subscript_column* columns,
                               std::size_t count) const;

private:
  struct state;
  state& made() const;
  state* state_ = nullptr;
};

/// Combines n elements with others by a function object without state.
template <class T, class F>
void combine_row_by(std::byte* to, index_t to_step, const std::byte* from, index_t from_step,
                    index_t n) {
  for (index_t i = 0; i < n; ++i, to += to_step, from += from_step) {
    T& element = *reinterpret_cast<T*>(to);
    element = static_cast<T>(F{}(std::as_const(element), *reinterpret_cast<const T*>(from)));
  }
}

} // namespace tessera::detail
