#include "files/from_root.hpp"
#include "files/own_errors.hpp"
#include "text/record_columns.hpp"
#include "text/text_source.hpp"

#include <tessera/core/profile.hpp>
#include <tessera/distributed/agree.hpp>
#include <tessera/io/files/file_memory.hpp>
#include <tessera/io/text/loadtxt.hpp>
#include <tessera/io/text/text_part.hpp>

#include <fmt/core.h>

#include <cstring>
#include <string>

namespace tessera::detail {

namespace {

[[noreturn]] void throw_no_rows(const std::string& path, const text_extent& extent) {
  const index_t skipped = extent.lines_before;
  throw parse_error(
      fmt::format("'{}' holds no rows of numbers{}", path,
                  skipped > 0 ? fmt::format(" after line {}", skipped) : std::string()));
}

/// The elements of a row, each of some columns.
index_t elements_of_row(const std::string& path, const text_layout& layout, dtype type) {
  const index_t each = fields_of_element(type);
  if (layout.columns % each != 0)
    throw parse_error(fmt::format("'{}' line {}: {} columns, and each element of {} takes {}", path,
                                  layout.columns_line, layout.columns, to_string(type), each));
  return layout.columns / each;
}

/// What rank 0 finds out for all: the lines to parse, and whether it parses them alone.
struct text_plan {
  text_extent extent;
  bool is_shared = true;
};

/// Rank 0 parses what comes one byte after another into `alone`.
text_plan agree_on_plan(const communicator& comm, const std::string& path,
                        const loadtxt_options& options, dtype type, text_part& alone) {
  const std::string found = text_from_root(comm, [&] {
    check(options);
    text_plan plan;
    const text_source source = open_text(path);
    plan.is_shared = source.file.has_value();
    if (plan.is_shared)
      plan.extent = find_extent(*source.file, options);
    else
      alone = with_memory_for(
          path, [&] { return parse_stream(*source.stream, plan.extent, options, type); });
    return std::string(reinterpret_cast<const char*>(&plan), sizeof plan);
  });
  text_plan plan;
  std::memcpy(&plan, found.data(), sizeof plan);
  return plan;
}

/// What all ranks must give alike.
std::string call_text(const std::string& path, const loadtxt_options& options, dtype type) {
  std::string text = fmt::format("'{}' as {}, delimiter '{}', skiprows {}, max_rows {}{}", path,
                                 to_string(type), options.delimiter, options.skiprows,
                                 options.max_rows, options.unpack ? ", unpack" : "");
  for (const index_t column : options.usecols) text += fmt::format(", column {}", column);
  return text;
}

text_part parse_mine(const communicator& comm, const std::string& path, const text_plan& plan,
                     const loadtxt_options& options, dtype type) {
  const axis_distribution parts(plan.extent.end - plan.extent.begin, comm.size());
  const interval mine = parts.block(comm.rank());
  return with_memory_for(
      path, [&] { return parse_part(input_file(path), plan.extent, mine, options, type); });
}

text_part parse_all(const text_source& source, const loadtxt_options& options, dtype type,
                    text_extent& extent) {
  if (!source.file) return parse_stream(*source.stream, extent, options, type);
  extent = find_extent(*source.file, options);
  return parse_part(*source.file, extent, {0, extent.end - extent.begin}, options, type);
}

} // namespace

text_rows read_text(const std::string& path, const loadtxt_options& options, dtype type) {
  check(options);
  text_extent extent;
  text_part part =
      with_memory_for(path, [&] { return parse_all(open_text(path), options, type, extent); });
  text_layout layout =
      with_own_errors([&] { return lay_out({part.summary}, extent.lines_before); });
  if (layout.failed_part >= 0) throw parse_error(failure_message(path, part, layout));
  if (layout.rows.back() == 0) throw_no_rows(path, extent);
  const index_t columns = elements_of_row(path, layout, type);
  return {std::move(part.values), columns, std::move(layout.rows)};
}

text_rows read_text(const communicator& comm, const std::string& path,
                    const loadtxt_options& options, dtype type) {
  TESSERA_PROFILE("loadtxt");
  agree(comm, "a text file that is read", call_text(path, options, type));
  text_part part;
  const text_plan plan = agree_on_plan(comm, path, options, type, part);
  if (plan.is_shared)
    part = collectively(comm, [&] { return parse_mine(comm, path, plan, options, type); });
  text_layout layout = lay_out(allgather(comm, part.summary), plan.extent.lines_before);
  if (layout.failed_part >= 0) {
    const bool mine = layout.failed_part == comm.rank();
    throw parse_error(broadcast(comm, mine ? failure_message(path, part, layout) : std::string(),
                                layout.failed_part));
  }
  if (layout.rows.back() == 0) throw_no_rows(path, plan.extent);
  const index_t columns = elements_of_row(path, layout, type);
  return {std::move(part.values), columns, std::move(layout.rows)};
}

void shape_of_text(const text_rows& rows, const std::string& path, shape_t<1>& shape) {
  if (rows.total() > 1 && rows.columns > 1)
    throw shape_error(fmt::format(
        "'{}' holds {} rows of {} columns; a one-dimensional array needs one row or one column",
        path, rows.total(), rows.columns));
  shape = {rows.total() * rows.columns};
}

void shape_of_text(const text_rows& rows, const std::string&, shape_t<2>& shape) {
  shape = {rows.total(), rows.columns};
}

} // namespace tessera::detail
