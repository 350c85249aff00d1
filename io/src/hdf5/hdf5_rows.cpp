#include "hdf5/datasets/hdf5_hyperslab.hpp"
#include "hdf5/hdf5_state.hpp"
#include "hdf5/wrappers/hdf5_types.hpp"
#include "text/record_layout.hpp"

#include <tessera/distributed/agree.hpp>
#include <tessera/io/files/file_memory.hpp>

#include <fmt/core.h>

#include <algorithm>
#include <string>

namespace tessera::detail {

namespace {

constexpr int deepest_struct = 8;

dtype type_of(hid_t stored, const std::string& action, found_type& found, int depth);

void add_member(hid_t compound, unsigned k, const std::string& action, found_type& found,
                record_layout& layout, int depth) {
  const std::string name = stored_member_name(compound, k);
  const hdf5_handle stored = own_hdf5(H5Tget_member_type(compound, k), action);
  const std::string where = fmt::format("{}: its member '{}'", action, name);
  if (H5Tget_class(stored.get()) != H5T_ARRAY)
    return layout.add(name, type_of(stored.get(), where, found, depth), {});
  const hdf5_handle item = own_hdf5(H5Tget_super(stored.get()), action);
  layout.add(name, type_of(item.get(), where, found, depth), stored_array_shape(stored.get()));
}

dtype type_of(hid_t stored, const std::string& action, found_type& found, int depth) {
  if (const auto known = stored_dtype(stored)) return type_in_memory(*known);
  const int count = H5Tget_class(stored) == H5T_COMPOUND ? H5Tget_nmembers(stored) : 0;
  if (count < 1 || depth > deepest_struct)
    throw element_type_error(fmt::format("{} is of type {}, which cannot be written as text",
                                         action, stored_type_name(stored)));
  record_layout layout;
  for (int k = 0; k < count; ++k)
    add_member(stored, static_cast<unsigned>(k), action, found, layout, depth + 1);
  return std::move(layout).keep(found);
}

} // namespace

} // namespace tessera::detail

namespace tessera {

using namespace detail;

stored_rows hdf5_file::read_rows(const std::string& name) {
  state& s = *state_;
  s.check_readable();
  s.check_same(fmt::format("read rows of '{}'", name));
  const std::string action = s.failure(name);
  return collectively(s.comm, [&] {
    const hdf5_handle dataset = open_hdf5_dataset(s.file.get(), name, s.file_bytes, action);
    const std::vector<index_t> shape = hdf5_inspect(dataset, action).shape;
    const hdf5_handle stored = own_hdf5(H5Dget_type(dataset.get()), action);
    stored_rows mine;
    mine.found.type = type_of(stored.get(), action, mine.found, 0);
    check_hdf5_memory(shape, mine.found.type, s.file_bytes, action);
    const interval share = share_of_rows(s.comm, shape.empty() ? 1 : shape[0]);
    mine.rows = share.size();
    mine.columns = mine.row_stride = shape.size() > 1 ? shape[1] : 1;
    std::vector<index_t> lower(shape.size(), 0);
    std::vector<index_t> count = shape;
    if (!shape.empty()) lower[0] = share.lower;
    if (!shape.empty()) count[0] = mine.rows;
    const region memory = packed(count, 0);
    mine.elements = with_memory_for(s.path, [&] {
      return buffer(static_cast<std::size_t>(memory.size() * mine.found.type.size));
    });
    if (mine.rows > 0)
      read_hyperslab(dataset, *s.input, {mine.found.type, shape, lower, memory}, s.unpacks, action,
                     mine.elements.data());
    return mine;
  });
}

stored_rows detail::read_hdf5_rows(const communicator& comm, const std::string& path,
                                   const std::string& dataset) {
  return hdf5_file::open(comm, path).read_rows(dataset);
}

} // namespace tessera
