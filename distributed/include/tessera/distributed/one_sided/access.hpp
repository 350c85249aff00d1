/// @file
/// One-sided access without its types: what `one_sided` calls.
///
/// Its parts lie in access.cpp, parts.cpp, elements.cpp and locks.cpp.
#pragma once

#include <tessera/core/expressions/leaves.hpp>
#include <tessera/distributed/expressions/evaluation.hpp>

#include <utility>

namespace tessera::detail {

class one_sided_state;

/// Sole owner of what open access needs. Closing it is collective.
class one_sided_owner {
public:
  one_sided_owner() = default;
  /// Collective.
  explicit one_sided_owner(global_block* block);
  one_sided_owner(one_sided_owner&& other) noexcept
      : state_(std::exchange(other.state_, nullptr)) {}
  one_sided_owner& operator=(one_sided_owner&& other) noexcept {
    std::swap(state_, other.state_);
    return *this;
  }
  one_sided_owner(const one_sided_owner&) = delete;
  one_sided_owner& operator=(const one_sided_owner&) = delete;
  ~one_sided_owner() {
    if (state_ != nullptr) end();
  }

  /// @throws argument_error when it was closed.
  [[nodiscard]] one_sided_state& get() const {
    if (state_ == nullptr) throw_closed();
    return *state_;
  }
  /// Collective.
  void close();

private:
  [[noreturn]] static void throw_closed();
  void end() noexcept;
  one_sided_state* state_ = nullptr;
};

/// Where an element is.
struct remote_element {
  int owner;
  index_t at;      ///< bytes from the start of the owner's memory
  std::byte* here; ///< its address, where it has one in this process
};
/// @throws index_error for subscripts that the array has not, argument_error when it is gone.
remote_element find_element(one_sided_state& state, const index_t* index);
/// Of one that has no address here.
void fetch_element(one_sided_state& state, const remote_element& element, void* value);
void store_element(one_sided_state& state, const remote_element& element, const void* value);
/// Notes that elements were written, by whatever way.
void note_written(one_sided_state& state);

/// Changes an element, or several, by what they were.
struct element_change {
  /// `to` are elements of the array, `from` those that are given; steps in bytes.
  void (*call)(void* context, std::byte* to, index_t to_step, const std::byte* from,
               index_t from_step, index_t n);
  void* context;
};

/// Of one element, atomically.
void change_element(one_sided_state& state, const index_t* index, const element_change& change,
                    const void* given);

/// The array that access was opened to.
/// @throws argument_error when it is gone.
global_block& block_of(one_sided_state& state);

/// Copies the elements of a view of the array to a local array of the same shape.
/// @throws argument_error for a view of another array, shape_error for another shape.
void get_part(one_sided_state& state, const view_ref& part, const array_ref& to);
/// The other way.
void put_part(one_sided_state& state, const view_ref& part, const array_ref& from);
/// Changes each of them atomically by the local element.
void change_part(one_sided_state& state, const view_ref& part, const array_ref& from,
                 const element_change& change);
/// @throws index_error unless a box lies in a shape.
void check_box(const index_t* lower, const index_t* upper, const index_t* shape, std::size_t ndim);

/// The same of single elements, whose subscripts lie one behind the other.
/// @throws shape_error unless there are as many elements as are subscripts.
void get_listed(one_sided_state& state, const index_t* subscripts, index_t count,
                const array_ref& to);
void put_listed(one_sided_state& state, const index_t* subscripts, index_t count,
                const array_ref& from);
void change_listed(one_sided_state& state, const index_t* subscripts, index_t count,
                   const array_ref& from, const element_change& change);

/// All ranks, in place of one owner.
inline constexpr int every_owner = -1000;
/// @throws argument_error for a rank that is not there, and when this rank has the lock already.
void lock_owner(one_sided_state& state, int owner, bool alone);
void unlock_owner(one_sided_state& state, int owner) noexcept;
void flush_owner(one_sided_state& state, int owner);
void flush_owners(one_sided_state& state);
/// Collective.
void fence_access(one_sided_state& state);

} // namespace tessera::detail
