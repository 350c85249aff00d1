#include "from_root.hpp"
#include "text_source.hpp"

#include <tessera/distributed/agree.hpp>
#include <tessera/io/loadtxt.hpp>
#include <tessera/io/text_part.hpp>

#include <cstring>
#include <optional>
#include <string>

namespace tessera::detail {

namespace {

[[noreturn]] void throw_no_rows(const std::string& path, const text_extent& extent) {
  const index_t skipped = extent.lines_before;
  throw parse_error("'" + path + "' holds no rows of numbers" +
                    (skipped > 0 ? " after line " + std::to_string(skipped) : std::string()));
}

/// What rank 0 finds out for all: the lines to parse, and whether it parses them alone.
struct text_plan {
  text_extent extent;
  bool is_shared = true;
};

/// Rank 0 keeps a text that comes as a whole in `whole`.
text_plan agree_on_plan(const communicator& comm, const std::string& path,
                        const loadtxt_options& options, std::optional<input_file>& whole) {
  const std::string found = text_from_root(comm, [&] {
    check(options);
    text_plan plan;
    text_source source = open_text(path);
    plan.is_shared = source.is_shareable;
    plan.extent = find_extent(source.file, options);
    if (!plan.is_shared) whole.emplace(std::move(source.file));
    return std::string(reinterpret_cast<const char*>(&plan), sizeof plan);
  });
  text_plan plan;
  std::memcpy(&plan, found.data(), sizeof plan);
  return plan;
}

/// What all ranks must give alike.
std::string call_text(const std::string& path, const loadtxt_options& options, dtype type) {
  std::string text = "'" + path + "' as " + to_string(type) + ", delimiter '" + options.delimiter +
                     "', skiprows " + std::to_string(options.skiprows) + ", max_rows " +
                     std::to_string(options.max_rows) + (options.unpack ? ", unpack" : "");
  for (const index_t column : options.usecols) text += ", column " + std::to_string(column);
  return text;
}

text_part parse_mine(const communicator& comm, const std::string& path, const text_plan& plan,
                     const std::optional<input_file>& whole, const loadtxt_options& options,
                     dtype type) {
  const index_t bytes = plan.extent.end - plan.extent.begin;
  if (whole) return parse_part(*whole, plan.extent, {0, bytes}, options, type);
  if (!plan.is_shared) return {};
  const axis_distribution pieces(bytes, comm.size());
  return parse_part(input_file(path), plan.extent, pieces.block(comm.rank()), options, type);
}

} // namespace

text_rows read_text(const std::string& path, const loadtxt_options& options, dtype type) {
  check(options);
  const input_file file = open_text(path).file;
  const text_extent extent = find_extent(file, options);
  text_part part = parse_part(file, extent, {0, extent.end - extent.begin}, options, type);
  text_layout layout = lay_out({part.summary}, extent.lines_before);
  if (layout.failed_part >= 0) throw parse_error(failure_message(path, part, layout));
  if (layout.rows.back() == 0) throw_no_rows(path, extent);
  return {std::move(part.values), layout.columns, std::move(layout.rows)};
}

text_rows read_text(const communicator& comm, const std::string& path,
                    const loadtxt_options& options, dtype type) {
  agree(comm, "a text file that is read", call_text(path, options, type));
  std::optional<input_file> whole;
  const text_plan plan = agree_on_plan(comm, path, options, whole);
  text_part part =
      collectively(comm, [&] { return parse_mine(comm, path, plan, whole, options, type); });
  text_layout layout = lay_out(allgather(comm, part.summary), plan.extent.lines_before);
  if (layout.failed_part >= 0) {
    const bool mine = layout.failed_part == comm.rank();
    throw parse_error(broadcast(comm, mine ? failure_message(path, part, layout) : std::string(),
                                layout.failed_part));
  }
  if (layout.rows.back() == 0) throw_no_rows(path, plan.extent);
  return {std::move(part.values), layout.columns, std::move(layout.rows)};
}

void shape_of_text(const text_rows& rows, const std::string& path, shape_t<1>& shape) {
  if (rows.total() > 1 && rows.columns > 1)
    throw shape_error("'" + path + "' holds " + std::to_string(rows.total()) + " rows of " +
                      std::to_string(rows.columns) +
                      " columns; a one-dimensional array needs one row or one column");
  shape = {rows.total() * rows.columns};
}

void shape_of_text(const text_rows& rows, const std::string&, shape_t<2>& shape) {
  shape = {rows.total(), rows.columns};
}

} // namespace tessera::detail
