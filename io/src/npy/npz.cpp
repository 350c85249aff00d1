#include "files/from_root.hpp"
#include "files/own_errors.hpp"
#include "files/same_ranks.hpp"
#include "npy/gathered_npy.hpp"
#include "npy/npz_names.hpp"
#include "npy/packed_source.hpp"
#include "npy/zip_target.hpp"
#include "types/shape_text.hpp"

#include <tessera/core/error.hpp>
#include <tessera/core/files/file_errors.hpp>
#include <tessera/core/profile.hpp>
#include <tessera/core/types/padding.hpp>
#include <tessera/distributed/ranks/agreed.hpp>
#include <tessera/io/npz.hpp>

#include <fmt/core.h>

#include <array>
#include <deque>
#include <memory>
#include <set>
#include <span>
#include <string_view>

namespace tessera {

namespace {

using namespace detail;

/// What libzip reads while it writes the archive: the bytes of one npy file, in two pieces.
struct npy_pieces {
  explicit npy_pieces(const npz_array& array)
      : head(npy_head(array.type(), array.shape().data(), array.shape().size())) {
    index_t bytes = array.type().size;
    for (const index_t n : array.shape()) bytes *= n;
    const void* elements = array.data();
    if (has_padding(array.type())) {
      const auto* const first = static_cast<const std::byte*>(elements);
      without_padding.assign(first, first + bytes);
      zero_padding(without_padding.data(), array.type(), bytes / array.type().size);
      elements = without_padding.data();
    }
    const auto at = [](const void* data) { // libzip's type is for writing, too
      return static_cast<zip_uint8_t*>(const_cast<void*>(data)); // NOLINT
    };
    pieces[0] = {at(head.data()), head.size()};
    pieces[1] = {at(elements), static_cast<zip_uint64_t>(bytes)};
  }
  [[nodiscard]] std::vector<std::string_view> texts() const {
    return {head, {reinterpret_cast<const char*>(pieces[1].data), pieces[1].length}};
  }
  npy_pieces(const npy_pieces&) = delete;
  npy_pieces& operator=(const npy_pieces&) = delete;
  ~npy_pieces() = default;

  std::string head;
  std::vector<std::byte> without_padding; // a copy of elements that have any
  std::array<zip_buffer_fragment_t, 2> pieces{};
};

void check_names(std::span<const npz_array> arrays) {
  std::set<std::string> seen;
  for (const npz_array& array : arrays) {
    const char* const problem = problem_of_npz_name(array.name());
    if (problem != nullptr)
      throw argument_error(
          fmt::format("no array of an npz file can be called '{}': {}", array.name(), problem));
    if (!seen.insert(array.name()).second)
      throw argument_error(fmt::format("two arrays of one npz file are called '{}'", array.name()));
  }
}

constexpr zip_uint16_t usual_level = 6; // zlib's and Python's, where libzip takes 9

/// All that libzip reads.
struct npz_sources {
  npz_gatherer* gatherer = nullptr; // of global arrays
  index_t made = 0;
  std::deque<npy_pieces> bytes{};
  std::vector<std::unique_ptr<zip_input>> inputs{};

  zip_source_t* make(zip_t* archive, const npz_array& array, bool compressed) {
    const index_t number = made++;
    if (array.global() != nullptr) return make_gathered(archive, array, number, compressed);
    const npy_pieces& local = bytes.emplace_back(array);
    if (compressed) return make_packed(archive, {local.texts(), usual_level});
    const zip_uint64_t pieces = local.pieces[1].length > 0 ? 2 : 1;
    return zip_source_buffer_fragment(archive, local.pieces.data(), pieces, 0);
  }

  zip_source_t* make_gathered(zip_t* archive, const npz_array& array, index_t number,
                              bool compressed) {
    const auto npy = std::make_shared<gathered_npy>(*gatherer, array, number);
    if (compressed)
      return make_packed(archive, {[npy](char* to, index_t count) { npy->read(to, count); },
                                   npy->size(), usual_level});
    return inputs.emplace_back(std::make_unique<stored_source>(*npy))->create(archive);
  }
  zip_source_t* make_packed(zip_t* archive, deflate_blocks blocks) {
    return inputs.emplace_back(std::make_unique<packed_source>(std::move(blocks)))->create(archive);
  }
};

void add(zip_t* archive, const npz_array& array, npz_sources& sources, bool compressed) {
  constexpr zip_uint16_t first_day = 33; // 1980-01-01, as in NumPy's archives
  const std::string name = array.name() + ".npy";
  zip_source_t* const source = sources.make(archive, array, compressed);
  if (source == nullptr) return;
  const zip_int64_t at = zip_file_add(archive, name.c_str(), source, ZIP_FL_ENC_UTF_8);
  if (at < 0) return zip_source_free(source);
  const auto index = static_cast<zip_uint64_t>(at);
  zip_file_set_dostime(archive, index, 0, first_day, 0);
  zip_set_file_compression(archive, index, compressed ? ZIP_CM_DEFLATE : ZIP_CM_STORE,
                           compressed ? usual_level : 0);
}

struct discard_archive {
  void operator()(zip_t* archive) const { zip_discard(archive); }
};

void write_archive(output_file& file, std::span<const npz_array> arrays, const npz_options& options,
                   npz_gatherer* gatherer) {
  npz_sources sources{gatherer};
  zip_target target(file);
  std::unique_ptr<zip_t, discard_archive> archive(target.create());
  for (const npz_array& array : arrays) add(archive.get(), array, sources, options.compressed);
  const zip_int64_t added = zip_get_num_entries(archive.get(), 0);
  if (added == static_cast<zip_int64_t>(arrays.size()) && zip_close(archive.get()) == 0) {
    static_cast<void>(archive.release()); // closed, it is gone
    return;
  }
  const std::string reason = zip_strerror(archive.get());
  target.rethrow();
  for (const auto& input : sources.inputs) input->rethrow();
  throw_file_error("write", file.path(), reason);
}

/// An archive of nothing, which libzip does not write.
void write_nothing(const output_file& file) {
  const std::string bytes = std::string("PK\5\6") + std::string(18, '\0');
  file.write_at(0, bytes.data(), static_cast<index_t>(bytes.size()));
}

void save(const std::string& path, std::span<const npz_array> arrays, const npz_options& options,
          npz_gatherer* gatherer = nullptr) {
  check_names(arrays);
  output_file file = output_file::create(path);
  if (arrays.empty())
    write_nothing(file);
  else
    write_archive(file, arrays, options, gatherer);
  file.commit();
}

void check_local(std::span<const npz_array> arrays) {
  for (const npz_array& array : arrays)
    if (array.global() != nullptr)
      throw argument_error(
          fmt::format("'{}' is a global array: save_npz(comm, path, ...) writes it, on all ranks",
                      array.name()));
}

/// All ranks save the same, but for local arrays, of which rank 0's count. Collective.
void check_same(const communicator& comm, const std::string& path,
                std::span<const npz_array> arrays, const npz_options& options) {
  std::string mine = fmt::format("'{}'{}", path, options.compressed ? ", compressed" : "");
  for (const npz_array& array : arrays)
    mine +=
        fmt::format(", '{}' of {}{}", array.name(), to_string(array.type()),
                    array.global() != nullptr ? " over ranks, " + shape_text(array.shape()) : "");
  agree(comm, "an npz file that is written", mine);
  check_names(arrays);
  for (const npz_array& array : arrays)
    if (array.global() != nullptr) check_same_ranks(comm, array.global()->block->comm(), path);
}

/// Rank 0 writes, and asks the others for what it has not. Collective.
void save(const communicator& comm, const std::string& path, std::span<const npz_array> arrays,
          const npz_options& options) {
  TESSERA_PROFILE("npz: write");
  check_same(comm, path, arrays, options);
  npz_gatherer gatherer(comm, arrays);
  if (comm.rank() != 0) gatherer.serve();
  text_from_root(comm, [&] {
    struct end_of_serving {
      npz_gatherer& of;
      ~end_of_serving() { of.end(); }
    } const end{gatherer};
    save(path, arrays, options, &gatherer);
    return std::string();
  });
}

} // namespace

void save_npz(const std::string& path, std::initializer_list<npz_array> arrays,
              const npz_options& options) {
  check_local({arrays.begin(), arrays.size()});
  detail::with_own_errors([&] { save(path, {arrays.begin(), arrays.size()}, options); });
}

void save_npz(const std::string& path, const std::vector<npz_array>& arrays,
              const npz_options& options) {
  check_local(arrays);
  detail::with_own_errors([&] { save(path, arrays, options); });
}

void save_npz(const communicator& comm, const std::string& path,
              std::initializer_list<npz_array> arrays, const npz_options& options) {
  save(comm, path, {arrays.begin(), arrays.size()}, options);
}

void save_npz(const communicator& comm, const std::string& path,
              const std::vector<npz_array>& arrays, const npz_options& options) {
  save(comm, path, arrays, options);
}

} // namespace tessera
