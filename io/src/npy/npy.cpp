#include "behind/write_behind.hpp"
#include "files/from_root.hpp"
#include "files/own_errors.hpp"
#include "npy/npy_types.hpp"
#include "parts/file_box.hpp"
#include "parts/part_in_memory.hpp"

#include <tessera/core/profile.hpp>
#include <tessera/distributed/agree.hpp>
#include <tessera/distributed/expressions/operand_text.hpp>
#include <tessera/io/input_file.hpp>
#include <tessera/io/npy.hpp>
#include <tessera/io/shared_output_file.hpp>

#include <fmt/core.h>

#include <string>
#include <utility>

namespace tessera::detail {

namespace {

npy_source check_head(const std::string& path, const std::string& head, dtype wanted,
                      std::size_t ndim) {
  npy_header header = parse_npy_head(path, head);
  const npy_type type = check_npy(path, header, wanted, ndim);
  return {std::move(header), type};
}

} // namespace

npy_source open_npy(const std::string& path, dtype wanted, std::size_t ndim) {
  return with_own_errors([&] { return check_head(path, read_npy_head(path), wanted, ndim); });
}

npy_source open_npy(const communicator& comm, const std::string& path, dtype wanted,
                    std::size_t ndim) {
  agree(comm, "an npy file that is read",
        fmt::format("'{}' as {} of {} axes", path, to_string(wanted), ndim));
  // All ranks check the same bytes, and throw the same errors.
  const std::string head = text_from_root(comm, [&] { return read_npy_head(path); });
  return check_head(path, head, wanted, ndim);
}

void read_npy_elements(const std::string& path, const npy_source& source, index_t before, void* to,
                       index_t count) {
  with_own_errors([&] {
    const input_file file(path);
    index_t at = source.header.data_offset + before * source.type.stored_size();
    read_npy_values(source.type, path, to, count, [&](void* piece, index_t bytes) {
      file.read_at(at, piece, bytes);
      at += bytes;
    });
  });
}

void read_npy(const std::string& path, const npy_source& source, const file_source& into) {
  TESSERA_PROFILE("npy: read");
  read_by_rows(into, [&](const file_part& part, std::byte* data) {
    const input_file file(path);
    const index_t begin = source.header.data_offset;
    // The box counts in elements of memory, which may be larger than those of the file.
    const auto read = [&](index_t at, void* to, index_t bytes) {
      index_t from = begin + (at - begin) / part.type.size * source.type.stored_size();
      read_npy_values(source.type, path, to, bytes / part.type.size,
                      [&](void* piece, index_t count) {
                        file.read_at(from, piece, count);
                        from += count;
                      });
    };
    read_box(read, part, begin, data);
  });
}

namespace {

void write_whole(const std::string& path, const file_source& from) {
  const std::string head = npy_head(from.type, from.shape.data(), from.shape.size());
  output_file file = output_file::create(path);
  const auto write = [&](index_t at, const void* data, index_t bytes) {
    file.write_at(at, data, bytes);
  };
  write(0, head.data(), static_cast<index_t>(head.size()));
  write_box(write, held_here(from, 0).part, static_cast<index_t>(head.size()), from.data);
  file.commit();
}

} // namespace

void write_npy(const std::string& path, const file_source& from) {
  with_own_errors([&] { write_whole(path, from); });
}

void write_npy_scalar(const std::string& path, dtype type, const void* value) {
  const std::string head = npy_head(type, nullptr, 0);
  const auto head_size = static_cast<index_t>(head.size());
  output_file file = output_file::create(path);
  file.write_at(0, head.data(), head_size);
  write_box([&](index_t at, const void* data, index_t bytes) { file.write_at(at, data, bytes); },
            {type, {}, {}, {}}, head_size, static_cast<const std::byte*>(value));
  file.commit();
}

namespace {

/// What this rank writes. Collective.
part_in_memory held_for_npy(const file_source& from, int rank) {
  return has_long_stretches(*from.global) ? held_here(from, rank) : brought_into_rows(from);
}

} // namespace

void write_npy(const communicator& comm, const std::string& path, const file_source& from) {
  TESSERA_PROFILE("npy: write");
  agree(comm, "an npy file that is written",
        fmt::format("'{}' of {} {}", path, to_string(from.type), call_text(*from.global)));
  const std::string head = npy_head(from.type, from.shape.data(), from.shape.size());
  const auto head_size = static_cast<index_t>(head.size());
  const part_in_memory held = held_for_npy(from, comm.rank());
  shared_output_file file(comm, path);
  collectively(comm, [&] {
    if (comm.rank() == 0) file.write_at(0, head.data(), head_size);
    write_box(file, held.part, head_size, held.data);
  });
  file.commit();
}

pending_save start_write_npy(const communicator& comm, const std::string& path,
                             const file_source& from) {
  TESSERA_PROFILE("npy: start a write");
  agree(comm, "an npy file that is written",
        fmt::format("'{}' of {} {}", path, to_string(from.type), call_text(*from.global)));
  const std::string head = npy_head(from.type, from.shape.data(), from.shape.size());
  const auto head_size = static_cast<index_t>(head.size());
  part_in_memory held = held_for_npy(from, comm.rank());
  shared_output_file file(comm, path);
  collectively(comm, [&] {
    if (comm.rank() == 0) file.write_at(0, head.data(), head_size);
  });
  const file_part part = held.part;
  return write_behind(comm, std::move(file), part, head_size, std::move(held));
}

} // namespace tessera::detail
