#include "files/from_root.hpp"
#include "hdf5/hdf5_state.hpp"
#include "types/shape_text.hpp"

#include <tessera/core/error.hpp>

#include <fmt/core.h>

#include <algorithm>
#include <string>

namespace tessera {

using namespace detail;

namespace {

// What goes to the file as it is may be longer than what is packed.
constexpr index_t long_chunk_bytes = index_t{32} << 20U;
// Numbers that are appended one by one.
constexpr index_t small_frames = 1024;

/// How a series that grows along its first axis is stored.
hdf5_plan plan_of_series(const std::string& name, const file_source& frame,
                         const hdf5_layout& layout) {
  hdf5_plan plan{name, frame.type, frame.shape, {}, layout, true};
  const index_t limit = has_filters(layout) ? usual_chunk_bytes : long_chunk_bytes;
  plan.chunk = chunk_shape({}, frame.shape, frame.type.size, limit);
  index_t elements = 1;
  for (const index_t n : frame.shape) elements *= std::max<index_t>(n, 1);
  // Many frames of few numbers make a chunk, and larger ones at least one each.
  plan.chunk.insert(plan.chunk.begin(), std::max<index_t>(1, small_frames / elements));
  if (frame.global != nullptr) plan.chunk.front() = 1;
  plan.shape.insert(plan.shape.begin(), 0);
  if (!layout.chunk.empty()) plan.chunk = layout.chunk;
  store_last_axes(plan);
  return plan;
}

void check_series(const std::string& action, const hdf5_output_dataset& target) {
  if (!target.is_growable)
    throw argument_error(fmt::format(
        "{}: its shape {} is fixed; a dataset that `append` makes grows along its first axis",
        action, shape_text(target.shape)));
}

void resize(const hdf5_handle& dataset, std::vector<index_t> shape, index_t frames,
            const std::string& action) {
  shape.front() = frames;
  check_hdf5(H5Dset_extent(dataset.get(), hdf5_sizes(shape).data()), action);
}

} // namespace

void hdf5_file::append_frame(const std::string& name, const file_source& elements,
                             const hdf5_layout& layout) {
  state& s = *state_;
  s.check_writable();
  const file_source from = agreed_source(s.comm, elements);
  const std::string action = s.failure(name);
  s.check_same(fmt::format("append to {}{}", name_and_shape(name, from.type, from.shape),
                           layout_text(layout)));
  const hdf5_plan plan = plan_of_series(name, from, layout);
  checked_size(from.shape.data(), from.shape.size(), from.type.size);
  check_layout(layout, plan.shape, from.type.size);
  check_hdf5_name(name);
  hdf5_output_dataset target{};
  if (has(name)) {
    target = s.find(name, from.type);
    check_series(action, target);
    const hdf5_stored_form form = stored_form(target, from.type);
    check_stored_type(action, target, form.type);
    check_hdf5_frame(name, form.shape(from.shape), target.shape);
  } else {
    s.check_is_free(name);
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
  s.write(target, file_place::frame(target.shape, target.shape.front() - 1), from);
}

void hdf5_file::truncate(const std::string& name, index_t count) {
  state& s = *state_;
  s.check_writable();
  const std::string action = s.failure(name);
  s.check_same(fmt::format("truncate '{}' to {} frames", name, count));
  const hdf5_output_dataset target = s.find(name);
  check_series(action, target);
  if (count < 0 || count > target.shape.front())
    throw argument_error(fmt::format("'{}' has {} frames, so it cannot be truncated to {}", name,
                                     target.shape.front(), count));
  s.writing([&] {
    text_from_root(s.comm, [&] {
      resize(open_hdf5_dataset(s.file.get(), name, -1, action), target.shape, count, action);
      s.check_device();
      return std::string();
    });
  });
}

} // namespace tessera
