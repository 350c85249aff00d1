#include "from_root.hpp"
#include "hdf5_chunks.hpp"
#include "hdf5_state.hpp"

#include <tessera/core/error.hpp>
#include <tessera/core/memory.hpp>
#include <tessera/distributed/collectives.hpp>

#include <algorithm>
#include <cstring>
#include <string>

namespace tessera {

using namespace detail;

namespace {

// Small enough to unpack for a part of it, large enough to pack well.
constexpr index_t usual_chunk = index_t{1} << 20U;
// What goes to the file as it is may be longer.
constexpr index_t long_chunk = index_t{32} << 20U;
// Numbers that are appended one by one.
constexpr index_t small_frames = 1024;

std::string describe(const std::string& name, dtype type, const std::vector<index_t>& shape) {
  return "'" + name + "' of " + to_string(type) + " " + shape_text(shape);
}

/// Sets what rank 0 may have made of space that was in use before to zero. Local.
void write_zeros(const shared_output_file& output, index_t offset, index_t bytes) {
  const buffer zeros(static_cast<std::size_t>(std::min(bytes, usual_chunk)));
  std::memset(zeros.data(), 0, static_cast<std::size_t>(std::min(bytes, usual_chunk)));
  for (index_t at = 0; at < bytes; at += usual_chunk)
    output.write_at(offset + at, zeros.data(), std::min(usual_chunk, bytes - at));
}

/// How a series that grows along its first axis is stored.
hdf5_plan plan_of_series(const std::string& name, const hdf5_source& frame,
                         const hdf5_layout& layout) {
  hdf5_plan plan{name, frame.type, frame.shape, {}, layout, true};
  const index_t limit = has_filters(layout) ? usual_chunk : long_chunk;
  plan.chunk = chunk_shape({}, frame.shape, frame.type.size, limit);
  index_t elements = 1;
  for (const index_t n : frame.shape) elements *= std::max<index_t>(n, 1);
  // Many frames of few numbers make a chunk, and larger ones at least one each.
  plan.chunk.insert(plan.chunk.begin(), std::max<index_t>(1, small_frames / elements));
  if (frame.global != nullptr) plan.chunk.front() = 1;
  plan.shape.insert(plan.shape.begin(), 0);
  if (!layout.chunk.empty()) plan.chunk = layout.chunk;
  return plan;
}

} // namespace

void hdf5_file::state::check_is_free(const std::string& name) const {
  check_hdf5_name(name);
  text_from_root(comm, [&] {
    if (hdf5_has(file.get(), name))
      throw argument_error("'" + path + "' has a '" + name +
                           "' already; write it under another name");
    return std::string();
  });
}

hdf5_target hdf5_file::state::find(const std::string& name) const {
  const std::string action = failure(name);
  return hdf5_target::unpacked(
      text_from_root(comm, [&] { return hdf5_target_of(file.get(), name, action).packed(); }));
}

hdf5_target hdf5_file::state::make(const hdf5_plan& plan, bool is_zero) {
  const std::string action = failure(plan.name);
  return hdf5_target::unpacked(text_from_root(comm, [&] {
    const index_t fresh = device.highest;
    const hdf5_handle dataset = make_hdf5_dataset(file.get(), plan, action);
    check_device();
    const hdf5_target target = hdf5_target_of(dataset, plan.name, action);
    if (is_zero && target.chunk.empty() && target.offset < fresh)
      write_zeros(*output, target.offset,
                  checked_size(plan.shape.data(), plan.shape.size(), plan.type.size) *
                      plan.type.size);
    return target.packed();
  }));
}

namespace {

/// What the caller may get wrong is found before anything happens: the file stays usable.
hdf5_plan checked_plan(const std::string& name, dtype type, const std::vector<index_t>& shape,
                       const hdf5_layout& layout) {
  checked_size(shape.data(), shape.size(), type.size);
  check_layout(layout, shape, type.size);
  hdf5_plan plan{name, type, shape, {}, layout};
  if (has_chunks(layout)) plan.chunk = chunk_shape(layout, shape, type.size, usual_chunk);
  return plan;
}

} // namespace

void hdf5_file::create_empty(const std::string& name, detail::dtype type,
                             const std::vector<index_t>& shape, const hdf5_layout& layout) {
  state& s = *state_;
  s.check_writable();
  s.check_same("create " + describe(name, type, shape) + layout_text(layout));
  const hdf5_plan plan = checked_plan(name, type, shape, layout);
  s.check_is_free(name);
  s.writing([&] { s.make(plan, true); });
}

namespace {

/// The shape of what is written, on all ranks. Collective.
hdf5_source agreed(const communicator& comm, const hdf5_source& from) {
  hdf5_source same = from;
  if (from.global == nullptr)
    broadcast(comm, same.shape.data(), static_cast<index_t>(same.shape.size()), 0);
  return same;
}

} // namespace

void hdf5_file::write_new(const std::string& name, const hdf5_source& elements,
                          const hdf5_layout& layout) {
  state& s = *state_;
  s.check_writable();
  const hdf5_source from = agreed(s.comm, elements);
  s.check_same("create " + describe(name, from.type, from.shape) + layout_text(layout));
  const hdf5_plan plan = checked_plan(name, from.type, from.shape, layout);
  s.check_is_free(name);
  const hdf5_target target = s.writing([&] { return s.make(plan, false); });
  s.write(target, hdf5_place::whole(from.shape), from);
}

namespace {

void check_type(const std::string& action, const hdf5_target& target, dtype type) {
  if (target.type_name != to_string(type))
    throw argument_error(action + ": it is of " + target.type_name + ", and what is written of " +
                         to_string(type));
}

} // namespace

void hdf5_file::write_selected(const std::string& name, const hdf5_source& elements,
                               subscript_list subscripts) {
  state& s = *state_;
  s.check_writable();
  const hdf5_source from = agreed(s.comm, elements);
  const std::string action = s.failure(name);
  s.check_same("write " + describe(name, from.type, from.shape));
  const hdf5_target target = s.find(name);
  const hdf5_place place = s.select(name, target.shape, subscripts);
  check_type(action, target, from.type);
  if (place.shape() != from.shape)
    throw shape_error(action + ": the part that is selected of shape " + shape_text(target.shape) +
                      " has shape " + shape_text(place.shape()) + ", the array " +
                      shape_text(from.shape));
  s.write(target, place, from);
}

void hdf5_file::write_as_frame(const std::string& name, index_t k, const hdf5_source& from) {
  state& s = *state_;
  s.check_writable();
  s.check_same("write frame " + std::to_string(k) + " of " + describe(name, from.type, from.shape));
  const hdf5_target target = s.find(name);
  check_hdf5_frame(name, from.shape, target.shape);
  check_hdf5_frame(name, k, target.shape);
  check_type(s.failure(name), target, from.type);
  s.write(target, hdf5_place::frame(target.shape, k), from);
}

namespace {

void check_series(const std::string& action, const hdf5_target& target) {
  if (!target.is_growable)
    throw argument_error(action + ": its shape " + shape_text(target.shape) +
                         " is fixed; a dataset that `append` makes grows along its first axis");
}

void resize(const hdf5_handle& dataset, std::vector<index_t> shape, index_t frames,
            const std::string& action) {
  shape.front() = frames;
  check_hdf5(H5Dset_extent(dataset.get(), hdf5_sizes(shape).data()), action);
}

} // namespace

void hdf5_file::append_frame(const std::string& name, const hdf5_source& elements,
                             const hdf5_layout& layout) {
  state& s = *state_;
  s.check_writable();
  const hdf5_source from = agreed(s.comm, elements);
  const std::string action = s.failure(name);
  s.check_same("append to " + describe(name, from.type, from.shape) + layout_text(layout));
  const hdf5_plan plan = plan_of_series(name, from, layout);
  checked_size(from.shape.data(), from.shape.size(), from.type.size);
  check_layout(layout, plan.shape, from.type.size);
  check_hdf5_name(name);
  hdf5_target target{};
  if (has(name)) {
    target = s.find(name);
    check_series(action, target);
    check_type(action, target, from.type);
    check_hdf5_frame(name, from.shape, target.shape);
  }
  s.writing([&] {
    if (target.shape.empty()) target = s.make(plan, false);
    text_from_root(s.comm, [&] {
      resize(open_hdf5_dataset(s.file.get(), name, -1, action), target.shape,
             target.shape.front() + 1, action);
      s.check_device();
      return std::string();
    });
  });
  ++target.shape.front();
  s.write(target, hdf5_place::frame(target.shape, target.shape.front() - 1), from);
}

void hdf5_file::truncate(const std::string& name, index_t count) {
  state& s = *state_;
  s.check_writable();
  const std::string action = s.failure(name);
  s.check_same("truncate '" + name + "' to " + std::to_string(count) + " frames");
  const hdf5_target target = s.find(name);
  check_series(action, target);
  if (count < 0 || count > target.shape.front())
    throw argument_error("'" + name + "' has " + std::to_string(target.shape.front()) +
                         " frames, so it cannot be truncated to " + std::to_string(count));
  s.writing([&] {
    text_from_root(s.comm, [&] {
      resize(open_hdf5_dataset(s.file.get(), name, -1, action), target.shape, count, action);
      s.check_device();
      return std::string();
    });
  });
}

} // namespace tessera
