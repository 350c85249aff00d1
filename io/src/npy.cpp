#include "from_root.hpp"
#include "npy_types.hpp"
#include "strided_writer.hpp"

#include <tessera/distributed/agree.hpp>
#include <tessera/io/input_file.hpp>
#include <tessera/io/npy.hpp>
#include <tessera/io/shared_output_file.hpp>

#include <string>

namespace tessera::detail {

namespace {

npy_source check_head(const std::string& path, const std::string& head, dtype wanted,
                      std::size_t ndim) {
  npy_header header = parse_npy_head(path, head);
  const npy_type type = check_npy(path, header, wanted, ndim);
  return {std::move(header), type};
}

template <class File> void write_elements(const File& file, index_t offset, const npy_elements& e) {
  const strided_elements bytes{static_cast<const std::byte*>(e.data), e.type.size, e.ndim, e.shape,
                               e.strides};
  write_strided(
      [&file](index_t at, const void* data, index_t count) { file.write_at(at, data, count); },
      offset, bytes);
}

} // namespace

npy_source open_npy(const std::string& path, dtype wanted, std::size_t ndim) {
  return check_head(path, read_npy_head(path), wanted, ndim);
}

npy_source open_npy(const communicator& comm, const std::string& path, dtype wanted,
                    std::size_t ndim) {
  // All ranks check the same bytes, and throw the same errors.
  const std::string head = text_from_root(comm, [&] { return read_npy_head(path); });
  return check_head(path, head, wanted, ndim);
}

void read_npy_elements(const std::string& path, const npy_source& source, index_t before, void* to,
                       index_t count) {
  const input_file file(path);
  index_t at = source.header.data_offset + before * source.type.stored_size();
  read_npy_values(source.type, to, count, [&](void* piece, index_t bytes) {
    file.read_at(at, piece, bytes);
    at += bytes;
  });
}

void write_npy(const std::string& path, const npy_elements& elements) {
  const std::string head = npy_head(elements.type, elements.shape, elements.ndim);
  output_file file = output_file::create(path);
  file.write_at(0, head.data(), static_cast<index_t>(head.size()));
  write_elements(file, static_cast<index_t>(head.size()), elements);
  file.commit();
}

void write_npy(const communicator& comm, const std::string& path, const npy_elements& block,
               const index_t* shape, index_t before) {
  const std::string head = npy_head(block.type, shape, block.ndim);
  const auto head_size = static_cast<index_t>(head.size());
  shared_output_file file(comm, path);
  collectively(comm, [&] {
    if (comm.rank() == 0) file.write_at(0, head.data(), head_size);
    write_elements(file, head_size + before * block.type.size, block);
  });
  file.commit();
}

} // namespace tessera::detail
