/// @file
/// Copies between global arrays and views that are made again and again.
#pragma once

#include <tessera/distributed/arrays/global_view.hpp>

#include <vector>

namespace tessera {

namespace detail {

/// How a view lies on the ranks and in their memory, without the array.
class view_layout {
public:
  explicit view_layout(const view_ref& view);
  /// @throws argument_error, on all ranks alike, unless another view lies in the same way; `role`
  /// says what it was given for.
  void check(const view_ref& view, const char* role) const;

private:
  communicator comm_;
  index_t itemsize_;
  std::vector<index_t> shape_;
  std::vector<axis_walk> walks_;
  std::vector<index_t> fixed_;
  axes_span axes_;
  std::vector<halo_axis> halo_;
  std::vector<char> text_; // what messages call it
};

/// A global array or a view of one.
template <class X>
concept global_elements = array_operand<X> && std::remove_cvref_t<X>::is_global &&
    requires(const X& x) {
  x.gather_all();
};

} // namespace detail

/// The messages that copy the elements of one global array or view to another of the same shape,
/// however both are distributed. It remembers how they lie, and runs between any that lie so; it
/// runs once at a time. Making one is local; running it is collective, and allocates nothing from
/// the second time on unless messages are so long that they go in pieces.
///
///     copy_plan to_columns(rows, columns);
///     to_columns.run(rows, columns);
///     transfer moving = to_columns.start(rows, columns);
///     ...                                         // neither may be changed meanwhile
///     moving.finish();
///
/// Members that do not say that they are collective are local.
class copy_plan {
public:
  /// @throws shape_error naming both shapes when they differ, argument_error when the ranks differ
  /// or the two overlap.
  template <detail::global_elements From, detail::global_elements To>
  copy_plan(const From& from, const To& to)
      : copy_plan(whole(from).node().ref(), whole(to).node().ref()) {
    static_assert(std::is_same_v<typename From::value_type, typename To::value_type>,
                  "elements are copied as they are: both have one type");
  }

  /// Messages that this rank sends and receives in one run.
  [[nodiscard]] index_t messages() const { return plan_.messages(); }
  /// Bytes that this rank sends to others in one run.
  [[nodiscard]] index_t bytes() const { return plan_.bytes(); }
  /// Bytes of the buffers that a run needs beside the arrays.
  [[nodiscard]] index_t peak_memory() const { return plan_.peak_memory(); }
  /// Limits these buffers on every rank: messages that do not fit go in smaller pieces. Collective.
  /// @throws argument_error on all ranks when that leaves some message no room at all.
  void limit_memory(index_t max_bytes) { plan_.limit_memory(max_bytes); }

  /// Starts to copy. Until `finish`, neither may be written, nor the second be read. Collective.
  /// @throws argument_error on all ranks when an array does not lie as that of which the plan was
  /// made, or when the last run has not been finished.
  template <detail::global_elements From, detail::global_elements To>
  [[nodiscard]] transfer start(const From& from, To&& to) const {
    using target = decltype(whole(to));
    static_assert(target::is_assignable, "the elements of a read-only view cannot be replaced");
    return start(whole(from).node().ref(), whole(to).node().ref());
  }
  /// Starts and finishes. Collective. As `start`, it throws; the two must not overlap.
  template <detail::global_elements From, detail::global_elements To>
  void run(const From& from, To&& to) const {
    start(from, to).finish();
  }

private:
  copy_plan(const detail::view_ref& from, const detail::view_ref& to);
  [[nodiscard]] transfer start(const detail::view_ref& from, const detail::view_ref& to) const;
  // The layout that a reference to it points to must live as long.
  template <class T, std::size_t N>
  static const global_view<T, N>& whole(const global_view<T, N>& v) {
    return v;
  }
  template <class A>
  requires requires(A& a) { a.distribution(); }
  static auto whole(A& a) { return a.view(); }

  detail::view_layout from_;
  detail::view_layout to_;
  transfer_plan plan_;
};

} // namespace tessera
