#include "blocks/block_lifetime.hpp"
#include "blocks/block_text.hpp"

#include <tessera/core/copies/strided_copy.hpp>
#include <tessera/core/error.hpp>
#include <tessera/core/views/axis.hpp>
#include <tessera/distributed/agree.hpp>
#include <tessera/distributed/blocks/global_block.hpp>
#include <tessera/distributed/collectives.hpp>
#include <tessera/distributed/process_grid.hpp>
#include <tessera/distributed/ranks/waiting.hpp>

#include <fmt/core.h>

#include <algorithm>
#include <atomic>
#include <exception>
#include <limits>
#include <string>
#include <utility>

namespace tessera::detail {

namespace {

void check_grid_fits(const axes_span& axes, int ranks) {
  std::int64_t product = 1;
  for (const axis_distribution& axis : axes) product *= axis.parts();
  if (product != ranks)
    throw argument_error(fmt::format("a distribution of {} on a process grid of {} ranks",
                                     distribution_text(axes.data(), axes.size()), ranks));
}

/// What is around the elements of a cyclic axis are other ranks' elements everywhere.
void check_cyclic(const axes_span& axes, const std::vector<halo_axis>& halo) {
  bool cyclic = false;
  bool wide = false;
  for (std::size_t d = 0; d < axes.size(); ++d) {
    cyclic = cyclic || axes[d].is_cyclic();
    wide = wide || halo[d].lower > 0 || halo[d].upper > 0;
  }
  if (cyclic && wide)
    throw argument_error(
        fmt::format("a halo around {}; arrays with a cyclic axis have none: use blocks, or no halo",
                    distribution_text(axes.data(), axes.size())));
}

void check_halo(const axes_span& axes, const std::vector<halo_axis>& halo, index_t itemsize) {
  constexpr index_t widest = std::numeric_limits<index_t>::max() / 4; // two and a block add up
  std::vector<index_t> shape;
  std::vector<index_t> padded;
  for (std::size_t d = 0; d < halo.size(); ++d) {
    if (halo[d].lower < 0 || halo[d].upper < 0)
      throw argument_error(
          fmt::format("a halo of width ({}, {}) along axis {}; widths are 0 or more", halo[d].lower,
                      halo[d].upper, d));
    shape.push_back(axes[d].size());
    padded.push_back(std::min(shape[d], widest) + std::min(halo[d].lower, widest) +
                     std::min(halo[d].upper, widest));
  }
  // No block is larger than the whole with its halo; all ranks find the same.
  checked_size(shape.data(), shape.size(), itemsize);
  checked_size(padded.data(), padded.size(), itemsize);
}

std::vector<interval> blocks_of(const axes_span& axes, const std::vector<int>& coords) {
  std::vector<interval> result;
  for (std::size_t d = 0; d < axes.size(); ++d)
    result.push_back(axes[d].is_cyclic() ? interval{0, axes[d].count(coords[d])}
                                         : axes[d].block(coords[d]));
  return result;
}

std::string text_of_new(const axes_span& axes, const std::vector<halo_axis>& halo,
                        const std::string& type) {
  std::string text = type + ", " + distribution_text(axes.data(), axes.size());
  for (std::size_t d = 0; d < axes.size(); ++d) {
    if (axes[d].has_boundaries()) {
      text += d == 0 ? ", boundaries" : ";";
      for (int part = 0; part < axes[d].parts(); ++part)
        text += fmt::format(" {}", axes[d].block(part).upper);
    }
    text += fmt::format("{}{}+{}{}", d == 0 ? ", halo " : ", ", halo[d].lower, halo[d].upper,
                        halo[d].periodic ? " periodic" : "");
  }
  return text;
}

/// One that none of the ranks has given to an array.
std::uint64_t next_identity(const communicator& comm) {
  static std::atomic<std::uint64_t> last = 0;
  std::uint64_t next = last + 1;
  if (comm.size() > 1) {
    agree_if_checked(comm, "a new global array", [] { return std::string("in all"); });
    const waiting here;
    check_mpi(MPI_Allreduce(MPI_IN_PLACE, &next, 1, MPI_UINT64_T, MPI_MAX, comm.native()),
              "MPI_Allreduce");
  }
  last = next;
  return next;
}

std::uint64_t next_number() {
  static std::atomic<std::uint64_t> counter = 0;
  return ++counter;
}

/// What one rank alone can find wrong of memory in which its block is to lie.
void check_callers_memory(const global_block& block, const callers_memory& memory) {
  const std::size_t ndim = block.axes().size();
  std::vector<index_t> owned;
  for (std::size_t d = 0; d < ndim; ++d) owned.push_back(block.owned(d).size());
  if (!std::equal(owned.begin(), owned.end(), memory.shape))
    throw shape_error(fmt::format(
        "wrap: an array of shape {} is to hold what rank {} owns of {}, which has shape {}",
        tuple_text(memory.shape, ndim), block.comm().rank(),
        distribution_text(block.axes().data(), ndim), tuple_text(owned.data(), ndim)));
  if (std::find(owned.begin(), owned.end(), 0) != owned.end()) return;
  if (memory.owned == nullptr)
    throw argument_error(
        fmt::format("wrap: rank {} owns elements of shape {}, but has given a null "
                    "pointer",
                    block.comm().rank(), tuple_text(owned.data(), ndim)));
  index_t row = 1; // cells that those of the axes behind need
  for (std::size_t d = ndim; d-- > 0;) {
    const index_t cells = block.padded_shape()[d];
    if (cells == 1) continue;
    if (d + 1 == ndim ? memory.strides[d] != 1 : memory.strides[d] < row)
      throw argument_error(fmt::format(
          "wrap: strides {} for a block of shape {} with its halo; rows must lie one behind the "
          "other, with gaps or without, and the elements of the last axis side by side: "
          "copy an array of another order",
          tuple_text(memory.strides, ndim), tuple_text(block.padded_shape().data(), ndim)));
    row = memory.strides[d] * cells;
  }
}

bool is_empty(const std::vector<interval>& block) {
  return std::any_of(block.begin(), block.end(), [](const interval& i) { return i.empty(); });
}

} // namespace

global_block::global_block(const communicator& comm, axes_span axes, std::vector<halo_axis> halo,
                           index_t itemsize, int grid_ranks, char kind,
                           std::vector<index_t> request, const callers_memory* memory)
    : number_(next_number()), comm_(comm), axes_(std::move(axes)), halo_(std::move(halo)),
      itemsize_(itemsize), kind_(kind), grid_ranks_(grid_ranks), request_(std::move(request)),
      coords_(axes_.size()) {
  fingerprint hash = fingerprint_of(axes_, halo_);
  hash.add(itemsize).add(kind).add(grid_ranks);
  const auto text = [&] { return text_of_new(axes_, halo_, element_text(kind, itemsize)); };
  const given_arguments arguments = given("a global array that is made", hash, text);
  collectively(
      comm,
      [&] {
        check_grid_fits(axes_, grid_ranks);
        check_halo(axes_, halo_, itemsize);
        check_cyclic(axes_, halo_);
      },
      &arguments);
  if (checks_arguments()) identity_ = next_identity(comm);
  const std::size_t ndim = axes_.size();
  std::vector<int> dims;
  for (const axis_distribution& axis : axes_) dims.push_back(axis.parts());
  if (is_in_grid()) {
    rank_to_coords(comm.rank(), ndim, dims.data(), coords_.data());
    owned_ = blocks_of(axes_, coords_);
  } else {
    owned_.resize(ndim);
  }
  const bool empty = is_empty(owned_);
  for (std::size_t d = 0; d < ndim; ++d)
    padded_shape_.push_back(std::max<index_t>(owned_[d].size(), 0) +
                            (empty ? 0 : halo_[d].lower + halo_[d].upper));
  rank_strides_.assign(ndim, 1);
  for (std::size_t d = ndim; d-- > 1;) rank_strides_[d - 1] = rank_strides_[d] * dims[d];
  lay_out_rows(empty);
  if (memory != nullptr)
    take_memory_of_caller(*memory);
  else
    storage_ = block_storage(comm, bytes());
  index_t owned = empty ? 0 : itemsize_;
  for (const interval& i : owned_) owned *= i.size();
  owned_account_ = {memory_kind::arrays, owned};
  halo_account_ = {memory_kind::halos, bytes() - owned};
}

global_block::~global_block() {
  note_gone(*this);
  for (global_block** const pointer : watching_) *pointer = nullptr;
}

void global_block::watch(global_block** pointer) {
  watching_.push_back(pointer);
  *pointer = this;
}

void global_block::unwatch(global_block** pointer) noexcept { std::erase(watching_, pointer); }

void global_block::lay_out_rows(bool is_empty) {
  layout_.strides.assign(axes_.size(), 1);
  for (std::size_t d = axes_.size(); d-- > 1;)
    layout_.strides[d - 1] = layout_.strides[d] * padded_shape_[d];
  for (std::size_t d = 0; d < axes_.size() && !is_empty; ++d)
    layout_.origin += halo_[d].lower * layout_.strides[d];
}

void global_block::take_memory_of_caller(const callers_memory& memory) {
  collectively(comm_, [&] { check_callers_memory(*this, memory); });
  bool is_dense = true;
  if (!is_empty(owned_)) {
    layout_.origin = 0;
    for (std::size_t d = 0; d < axes_.size(); ++d) {
      // Where there is one cell, nobody steps; what the rows need is kept.
      const bool steps = padded_shape_[d] > 1 && d + 1 < axes_.size();
      is_dense = is_dense && (!steps || memory.strides[d] == layout_.strides[d]);
      if (steps) layout_.strides[d] = memory.strides[d];
      layout_.origin += halo_[d].lower * layout_.strides[d];
    }
    storage_ = block_storage(memory.owned - layout_.origin * itemsize_);
  }
  is_dense_ = allreduce_min(comm_, is_dense ? 1 : 0) == 1;
}

void throw_no_block() {
  throw argument_error(
      "a global array without ranks or elements: it was made without arguments, or "
      "moved from; assign an array to it first, or make it with a process grid and "
      "a shape");
}

void global_block::agree_on_call(const char* call) const {
  agree_if_checked(comm_, call, [this] { return call_text(*this); });
}

index_t global_block::bytes() const {
  index_t result = itemsize_;
  for (const index_t n : padded_shape_) result *= n;
  return result;
}

void global_block::copy_from(const global_block& other) {
  if (bytes() > 0)
    strided_copy({0, padded_shape_, layout_.strides}, {0, padded_shape_, other.layout_.strides},
                 itemsize_)
        .run(data(), other.data());
  halo_is_fresh_ = other.halo_is_fresh_ && other.is_tracked_;
  halo_ = other.halo_; // with what is filled at the ends
  boundary_.copy_from(other.boundary_);
  boundary_is_fresh_ = other.boundary_is_fresh_;
  regions_ = stencil_regions();
}

void global_block::set_homogeneous_boundary(const global_block& other) {
  boundary_.set_homogeneous(axes_, halo_, other.boundary_, itemsize_);
  for (std::size_t d = 0; d < halo_.size(); ++d) {
    halo_[d].periodic = other.halo_[d].periodic;
    halo_[d].fills_lower = other.halo_[d].fills_lower;
    halo_[d].fills_upper = other.halo_[d].fills_upper;
  }
  halo_plan_ = transfer_plan();
  adding_plan_ = transfer_plan();
  groups_.clear();
  number_ = next_number();
  halo_is_fresh_ = false;
  regions_ = stencil_regions();
  boundary_is_fresh_ = false;
}

boundary_kind global_block::boundary_at(std::size_t axis, bool upper) const {
  return halo_[axis].periodic ? boundary_kind::periodic : boundary_.kind_at(axis, upper);
}

void global_block::set_boundary(index_t axis, const boundary_side& lower,
                                const boundary_side& upper, const number_layout& format) {
  const std::size_t d = checked_axis(axis, axes_.size());
  agree_if_checked(comm_, "a boundary condition", [&] {
    const auto side = [](const boundary_side& s) {
      const std::uint64_t value =
          fingerprint().add_bytes(s.value().data(), s.value().size()).value();
      return fmt::format("kind {} of value {}", static_cast<int>(s.kind()), value);
    };
    return fmt::format("{}, axis {}: {}, {}", call_text(*this), d, side(lower), side(upper));
  });
  boundary_.set(axes_, halo_, d, lower, upper, format);
  const bool periodic = lower.kind() == boundary_kind::periodic;
  if (halo_[d].periodic != periodic) {
    halo_[d].periodic = periodic;
    // Nothing found for the other kind of axis is of use, here or in groups with other blocks.
    halo_plan_ = transfer_plan();
    adding_plan_ = transfer_plan();
    groups_.clear();
    number_ = next_number();
    halo_is_fresh_ = false;
  }
  halo_[d].fills_lower = !periodic && lower.kind() != boundary_kind::none;
  halo_[d].fills_upper = !periodic && upper.kind() != boundary_kind::none;
  regions_ = stencil_regions();
  boundary_is_fresh_ = false;
}

void global_block::set_time(double time) {
  if (boundary_.has_function() && time != boundary_.time) boundary_is_fresh_ = false;
  boundary_.time = time;
}

void global_block::fill_boundary() {
  const auto fill = [this] { boundary_.fill({axes_, halo_, owned_, layout_, itemsize_}, data()); };
  if (!boundary_.may_throw()) return fill();
  boundary_is_fresh_ = false;
  // While an error is on its way, other ranks may be elsewhere.
  if (std::uncaught_exceptions() > 0) return;
  collectively(comm_, fill);
  boundary_is_fresh_ = true;
}

void global_block::fill_boundary_inside(double at_time, const index_t* box_lower,
                                        const index_t* box_upper) {
  boundary_.fill_inside({axes_, halo_, owned_, layout_, itemsize_}, data(), at_time, box_lower,
                        box_upper);
}

const stencil_regions& global_block::regions() {
  if (regions_.interior.lower.empty()) regions_ = divide_block(axes_, halo_, owned_);
  return regions_;
}

} // namespace tessera::detail
