#include "files/from_root.hpp"
#include "parts/agreed_source.hpp"
#include "types/shape_text.hpp"
#include "zarr/folders/node_names.hpp"
#include "zarr/zarr_state.hpp"

#include <tessera/core/error.hpp>

#include <fmt/core.h>

#include <algorithm>
#include <string>
#include <vector>

namespace tessera {

using namespace detail;

namespace {

constexpr index_t numbers_of_chunk = 8192;

array_metadata plan_frame(const file_source& frame, zarr_layout layout) {
  layout.dimensions.clear();
  return plan_array(frame.shape, frame.type, layout);
}

/// Frames one behind the other, whose files hold one each.
array_metadata plan_series(const array_metadata& frame, const zarr_layout& layout) {
  array_metadata series = frame;
  series.shape.insert(series.shape.begin(), 0);
  series.chunk.insert(series.chunk.begin(), 1);
  if (series.codecs.shards) {
    zarr_sharding sharding = *series.codecs.shards;
    sharding.chunk.insert(sharding.chunk.begin(), 1);
    series.codecs.shards = std::make_shared<const zarr_sharding>(std::move(sharding));
  }
  if (!layout.dimensions.empty() && layout.dimensions.size() != series.shape.size())
    throw shape_error(fmt::format("{} names of dimensions of frames of shape {}, which have one "
                                  "more axis together",
                                  layout.dimensions.size(), shape_text(frame.shape)));
  series.dimensions = layout.dimensions;
  return series;
}

/// The same of numbers, which make one array.
array_metadata plan_numbers(dtype type, zarr_layout layout) {
  if (layout.chunk.empty() && layout.shard.empty()) layout.chunk = {numbers_of_chunk};
  return plan_array({0}, type, layout);
}

void check_series(const zarr_node& node, const file_source& frame, const std::string& action) {
  const array_metadata& array = node.array;
  if (!node.grows)
    throw argument_error(action + ": it was not made by `append`, so it does not grow");
  if (array.type != frame.type)
    throw argument_error(fmt::format("{}: it is of {}, and what is written of {}", action,
                                     to_string(array.type), to_string(frame.type)));
  std::vector<index_t> frames = frame.shape;
  frames.insert(frames.begin(), array.shape.front());
  if (frames != array.shape)
    throw shape_error(fmt::format("{}: it has shape {}, and frames of shape {} do not fit", action,
                                  shape_text(array.shape), shape_text(frame.shape)));
}

} // namespace

void zarr_store::append_frame(const std::string& name, const file_source& elements,
                              const zarr_layout& layout) {
  state& s = *state_;
  s.check_writable();
  const file_source from = agreed_source(s.comm, elements);
  s.check_same(fmt::format("append to {}{}", name_and_shape(name, from.type, from.shape),
                           layout_text(layout)));
  checked_size(from.shape.data(), from.shape.size(), from.type.size);
  const std::string node = node_path(name);
  const bool is_number = from.shape.empty();
  if (s.nodes.count(node) == 0) {
    s.check_is_free(node);
    zarr_node made{true};
    made.grows = true;
    made.is_series = is_number;
    if (!is_number) made.frame = plan_frame(from, layout);
    made.array = is_number ? plan_numbers(from.type, layout) : plan_series(made.frame, layout);
    s.writing([&] { s.make_folder(node); });
    s.add(node, std::move(made));
  }
  zarr_node& series = s.nodes.at(node);
  check_series(series, from, s.failure(node));
  array_metadata& array = series.array;
  if (is_number) {
    if (s.comm.rank() == 0)
      series.numbers.append(reinterpret_cast<const char*>(from.data),
                            static_cast<std::size_t>(from.type.size));
  } else {
    s.writing([&] { s.write_elements(node, series.frame, from, {array.shape.front()}); });
  }
  ++array.shape.front();
}

} // namespace tessera
