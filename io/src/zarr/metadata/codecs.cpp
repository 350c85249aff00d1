#include "zarr/metadata/codecs.hpp"
#include "types/shape_text.hpp"
#include "zarr/metadata/named_configuration.hpp"

#include <tessera/core/error.hpp>

#include <fmt/core.h>

#include <bit>
#include <string>
#include <vector>

namespace tessera::detail {

namespace {

constexpr int deepest_shards = 4;

/// What the codecs of a list are found to be, one after another.
class codecs_parser {
public:
  codecs_parser(const std::vector<index_t>& chunk, dtype type, const std::string& action, int depth)
      : chunk_(chunk), type_(type), action_(action), depth_(depth) {}

  zarr_codecs run(const json& list) {
    if (!list.is_array()) throw_bad_member(action_, "codecs", list);
    for (const json& each : list) take(parse_named(each, "codecs", action_));
    if (!has_bytes_)
      throw format_error(action_ + ": none of its codecs makes bytes of elements; it is damaged");
    return std::move(result_);
  }

private:
  void take(const named_configuration& codec) {
    const json& with = codec.configuration;
    if (codec.name == "transpose") return transpose(member_of(with, "order"));
    if (codec.name == "bytes" || codec.name == "endian")
      return take_bytes(member_of(with, "endian"));
    if (codec.name == "sharding_indexed") return take_shards(with);
    if (codec.name == "gzip") return pack({zarr_packing::kind::gzip, level_of(with)});
    if (codec.name == "crc32c") return pack({zarr_packing::kind::crc32c});
    if (codec.name == "zstd")
      return pack(
          {zarr_packing::kind::zstd, level_of(with), member_of(with, "checksum") == json(true)});
    if (!codec.must_be_known) return;
    throw file_error(fmt::format("{}: it needs the codec '{}', which is not known here: bytes, "
                                 "transpose, sharding_indexed, gzip, zstd and crc32c are",
                                 action_, brief_text(codec.name)));
  }

  [[nodiscard]] static int level_of(const json& with) {
    const json& level = member_of(with, "level");
    return level.is_number_integer() ? level.get<int>() : 0;
  }

  void check_order(bool is_in_order, const char* codec) const {
    if (!is_in_order)
      throw format_error(
          fmt::format("{}: its codec '{}' is in the wrong place; it is damaged", action_, codec));
  }

  void transpose(const json& order) {
    check_order(!has_bytes_, "transpose");
    std::vector<std::size_t> axes;
    const std::size_t ndim = chunk_.size();
    for (std::size_t d = 0; order.is_string() && d < ndim; ++d) // of older versions
      axes.push_back(order == json("F") ? ndim - 1 - d : d);
    std::vector<bool> is_there(ndim, false);
    for (const json& each : order.is_array() ? order : json::array()) {
      if (!each.is_number_unsigned() || each.get<std::size_t>() >= ndim ||
          is_there[each.get<std::size_t>()])
        throw_bad_member(action_, "order of axes", order);
      axes.push_back(each.get<std::size_t>());
      is_there[axes.back()] = true;
    }
    if (axes.size() != ndim) throw_bad_member(action_, "order of axes", order);
    const std::vector<index_t> shape = chunk_;
    std::vector<std::size_t> all = axes;
    for (std::size_t d = 0; d < ndim; ++d) {
      chunk_[d] = shape[axes[d]];
      if (!result_.order.empty()) all[d] = result_.order[axes[d]];
    }
    result_.order = std::move(all);
  }

  void take_bytes(const json& endian) {
    check_order(!has_bytes_, "bytes");
    has_bytes_ = true;
    const bool is_little = endian == json("little") || endian.is_null();
    const bool is_needed = type_.size > (type_.kind == 'c' ? 2 : 1);
    if ((!is_little && endian != json("big")) || (endian.is_null() && is_needed))
      throw_bad_member(action_, "order of bytes", endian);
    result_.swapped = is_needed && is_little != (std::endian::native == std::endian::little);
  }

  void take_shards(const json& with) {
    check_order(!has_bytes_, "sharding_indexed");
    has_bytes_ = true;
    if (depth_ == deepest_shards)
      throw file_error(
          fmt::format("{}: its shards lie in shards, more than {} deep", action_, deepest_shards));
    auto shards = std::make_shared<zarr_sharding>();
    shards->chunk = parse_sizes(member_of(with, "chunk_shape"), 1, "chunk_shape", action_);
    check_divides(shards->chunk);
    const std::vector<index_t>& inner = shards->chunk;
    shards->inner = codecs_parser(inner, type_, action_, depth_ + 1).run(member_of(with, "codecs"));
    shards->index = parse_index(member_of(with, "index_codecs"));
    const json& location = member_of(with, "index_location");
    shards->index_is_first = location == json("start");
    if (!shards->index_is_first && !location.is_null() && location != json("end"))
      throw_bad_member(action_, "index_location", location);
    result_.shards = std::move(shards);
  }

  void check_divides(const std::vector<index_t>& inner) const {
    bool divides = inner.size() == chunk_.size();
    for (std::size_t d = 0; divides && d < inner.size(); ++d) divides = chunk_[d] % inner[d] == 0;
    if (!divides)
      throw format_error(
          fmt::format("{}: chunks of shape {} do not divide shards of shape {}; it is damaged",
                      action_, shape_text(inner), shape_text(chunk_)));
  }

  [[nodiscard]] zarr_codecs parse_index(const json& list) const {
    zarr_codecs index = codecs_parser({}, {'u', 8}, action_, deepest_shards).run(list);
    for (const zarr_packing& each : index.packings)
      if (each.codec != zarr_packing::kind::crc32c)
        throw format_error(action_ + ": its index of shards is packed, which cannot be");
    return index;
  }

  void pack(const zarr_packing& packing) {
    constexpr std::size_t most = 16;
    check_order(has_bytes_ && result_.packings.size() < most,
                packing.codec == zarr_packing::kind::crc32c ? "crc32c" : "gzip or zstd");
    result_.packings.push_back(packing);
  }

  std::vector<index_t> chunk_;
  dtype type_;
  const std::string& action_;
  int depth_;
  bool has_bytes_ = false;
  zarr_codecs result_;
};

json named(const char* name, const json& configuration) {
  return {{"name", name}, {"configuration", configuration}};
}

json packing_json(const zarr_packing& packing) {
  switch (packing.codec) {
  case zarr_packing::kind::gzip: return named("gzip", {{"level", packing.level}});
  case zarr_packing::kind::zstd:
    return named("zstd", {{"level", packing.level}, {"checksum", packing.has_checksum}});
  default: return {{"name", "crc32c"}};
  }
}

json shards_json(const zarr_sharding& shards) {
  return named("sharding_indexed", {{"chunk_shape", shards.chunk},
                                    {"codecs", codecs_json(shards.inner)},
                                    {"index_codecs", codecs_json(shards.index)},
                                    {"index_location", shards.index_is_first ? "start" : "end"}});
}

std::string packing_text(const zarr_packing& packing) {
  switch (packing.codec) {
  case zarr_packing::kind::gzip: return fmt::format("gzip {}", packing.level);
  case zarr_packing::kind::zstd: return fmt::format("zstd {}", packing.level);
  default: return "crc32c";
  }
}

} // namespace

bool is_swapped(const zarr_codecs& codecs) {
  return codecs.shards ? is_swapped(codecs.shards->inner) : codecs.swapped;
}

zarr_codecs parse_codecs(const json& list, const std::vector<index_t>& chunk, dtype type,
                         const std::string& action) {
  return codecs_parser(chunk, type, action, 0).run(list);
}

json codecs_json(const zarr_codecs& codecs) {
  json list = json::array();
  if (!codecs.order.empty()) list.push_back(named("transpose", {{"order", codecs.order}}));
  const bool is_little = codecs.swapped != (std::endian::native == std::endian::little);
  list.push_back(codecs.shards ? shards_json(*codecs.shards)
                               : named("bytes", {{"endian", is_little ? "little" : "big"}}));
  for (const zarr_packing& each : codecs.packings) list.push_back(packing_json(each));
  return list;
}

std::string codecs_text(const zarr_codecs& codecs) {
  std::string text;
  const auto add = [&](const std::string& more) { text += (text.empty() ? "" : ", ") + more; };
  if (!codecs.order.empty()) add("transpose");
  if (codecs.shards) {
    const std::string inner = codecs_text(codecs.shards->inner);
    if (!inner.empty()) add(inner);
  } else if (codecs.swapped) {
    add("swapped");
  }
  for (const zarr_packing& each : codecs.packings) add(packing_text(each));
  return text;
}

} // namespace tessera::detail
