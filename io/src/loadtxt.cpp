#include "from_root.hpp"

#include <tessera/distributed/agree.hpp>
#include <tessera/io/loadtxt.hpp>
#include <tessera/io/text_part.hpp>

#include <cstring>
#include <string>

namespace tessera::detail {

namespace {

[[noreturn]] void throw_no_rows(const std::string& path, const text_extent& extent) {
  const index_t skipped = extent.lines_before;
  throw parse_error("'" + path + "' holds no rows of numbers" +
                    (skipped > 0 ? " after line " + std::to_string(skipped) : std::string()));
}

/// Rank 0 looks for the first line, for all.
text_extent agree_on_extent(const communicator& comm, const std::string& path,
                            const loadtxt_options& options) {
  const std::string found = text_from_root(comm, [&] {
    check(options);
    const text_extent extent = find_extent(input_file(path), options);
    return std::string(reinterpret_cast<const char*>(&extent), sizeof extent);
  });
  text_extent extent;
  std::memcpy(&extent, found.data(), sizeof extent);
  return extent;
}

} // namespace

text_rows read_text(const std::string& path, const loadtxt_options& options, dtype type) {
  check(options);
  const input_file file(path);
  const text_extent extent = find_extent(file, options);
  text_part part = parse_part(file, extent, {0, extent.end - extent.begin}, options, type);
  text_layout layout = lay_out({part.summary}, extent.lines_before);
  if (layout.failed_part >= 0) throw parse_error(failure_message(path, part, layout));
  if (layout.rows.back() == 0) throw_no_rows(path, extent);
  return {std::move(part.values), layout.columns, std::move(layout.rows)};
}

text_rows read_text(const communicator& comm, const std::string& path,
                    const loadtxt_options& options, dtype type) {
  const text_extent extent = agree_on_extent(comm, path, options);
  const axis_distribution pieces(extent.end - extent.begin, comm.size());
  text_part part = collectively(comm, [&] {
    return parse_part(input_file(path), extent, pieces.block(comm.rank()), options, type);
  });
  text_layout layout = lay_out(allgather(comm, part.summary), extent.lines_before);
  if (layout.failed_part >= 0) {
    const bool mine = layout.failed_part == comm.rank();
    throw parse_error(broadcast(comm, mine ? failure_message(path, part, layout) : std::string(),
                                layout.failed_part));
  }
  if (layout.rows.back() == 0) throw_no_rows(path, extent);
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
