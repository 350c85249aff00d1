#include "files/from_root.hpp"
#include "hdf5/datasets/hdf5_chunks.hpp"
#include "hdf5/datasets/hdf5_groups.hpp"
#include "hdf5/hdf5_state.hpp"
#include "types/shape_text.hpp"

#include <tessera/core/error.hpp>
#include <tessera/core/memory.hpp>

#include <fmt/core.h>

#include <algorithm>
#include <cstring>
#include <string>

namespace tessera {

namespace detail {

void check_stored_type(const std::string& action, const hdf5_output_dataset& target, dtype type) {
  if (!target.refusal.empty()) throw argument_error(action + ": " + target.refusal);
  if (target.type_name != to_string(type))
    throw argument_error(fmt::format("{}: it is of {}, and what is written of {}", action,
                                     target.type_name, to_string(type)));
}

} // namespace detail

using namespace detail;

namespace {

constexpr index_t zero_bytes = index_t{1} << 20U;

/// Sets what rank 0 may have made of space that was in use before to zero. Local.
void write_zeros(const shared_output_file& output, index_t offset, index_t bytes) {
  const buffer zeros(static_cast<std::size_t>(std::min(bytes, zero_bytes)));
  std::memset(zeros.data(), 0, static_cast<std::size_t>(std::min(bytes, zero_bytes)));
  for (index_t at = 0; at < bytes; at += zero_bytes)
    output.write_at(offset + at, zeros.data(), std::min(zero_bytes, bytes - at));
}

} // namespace

void hdf5_file::state::check_is_free(const std::string& name) const {
  check_hdf5_name(name);
  text_from_root(comm, [&] {
    check_hdf5_is_new(file.get(), name, path);
    check_hdf5_path(file.get(), name);
    return std::string();
  });
}

hdf5_output_dataset hdf5_file::state::find(const std::string& name,
                                           const std::optional<detail::dtype>& in_memory) const {
  const std::string action = failure(name);
  return hdf5_output_dataset::unpacked(text_from_root(
      comm, [&] { return hdf5_target_of(file.get(), name, in_memory, action).packed(); }));
}

hdf5_output_dataset hdf5_file::state::make(const hdf5_plan& plan, bool is_zero) {
  const std::string action = failure(plan.name);
  return hdf5_output_dataset::unpacked(text_from_root(comm, [&] {
    const index_t fresh = device.highest;
    const hdf5_handle dataset = make_hdf5_dataset(file.get(), plan, action);
    check_device();
    const hdf5_output_dataset target = hdf5_target_of(dataset, plan.name, plan.type, action);
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
  if (has_chunks(layout)) plan.chunk = chunk_shape(layout, shape, type.size, usual_chunk_bytes);
  store_last_axes(plan);
  return plan;
}

} // namespace

void hdf5_file::create_empty(const std::string& name, detail::dtype type,
                             const std::vector<index_t>& shape, const hdf5_layout& layout) {
  state& s = *state_;
  s.check_writable();
  s.check_same(fmt::format("create {}{}", name_and_shape(name, type, shape), layout_text(layout)));
  const hdf5_plan plan = checked_plan(name, type, shape, layout);
  s.check_is_free(name);
  s.writing([&] { s.make(plan, true); });
}

void hdf5_file::write_new(const std::string& name, const file_source& elements,
                          const hdf5_layout& layout) {
  state& s = *state_;
  s.check_writable();
  const file_source from = agreed_source(s.comm, elements);
  s.check_same(
      fmt::format("create {}{}", name_and_shape(name, from.type, from.shape), layout_text(layout)));
  const hdf5_plan plan = checked_plan(name, from.type, from.shape, layout);
  s.check_is_free(name);
  const hdf5_output_dataset target = s.writing([&] { return s.make(plan, false); });
  s.write(target, file_place::whole(plan.shape), from);
}

void hdf5_file::write_selected(const std::string& name, const file_source& elements,
                               subscript_list subscripts) {
  state& s = *state_;
  s.check_writable();
  const file_source from = agreed_source(s.comm, elements);
  const std::string action = s.failure(name);
  s.check_same("write " + name_and_shape(name, from.type, from.shape));
  const hdf5_output_dataset target = s.find(name, from.type);
  const file_place place = s.select(name, target.shape, subscripts);
  const hdf5_stored_form form = stored_form(target, from.type);
  check_stored_type(action, target, form.type);
  if (place.shape() != form.shape(from.shape))
    throw shape_error(
        fmt::format("{}: the part that is selected of shape {} has shape {}, the array {}", action,
                    shape_text(target.shape), shape_text(place.shape()), shape_text(from.shape)));
  s.write(target, place, from);
}

void hdf5_file::write_as_frame(const std::string& name, index_t k, const file_source& elements) {
  state& s = *state_;
  s.check_writable();
  const file_source from = agreed_source(s.comm, elements);
  s.check_same(fmt::format("write frame {} of {}", k, name_and_shape(name, from.type, from.shape)));
  const hdf5_output_dataset target = s.find(name, from.type);
  const hdf5_stored_form form = stored_form(target, from.type);
  check_hdf5_frame(name, form.shape(from.shape), target.shape);
  check_hdf5_frame(name, k, target.shape);
  check_stored_type(s.failure(name), target, form.type);
  s.write(target, file_place::frame(target.shape, k), from);
}

} // namespace tessera
