/// @file
/// One rank's part of a global array, as compiled code sees it.
///
/// Its parts lie in global_block.cpp and block_halo.cpp.
#pragma once

#include <tessera/distributed/blocks/block_boundary.hpp>
#include <tessera/distributed/blocks/stencil_regions.hpp>
#include <tessera/distributed/memory/block_storage.hpp>
#include <tessera/distributed/plans/plans.hpp>
#include <tessera/distributed/ranks/memory_account.hpp>

#include <cstdint>
#include <type_traits>
#include <vector>

namespace tessera::detail {

/// Memory of the caller's that a block lies in.
struct callers_memory {
  std::byte* owned = nullptr; ///< the first element that this rank owns
  const index_t* shape;       ///< as the caller sees what this rank owns
  const index_t* strides;     ///< in elements
};

/// Everything about a global array but its element type and number of axes: who owns what, this
/// rank's elements with their halo, and whether that halo holds what its owners hold. It stays at
/// its address when the array is moved, so that views can refer to it.
class global_block {
public:
  /// On the first `grid_ranks` ranks. Collective: all ranks have room for their blocks, or all
  /// throw.
  /// `kind` is f, i, u, b for floating-point numbers, integers and bool, or anything else.
  /// @throws argument_error on all ranks, too, when they give different arguments.
  /// With `memory`, in place of memory of its own, the block lies there.
  global_block(const communicator& comm, axes_span axes, std::vector<halo_axis> halo,
               index_t itemsize, int grid_ranks, char kind, std::vector<index_t> request = {},
               const callers_memory* memory = nullptr);
  global_block(const global_block&) = delete;
  global_block& operator=(const global_block&) = delete;
  ~global_block();
  // Where lifetimes are watched (see checks.hpp), the address of a block that is gone is not used
  // again for a while, so that views of it are found.
  static void* operator new(std::size_t bytes);
  static void operator delete(void* block) noexcept;

  [[nodiscard]] const communicator& comm() const { return comm_; }
  [[nodiscard]] const axes_span& axes() const { return axes_; }
  [[nodiscard]] const std::vector<halo_axis>& halo() const { return halo_; }
  [[nodiscard]] index_t itemsize() const { return itemsize_; }
  [[nodiscard]] char kind() const { return kind_; }
  /// A number that is the same on all ranks, of no other array of theirs; 0 when arguments were not
  /// checked when it was made.
  [[nodiscard]] std::uint64_t identity() const { return identity_; }
  /// Where arguments are checked: all ranks name the same array in a call. Collective.
  void agree_on_call(const char* call) const;
  /// Who is to know when the block is gone: sets a pointer to null then. Local.
  void watch(global_block** pointer);
  void unwatch(global_block** pointer) noexcept;
  /// How many ranks are in the grid; the others own nothing.
  [[nodiscard]] int grid_ranks() const { return grid_ranks_; }
  /// How the grid was asked for; see grid_request.
  [[nodiscard]] const std::vector<index_t>& request() const { return request_; }
  [[nodiscard]] bool is_in_grid() const { return comm_.rank() < grid_ranks_; }
  /// What this rank owns along an axis; the positions in its block, where the axis is cyclic.
  [[nodiscard]] const interval& owned(std::size_t axis) const { return owned_[axis]; }
  /// This rank's part of an axis.
  [[nodiscard]] int part(std::size_t axis) const { return coords_[axis]; }
  /// Where an element is in this rank's block, or beyond it in the halo.
  [[nodiscard]] index_t local(std::size_t axis, index_t place) const {
    return axes_[axis].is_cyclic() ? axes_[axis].to_local(place) : place - owned_[axis].lower;
  }
  /// How far apart the ranks of neighbouring parts of an axis are.
  [[nodiscard]] int rank_stride(std::size_t axis) const { return rank_strides_[axis]; }
  [[nodiscard]] const block_layout& layout() const { return layout_; }
  /// Do all ranks' blocks lie in their memory row by row, without gaps? The same on all ranks.
  [[nodiscard]] bool is_dense() const { return is_dense_; }
  [[nodiscard]] const std::vector<index_t>& padded_shape() const { return padded_shape_; }
  /// The memory, for reading and writing: once nobody else reads it.
  [[nodiscard]] std::byte* data() const {
    if (has_readers_) await_readers();
    return storage_.data();
  }

  /// Bytes of the block with its halo.
  [[nodiscard]] index_t bytes() const;
  /// The memory, for a caller who may keep a pointer and write at any time: from now on the halo
  /// counts as stale whenever it is needed.
  [[nodiscard]] std::byte* raw_data() {
    is_tracked_ = false;
    return data();
  }
  /// Copies all of a block of the same layout. Collective in effect: the halo is as fresh as that.
  void copy_from(const global_block& other);
  /// Own elements were changed by a collective operation.
  void mark_written() { halo_is_fresh_ = false; }
  /// Does the halo hold what its owners hold, and the boundary conditions say?
  [[nodiscard]] bool halo_is_fresh() const { return elements_are_fresh() && boundary_is_fresh_; }
  /// Starts to fill the halo unless it is fresh. Collective.
  [[nodiscard]] transfer start_halo();
  /// Ends what was started for a caller who keeps no pointer to write through: where all writing
  /// asks for data() first, it can wait there for slow neighbours.
  void finish_halo(transfer& exchange);
  /// Combines what the halos hold with the elements that they stand for. Collective.
  void add_halo(combine_row add);

  /// Sets the conditions at the two ends of an axis; negative axes count from the last.
  /// @throws argument_error on all ranks, see block_boundary.
  void set_boundary(index_t axis, const boundary_side& lower, const boundary_side& upper,
                    const number_layout& format);
  /// Sets those of another array at the ends of all axes, with zeros in place of values and
  /// functions. Both have elements of one type. Collective, but without messages.
  void set_homogeneous_boundary(const global_block& other);
  /// The condition at an end of an axis: periodic also where the halo was made so.
  [[nodiscard]] boundary_kind boundary_at(std::size_t axis, bool upper) const;
  /// The time that functions in boundary conditions are given.
  void set_time(double time);
  [[nodiscard]] double time() const { return boundary_.time; }
  /// May a function in a boundary condition throw? The same on all ranks.
  [[nodiscard]] bool boundary_may_throw() const { return boundary_.may_throw(); }
  /// Meets the conditions, as they are at a time, in those cells that lie in a box by global index;
  /// see block_boundary::fill_inside.
  void fill_boundary_inside(double at_time, const index_t* box_lower, const index_t* box_upper);

  /// Found when first used.
  const transfer_plan& halo_plan();
  const transfer_plan& halo_plan(const std::vector<global_block*>& several);
  const stencil_regions& regions();

private:
  friend void start_halos(const std::vector<global_block*>& blocks, std::vector<transfer>& started);

  /// One plan for the halos of several blocks.
  struct group {
    std::vector<std::uint64_t> members; // their numbers
    transfer_plan plan;
    std::vector<void*> data;
  };
  group& group_of(const std::vector<global_block*>& blocks);
  [[nodiscard]] halo_layout placement() const { return {axes_, halo_, layout_}; }
  /// Where arguments are checked: have all ranks the same opinion about the halo?
  void check_freshness() const;
  [[nodiscard]] bool elements_are_fresh() const { return halo_is_fresh_ && is_tracked_; }
  void lay_out_rows(bool is_empty);
  void take_memory_of_caller(const callers_memory& memory);
  void await_readers() const;
  void fill_boundary();
  void fill_boundary_after(transfer& exchange);

  std::uint64_t number_; // counts the blocks that were ever made
  communicator comm_;
  axes_span axes_;
  std::vector<halo_axis> halo_;
  index_t itemsize_;
  char kind_;
  std::uint64_t identity_ = 0;
  int grid_ranks_;
  std::vector<index_t> request_;
  std::vector<int> coords_;
  std::vector<interval> owned_;
  std::vector<int> rank_strides_;
  block_layout layout_;
  std::vector<index_t> padded_shape_;
  bool is_dense_ = true;
  block_storage storage_;
  std::vector<global_block**> watching_;
  accounted_memory owned_account_;
  accounted_memory halo_account_;
  block_boundary boundary_;
  bool halo_is_fresh_ = false;
  bool boundary_is_fresh_ = true;
  bool is_tracked_ = true;
  mutable bool has_readers_ = false; // maybe: neighbours, of the last exchange
  transfer_plan halo_plan_;
  transfer_plan adding_plan_;
  std::vector<group> groups_; // latest last
  stencil_regions regions_;
};

/// Starts to fill those halos of several blocks that are not fresh, with one message per neighbour
/// for all blocks over the same ranks. Collective.
/// @throws argument_error when a block is given twice.
void start_halos(const std::vector<global_block*>& blocks, std::vector<transfer>& started);
/// Starts and finishes.
void update_halos(const std::vector<global_block*>& blocks);

/// Adds n elements to others. Integers wrap around.
template <class T>
void add_row(std::byte* to, index_t to_step, const std::byte* from, index_t from_step, index_t n) {
  for (index_t i = 0; i < n; ++i, to += to_step, from += from_step) {
    T& sum = *reinterpret_cast<T*>(to);
    const T& more = *reinterpret_cast<const T*>(from);
    if constexpr (std::is_integral_v<T> && !std::is_same_v<T, bool>)
      sum = static_cast<T>(static_cast<std::uintmax_t>(sum) + static_cast<std::uintmax_t>(more));
    else
      sum = static_cast<T>(sum + more);
  }
}

/// Throws argument_error where lifetimes are watched and the block is gone.
void check_lives(const global_block* block);
[[noreturn]] void throw_no_block();

/// Sole owner of a block.
class block_owner {
public:
  block_owner() = default;
  explicit block_owner(global_block* block) : block_(block) {}
  block_owner(block_owner&& other) noexcept : block_(other.block_) { other.block_ = nullptr; }
  block_owner& operator=(block_owner&& other) noexcept {
    global_block* const old = block_;
    block_ = other.block_;
    other.block_ = old;
    return *this;
  }
  block_owner(const block_owner&) = delete;
  block_owner& operator=(const block_owner&) = delete;
  ~block_owner() { delete block_; }

  /// @throws argument_error when it has none: of an array that was made without arguments.
  [[nodiscard]] global_block* get() const {
    if (block_ == nullptr) throw_no_block();
    return block_;
  }
  global_block* operator->() const { return get(); }

private:
  global_block* block_ = nullptr;
};

} // namespace tessera::detail
