#include "files/from_root.hpp"
#include "npy/npy_types.hpp"
#include "text/record_layout.hpp"
#include "types/number_convert.hpp"

#include <tessera/io/files/file_memory.hpp>
#include <tessera/io/npy.hpp>
#include <tessera/io/npz.hpp>

#include <fmt/core.h>

#include <string>

namespace tessera::detail {

namespace {

dtype record_of(const std::vector<npy_member>& members, found_type& found);

dtype member_of(const npy_member& member, found_type& found) {
  if (member.type.kind != 'V') return type_in_memory(member.type);
  if (member.members.empty())
    throw element_type_error(
        fmt::format("its member '{}' is neither number nor text, so it cannot be written as text",
                    member.name));
  return record_of(member.members, found);
}

/// Members without a name are what lies between the others.
dtype record_of(const std::vector<npy_member>& members, found_type& found) {
  record_layout layout;
  for (const npy_member& member : members)
    if (!member.name.empty()) layout.add(member.name, member_of(member, found), member.shape);
  return std::move(layout).keep(found);
}

found_type type_of(const std::string& path, const npy_header& header) {
  const auto stored = npy_type_of(header.descr);
  found_type found;
  if (!stored)
    throw element_type_error(fmt::format(
        "cannot read '{}': its elements are of type {}, which cannot be written as text", path,
        npy_type_name(header)));
  try {
    found.type =
        stored->members.empty() ? type_in_memory(stored->type) : record_of(stored->members, found);
  } catch (const element_type_error& failure) {
    throw element_type_error(fmt::format("cannot read '{}': {}", path, failure.what()));
  }
  return found;
}

index_t extent(const npy_header& header, std::size_t axis) {
  return header.shape.size() > axis ? header.shape[axis] : 1;
}

/// All rows, as they lie in the file.
stored_rows rows_of(const std::string& path, const npy_header& header) {
  stored_rows all{type_of(path, header)};
  all.rows = extent(header, 0);
  all.columns = extent(header, 1);
  all.row_stride = header.fortran_order ? 1 : all.columns;
  all.column_stride = header.fortran_order ? all.rows : 1;
  return all;
}

void make_room(const std::string& path, stored_rows& rows) {
  const auto bytes = static_cast<std::size_t>(rows.rows * rows.columns * rows.found.type.size);
  rows.elements = with_memory_for(path, [&] { return buffer(bytes); });
}

} // namespace

stored_rows read_npy_rows(const communicator& comm, const std::string& path) {
  // All ranks check the same bytes, and throw the same errors.
  const npy_header header =
      parse_npy_head(path, text_from_root(comm, [&] { return read_npy_head(path); }));
  stored_rows mine = rows_of(path, header);
  const npy_source source{header, check_npy(path, header, mine.found.type, header.shape.size())};
  interval share = share_of_rows(comm, mine.rows);
  // Pieces of columns are nobody's rows.
  if (header.fortran_order && header.shape.size() > 1)
    share = {0, comm.rank() == 0 ? mine.rows : 0};
  mine.rows = share.size();
  collectively(comm, [&] {
    make_room(path, mine);
    read_npy_elements(path, source, share.lower * mine.columns, mine.elements.data(),
                      mine.rows * mine.columns);
  });
  return mine;
}

stored_rows read_npz_rows(const communicator& comm, const std::string& path,
                          const std::string& name) {
  return collectively(comm, [&] {
    const npz_file file(path);
    stored_rows mine = rows_of(path + "[" + name + "]", file.header(name));
    if (comm.rank() != 0) mine.rows = 0;
    if (comm.rank() != 0) return mine;
    make_room(path, mine);
    file.load(name, mine.found.type, mine.elements.data(), mine.rows * mine.columns);
    return mine;
  });
}

} // namespace tessera::detail
