#include "files/from_root.hpp"
#include "files/packed_values.hpp"
#include "hdf5/datasets/chunk_filters.hpp"
#include "hdf5/datasets/hdf5_chunk_read.hpp"
#include "hdf5/datasets/hdf5_groups.hpp"
#include "hdf5/hdf5_state.hpp"
#include "hdf5/wrappers/hdf5_strings.hpp"
#include "hdf5/wrappers/hdf5_types.hpp"

#include <tessera/core/error.hpp>

#include <fmt/core.h>

#include <memory>
#include <new>
#include <string>

namespace tessera {

namespace detail {

namespace {

/// Memory for texts, up to a limit: in a damaged file, many may share a long one.
class text_memory {
public:
  explicit text_memory(std::size_t limit) : left_(limit) {}

  static void* allocate(std::size_t bytes, void* self) {
    auto& memory = *static_cast<text_memory*>(self);
    if (bytes > memory.left_) return nullptr;
    memory.left_ -= bytes;
    try {
      memory.blocks_.push_back(std::make_unique<char[]>(bytes));
    } catch (const std::bad_alloc&) {
      return nullptr;
    }
    return memory.blocks_.back().get();
  }
  static void free_with_the_others(void* /*memory*/, void* /*self*/) {}

private:
  std::size_t left_;
  std::vector<std::unique_ptr<char[]>> blocks_;
};

/// HDF5 trusts the sizes of chunks.
void check_chunks(const hdf5_handle& dataset, const input_file& bytes, const hdf5_handle& type,
                  const std::string& action) {
  const hdf5_handle creation = own_hdf5(H5Dget_create_plist(dataset.get()), action);
  if (check_hdf5(H5Pget_layout(creation.get()), action) != H5D_CHUNKED) return;
  const std::string missing = missing_hdf5_filter(creation.get(), action);
  if (!missing.empty()) throw file_error(action + ": " + missing);
  const std::vector<index_t> shape = hdf5_inspect(dataset, action).shape;
  const auto size = static_cast<index_t>(H5Tget_size(type.get()));
  const chunk_reader chunks(dataset, bytes, element_conversion(size, size), action);
  chunks.check({{'S', 1}, shape, std::vector<index_t>(shape.size(), 0), packed(shape, 0)});
}

std::vector<std::string> read_texts(hid_t file, const std::string& name, const input_file& bytes,
                                    const std::string& action) {
  const index_t file_bytes = bytes.size();
  const hdf5_handle dataset = open_hdf5_dataset(file, name, file_bytes, action);
  const hdf5_handle type = own_hdf5(H5Dget_type(dataset.get()), action);
  if (H5Tget_class(type.get()) != H5T_STRING)
    throw element_type_error(fmt::format("{}: its elements are of type {}, not text", action,
                                         stored_type_name(type.get())));
  hdf5_inspect(dataset, action);
  check_chunks(dataset, bytes, type, action);
  const hdf5_handle space = own_hdf5(H5Dget_space(dataset.get()), action);
  const hdf5_handle transfer = own_hdf5(H5Pcreate(H5P_DATASET_XFER), action);
  // Every text is somewhere in the file, without compression; a zero byte is added to each.
  const auto count =
      static_cast<std::size_t>(check_hdf5(H5Sget_simple_extent_npoints(space.get()), action));
  text_memory memory(static_cast<std::size_t>(file_bytes) + count);
  check_hdf5(H5Pset_vlen_mem_manager(transfer.get(), text_memory::allocate, &memory,
                                     text_memory::free_with_the_others, &memory),
             action);
  return read_hdf5_texts(
      type.get(), space.get(), transfer.get(), action, [&](hid_t memory_type, void* to) {
        return H5Dread(dataset.get(), memory_type, H5S_ALL, H5S_ALL, transfer.get(), to);
      });
}

void put_texts(hid_t file, const std::string& name, const std::vector<std::string>& texts,
               bool is_scalar, const std::string& action) {
  const hdf5_handle links = make_hdf5_groups(file, name, action);
  const hdf5_handle type = hdf5_string_type();
  const auto count = static_cast<hsize_t>(texts.size());
  const hdf5_handle space =
      own_hdf5(is_scalar ? H5Screate(H5S_SCALAR) : H5Screate_simple(1, &count, nullptr), action);
  const hdf5_handle creation = own_hdf5(H5Pcreate(H5P_DATASET_CREATE), action);
  check_hdf5(H5Pset_obj_track_times(creation.get(), false), action);
  const hdf5_handle dataset = own_hdf5(H5Dcreate2(file, name.c_str(), type.get(), space.get(),
                                                  links.get(), creation.get(), H5P_DEFAULT),
                                       action);
  if (count > 0)
    check_hdf5(H5Dwrite(dataset.get(), type.get(), H5S_ALL, H5S_ALL, H5P_DEFAULT,
                        hdf5_text_pointers(texts).data()),
               action);
}

} // namespace

} // namespace detail

using namespace detail;

void hdf5_file::write(const std::string& name, const std::vector<std::string>& texts) {
  write_texts(name, texts, false);
}

void hdf5_file::write(const std::string& name, const std::string& text) {
  write_texts(name, {text}, true);
}

void hdf5_file::write_texts(const std::string& name, const std::vector<std::string>& texts,
                            bool is_scalar) {
  state& s = *state_;
  s.check_writable();
  s.check_same(fmt::format("write texts '{}'", name));
  const std::string action = s.failure(name);
  check_hdf5_name(name);
  text_from_root(s.comm, [&] {
    check_hdf5_texts(texts, action);
    check_hdf5_is_new(s.file.get(), name, s.path);
    return std::string();
  });
  s.writing([&] {
    text_from_root(s.comm, [&] {
      put_texts(s.file.get(), name, texts, is_scalar, action);
      s.check_device();
      return std::string();
    });
  });
}

std::string hdf5_file::read_single_text(const std::string& name) {
  const std::vector<std::string> texts = read_text(name);
  if (texts.size() == 1) return texts.front();
  throw shape_error(
      fmt::format("{}: it holds {} texts, and one was asked for; read_text reads them all",
                  state_->failure(name), texts.size()));
}

std::vector<std::string> hdf5_file::read_text(const std::string& name) {
  state& s = *state_;
  s.check_readable();
  s.check_same(fmt::format("read texts '{}'", name));
  const std::string bytes = text_from_root(s.comm, [&] {
    value_packer to;
    to.put(read_texts(s.file.get(), name, *s.input, s.failure(name)));
    return to.bytes();
  });
  std::vector<std::string> texts;
  value_unpacker(bytes).take(texts);
  return texts;
}

} // namespace tessera
