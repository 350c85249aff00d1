/// @file
/// One-sided access: elements of a global array that one rank reads and writes, while their owners
/// do something else. The rules are on one page, docs/one-sided.md.
#pragma once

#include <tessera/core/errors/standard.hpp>
#include <tessera/distributed/arrays/global_array_class.hpp>
#include <tessera/distributed/collective/reduce_ranks.hpp>
#include <tessera/distributed/one_sided/access.hpp>
#include <tessera/distributed/one_sided/changes.hpp>

#include <cstring>
#include <span>
#include <type_traits>
#include <utility>

namespace tessera {

namespace detail {

/// Subscripts in lists, which may be constant.
template <class S, std::size_t N>
concept subscript_of = std::is_same_v<std::remove_const_t<S>, shape_t<N>>;

} // namespace detail

/// Holds the lock of an owner's elements, or of all, until it goes or `unlock` is called.
/// Move-only; it must not outlive the access that it came from. Members are local.
class [[nodiscard]] one_sided_lock {
public:
  /// See one_sided::lock.
  one_sided_lock(detail::one_sided_state& state, int owner, bool alone)
      : state_(&state), owner_(owner) {
    detail::lock_owner(state, owner, alone);
  }
  one_sided_lock(one_sided_lock&& other) noexcept
      : state_(std::exchange(other.state_, nullptr)), owner_(other.owner_) {}
  one_sided_lock& operator=(one_sided_lock&& other) noexcept {
    std::swap(state_, other.state_);
    std::swap(owner_, other.owner_);
    return *this;
  }
  one_sided_lock(const one_sided_lock&) = delete;
  one_sided_lock& operator=(const one_sided_lock&) = delete;
  ~one_sided_lock() { unlock(); }

  /// Waits until what this rank wrote is there, and lets others in. A second call does nothing.
  void unlock() noexcept {
    if (state_ != nullptr) detail::unlock_owner(*std::exchange(state_, nullptr), owner_);
  }

private:
  detail::one_sided_state* state_;
  int owner_;
};

/// One-sided access to a global array: any rank reads and writes any elements, alone, by their
/// global subscripts; owners take no part. It is open for all ranks from when it is made until it
/// is closed, which are collective, as `fence` is; all other members are local, and may wait for
/// locks.
///
///     one_sided access(u);
///     const ndarray<double, 2> corner = access.get(box<2>{{0, 0}, {3, 3}});
///     access.put(u(slice(0, none, 2), 5), 1.5);            // a view of the array says where, too
///     access.accumulate(box<2>{{2, 2}, {4, 4}}, contribution, op::plain_sum);
///     const std::int64_t before = counts.fetch_add({7}, 1);
///     access.fence();                                       // now all ranks see it
///
/// Where to access is a box, a view of the array (made by subscripts, with steps, of whatever
/// number of axes), one subscript, or a list of them; distributions may be any, cyclic ones too.
/// Halos are never read. Local arrays have the shape of what is accessed, in any memory layout, and
/// must not overlap the array's memory.
///
/// What is seen when: see docs/one-sided.md. In short: `get` gives what the last fence, flush or
/// lock made visible, or something newer; elements that several ranks put or get at once without a
/// lock have any of the values; `accumulate`, `fetch_add`, `fetch_update` and `compare_and_swap` of
/// elements, of any type and with any function, are atomic to each other, element by element. A
/// fence stands between one-sided access and anything else that reads or writes the array (
/// expressions, halo updates, transfers, `owned()`), in both directions; it makes halos stale where
/// any rank has written.
///
/// Ranks of one node whose blocks lie in shared memory load and store themselves: an element costs
/// tens of nanoseconds, a part a copy. Others (several nodes, TESSERA_SHARED=0, wrapped arrays) go
/// by a window of MPI: one message there and back for each piece of an owner, four more for what is
/// atomic; progress is made when the owner calls MPI or Tessera. Memory: 8 (N + 2) bytes for each
/// rank, and 8.2 KiB.
///
/// Moved with the array's elements: after std::swap(u, v), access to `u` is to those elements that
/// are in `v` now. @throws argument_error when it is used after it was closed, or after the array
/// is gone; index_error for subscripts outside; shape_error for other shapes; on the calling rank
/// alone, before anything is written.
template <class T, std::size_t N> class one_sided {
  template <class X> using local_view = std::type_identity_t<X>;

public:
  one_sided() = default;
  /// Opens it. Collective: what all ranks wrote before is visible.
  explicit one_sided(global_array<T, N>& array) : state_(detail::block_of(array)) {}
  one_sided(one_sided&&) noexcept = default;
  one_sided& operator=(one_sided&&) noexcept = default;
  one_sided(const one_sided&) = delete;
  one_sided& operator=(const one_sided&) = delete;
  /// Closes it. Collective, unless an exception is on its way.
  ~one_sided() = default;

  /// A last fence, and the end. Collective.
  void close() { state_.close(); }

  /// @name Elements
  /// By subscripts; negative ones count from the end.
  /// @throws index_error
  /// @{

  /// One element: `access.get({2, -1})`. Those of 8 bytes and less are never seen half-written.
  [[nodiscard]] T get(const shape_t<N>& index) const {
    const detail::remote_element element = detail::find_element(state_.get(), index.data());
    if (element.here != nullptr) return detail::loaded<T>(element.here);
    detail::element_place<T> value;
    detail::fetch_element(state_.get(), element, &value);
    return detail::loaded<T>(&value);
  }
  /// Sets one element.
  void put(const shape_t<N>& index, const T& value) const {
    const detail::remote_element element = detail::find_element(state_.get(), index.data());
    detail::note_written(state_.get());
    if (element.here != nullptr)
      detail::store_whole(element.here, value);
    else
      detail::store_element(state_.get(), element, &value);
  }
  /// Adds to an element, atomically, and returns what it was. Integers wrap around.
  T fetch_add(const shape_t<N>& index, const T& value) const {
    return fetch_update(index, [&](const T& was) { return detail::wrapping(was, value); });
  }
  /// Sets an element if its bytes are those of `expected`, atomically. Returns what it was.
  T compare_and_swap(const shape_t<N>& index, const T& expected, const T& desired) const {
    return fetch_update(index, [&](const T& was) {
      return std::memcmp(&was, &expected, sizeof(T)) == 0 ? desired : was;
    });
  }
  /// Makes an element f of what it was, atomically, and returns what it was. `f` is called once; it
  /// must not access the array, since it is called under a lock. What it throws leaves the element
  /// as it was.
  template <class F> T fetch_update(const shape_t<N>& index, F&& f) const {
    detail::single_update<T, std::remove_reference_t<F>> update(f);
    detail::change_element(state_.get(), index.data(), update.change(), nullptr);
    return update.before();
  }
  /// @}

  /// @name Boxes and views
  /// @throws index_error for boxes that leave the array, argument_error for views of other arrays,
  /// shape_error where shapes differ.
  /// @{

  /// Copies a box, or a view of the array, to a local array: `access.get(where, row.view())`.
  template <std::size_t M> void get(const box<M>& where, const local_view<view<T, M>>& to) const {
    detail::get_part(state_.get(), part_of(where).ref(), detail::array_ref_of(to));
  }
  template <class U, std::size_t M>
  void get(const global_view<U, M>& where, const local_view<view<T, M>>& to) const {
    detail::get_part(state_.get(), where.node().ref(), detail::array_ref_of(to));
  }
  /// The same as a new array.
  template <std::size_t M> [[nodiscard]] ndarray<T, M> get(const box<M>& where) const {
    const auto part = part_of(where);
    ndarray<T, M> result(part.layout.shape);
    detail::get_part(state_.get(), part.ref(), detail::array_ref_of(result));
    return result;
  }
  template <class U, std::size_t M>
  [[nodiscard]] ndarray<T, M> get(const global_view<U, M>& where) const {
    ndarray<T, M> result(where.shape());
    get(where, result.view());
    return result;
  }

  /// Copies a local array there; the array may be used again when it returns, and others see it
  /// after a fence, or a flush or unlock that they know of.
  template <std::size_t M>
  void put(const box<M>& where, const local_view<view<const T, M>>& from) const {
    detail::put_part(state_.get(), part_of(where).ref(), detail::array_ref_of(from));
  }
  template <class U, std::size_t M>
  void put(const global_view<U, M>& where, const local_view<view<const T, M>>& from) const {
    detail::put_part(state_.get(), where.node().ref(), detail::array_ref_of(from));
  }
  /// Sets all of them.
  template <std::size_t M> void put(const box<M>& where, const T& value) const {
    const auto part = part_of(where);
    const view<const T, M> same(&value, part.layout.shape, shape_t<M>{});
    detail::put_part(state_.get(), part.ref(), detail::array_ref_of(same));
  }
  template <class U, std::size_t M> void put(const global_view<U, M>& where, const T& value) const {
    put(where, view<const T, M>(&value, where.shape(), shape_t<M>{}));
  }

  /// Combines each element with that of a local array, atomically element by element, and is done
  /// when it returns: by op::plain_sum, op::product, op::min, op::max, op::all, op::any, or any
  /// function `f(present, given)`, which must not access the array. Ranks come in any order, so
  /// sums of floating-point numbers, and what functions make whose order matters, differ from run
  /// to run in their last bits; sums of integers (also by op::sum), min and max do not.
  template <std::size_t M, class Op>
  void accumulate(const box<M>& where, const local_view<view<const T, M>>& from,
                  const Op& op) const {
    const auto change = detail::combining<T>(op);
    detail::change_part(state_.get(), part_of(where).ref(), detail::array_ref_of(from),
                        change.change());
  }
  template <class U, std::size_t M, class Op>
  void accumulate(const global_view<U, M>& where, const local_view<view<const T, M>>& from,
                  const Op& op) const {
    const auto change = detail::combining<T>(op);
    detail::change_part(state_.get(), where.node().ref(), detail::array_ref_of(from),
                        change.change());
  }
  /// @}

  /// @name Lists of elements
  /// By their subscripts, in any order, repeated or not (of those that are put twice, the last
  /// stays). All subscripts are looked at before the first element is touched.
  /// @throws index_error, shape_error unless there are as many elements as subscripts.
  /// @{

  /// Gathers them: `access.get(std::span(list), values.view())`.
  template <detail::subscript_of<N> S, std::size_t E>
  void get(std::span<S, E> where, const view<T, 1>& to) const {
    detail::get_listed(state_.get(), flat(where), count_of(where), detail::array_ref_of(to));
  }
  /// The same as a new array.
  template <detail::subscript_of<N> S, std::size_t E>
  [[nodiscard]] ndarray<T, 1> get(std::span<S, E> where) const {
    ndarray<T, 1> result(shape_t<1>{count_of(where)});
    get(where, result.view());
    return result;
  }
  /// Scatters them.
  template <detail::subscript_of<N> S, std::size_t E>
  void put(std::span<S, E> where, const view<const T, 1>& from) const {
    detail::put_listed(state_.get(), flat(where), count_of(where), detail::array_ref_of(from));
  }
  /// Combines each, as for boxes; repeated ones take all that is given.
  template <detail::subscript_of<N> S, std::size_t E, class Op>
  void accumulate(std::span<S, E> where, const view<const T, 1>& from, const Op& op) const {
    const auto change = detail::combining<T>(op);
    detail::change_listed(state_.get(), flat(where), count_of(where), detail::array_ref_of(from),
                          change.change());
  }
  /// @}

  /// @name Order
  /// @{

  /// Waits until no rank has the lock of an owner's elements, and has it alone until the guard
  /// goes. It keeps out those alone who lock, too; `accumulate` and its like need none. What others
  /// wrote under the lock is visible.
  /// @throws argument_error for a rank that is not there, and where this rank has the lock: locks
  /// of several owners are taken in ascending order by all, or ranks may wait for each other.
  ///
  ///     { const auto alone = access.lock(owner); access.put(where, f(access.get(where))); }
  [[nodiscard]] one_sided_lock lock(int owner) const { return {state_.get(), owner, true}; }
  /// The same together with others who do so, as for reading.
  [[nodiscard]] one_sided_lock lock_shared(int owner) const { return {state_.get(), owner, false}; }
  /// Those of all owners, one after another: as many steps as there are ranks.
  [[nodiscard]] one_sided_lock lock_all() const {
    return {state_.get(), detail::every_owner, true};
  }
  /// The same together with others.
  [[nodiscard]] one_sided_lock lock_all_shared() const {
    return {state_.get(), detail::every_owner, false};
  }
  /// What this rank has put to elements of an owner is there when it returns.
  /// @throws argument_error for a rank that is not there.
  void flush(int owner) const { detail::flush_owner(state_.get(), owner); }
  /// The same of all owners.
  void flush_all() const { detail::flush_owners(state_.get()); }
  /// What any rank has written is visible to all, and to all that is not one-sided; halos are stale
  /// where any has written. Collective: an Allreduce of 8 bytes.
  void fence() const { detail::fence_access(state_.get()); }
  /// @}

private:
  [[nodiscard]] detail::global_node<T, N> part_of(const box<N>& where) const {
    detail::global_node<T, N> node{&detail::block_of(state_.get()), {}};
    shape_t<N> whole;
    for (std::size_t d = 0; d < N; ++d) whole[d] = node.block->axes()[d].size();
    detail::check_box(where.lower.data(), where.upper.data(), whole.data(), N);
    node.layout.shape = where.shape();
    for (std::size_t d = 0; d < N; ++d)
      node.layout.walks[d] = {where.lower[d], 1, static_cast<int>(d), 0};
    return node;
  }
  static const index_t* flat(std::span<const shape_t<N>> where) {
    return where.empty() ? nullptr : where.front().data();
  }
  static index_t count_of(std::span<const shape_t<N>> where) {
    return static_cast<index_t>(where.size());
  }

  detail::one_sided_owner state_;
};

} // namespace tessera
