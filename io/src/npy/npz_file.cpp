#include "files/own_errors.hpp"
#include "npy/npy_types.hpp"
#include "npy/npz_names.hpp"

#include <tessera/core/error.hpp>
#include <tessera/core/files/file_errors.hpp>
#include <tessera/io/input_file.hpp>
#include <tessera/io/npz.hpp>

#include <fmt/core.h>

#include <algorithm>
#include <string_view>
#include <zip.h>

namespace tessera {

namespace detail {

struct close_archive {
  void operator()(zip_t* archive) const { zip_discard(archive); }
};
struct close_member {
  void operator()(zip_file_t* member) const { zip_fclose(member); }
};

namespace {

[[noreturn]] void throw_npz(const std::string& path, const std::string& why) {
  throw_file_error("read", path, why);
}

} // namespace

struct npz_state {
  std::string path;
  index_t size = 0; // of the file
  std::unique_ptr<zip_t, close_archive> archive;
  std::vector<std::string> names;
  std::vector<zip_uint64_t> places; // of these, in the archive
};

struct npz_stream {
  std::string path; // of the file, with the array's name
  npz_state& from;
  zip_uint64_t index = 0;
  std::unique_ptr<zip_file_t, close_member> file;
  npy_header header;
  npy_type type{};
};

namespace {

/// Opened by libzip only when it is found to be an ordinary file, with the errors of all others.
void open_archive(npz_state& state) {
  state.size = input_file(state.path).size();
  int code = 0;
  state.archive.reset(zip_open(state.path.c_str(), ZIP_RDONLY | ZIP_CHECKCONS, &code));
  if (state.archive) return;
  if (code == ZIP_ER_NOZIP) throw_npz(state.path, "it is not an npz file, or it is truncated");
  if (code == ZIP_ER_EXISTS) throw_npz(state.path, "two of its members have the same name");
  zip_error_t error;
  zip_error_init_with_code(&error, code);
  const std::string reason = zip_error_strerror(&error);
  zip_error_fini(&error);
  throw_npz(state.path, "it is damaged: " + reason);
}

/// In UTF-8, or the bytes as they are.
std::string name_in(const npz_state& state, zip_uint64_t place, zip_flags_t encoding) {
  const char* const name = zip_get_name(state.archive.get(), place, encoding);
  return name == nullptr ? "" : name;
}

void list_arrays(npz_state& state) {
  const zip_int64_t count = zip_get_num_entries(state.archive.get(), 0);
  for (zip_uint64_t k = 0; k < static_cast<zip_uint64_t>(count); ++k) {
    std::string name = name_in(state, k, ZIP_FL_ENC_GUESS);
    const std::string raw = name_in(state, k, ZIP_FL_ENC_RAW);
    const char* const problem = problem_of_npz_name(raw);
    if (problem != nullptr)
      throw_npz(state.path, fmt::format("it has a member called '{}': {}", name, problem));
    if (!name.ends_with(npy_ending) || name.size() == npy_ending.size()) continue;
    name.resize(name.size() - npy_ending.size());
    state.names.push_back(std::move(name));
    state.places.push_back(k);
  }
}

zip_uint64_t place_of(const npz_state& state, const std::string& name) {
  const auto found = std::find(state.names.begin(), state.names.end(), name);
  if (found != state.names.end())
    return state.places[static_cast<std::size_t>(found - state.names.begin())];
  std::string all;
  for (const std::string& other : state.names) all += (all.empty() ? "" : ", ") + other;
  throw_npz(state.path, fmt::format("it holds no array called '{}'; {}", name,
                                    all.empty() ? "it holds none" : "it holds " + all));
}

/// How many bytes a member has, by the archive's list; checked against what its stored bytes can
/// make.
index_t checked_size(const npz_stream& stream) {
  constexpr zip_uint64_t most_per_byte = 1032; // deflate
  zip_stat_t s;
  zip_stat_init(&s);
  constexpr zip_uint64_t needed =
      ZIP_STAT_SIZE | ZIP_STAT_COMP_SIZE | ZIP_STAT_COMP_METHOD | ZIP_STAT_ENCRYPTION_METHOD;
  if (zip_stat_index(stream.from.archive.get(), stream.index, 0, &s) != 0 ||
      (s.valid & needed) != needed)
    throw_npz(stream.path, "its entry in the archive is damaged");
  if (s.encryption_method != ZIP_EM_NONE) throw_npz(stream.path, "it is encrypted");
  if (s.comp_method != ZIP_CM_STORE && s.comp_method != ZIP_CM_DEFLATE)
    throw_npz(stream.path, "it is packed by a method that numpy.savez_compressed does not use");
  const zip_uint64_t most =
      s.comp_method == ZIP_CM_STORE ? s.comp_size : (s.comp_size + 1) * most_per_byte;
  if (s.comp_size > static_cast<zip_uint64_t>(stream.from.size) || s.size > most)
    throw_npz(
        stream.path,
        fmt::format(
            "it claims {} bytes, which the {} bytes in the archive cannot give; it is damaged",
            s.size, s.comp_size));
  return static_cast<index_t>(s.size);
}

/// Reads up to so many bytes; returns how many there were.
index_t read_some(const npz_stream& stream, void* to, index_t bytes) {
  auto* next = static_cast<char*>(to);
  index_t got = 0;
  while (got < bytes) {
    const auto piece = static_cast<zip_uint64_t>(std::min(bytes - got, largest_transfer));
    const zip_int64_t here = zip_fread(stream.file.get(), next + got, piece);
    if (here < 0)
      throw_npz(stream.path,
                std::string("its bytes are damaged: ") + zip_file_strerror(stream.file.get()));
    if (here == 0) break;
    got += here;
  }
  return got;
}

void read_header(npz_stream& stream) {
  const index_t size = checked_size(stream);
  stream.file.reset(zip_fopen_index(stream.from.archive.get(), stream.index, 0));
  if (!stream.file)
    throw_npz(stream.path,
              std::string("it cannot be opened: ") + zip_strerror(stream.from.archive.get()));
  std::string head(std::min(static_cast<std::size_t>(size), npy_head_start), '\0');
  head.resize(
      static_cast<std::size_t>(read_some(stream, head.data(), static_cast<index_t>(head.size()))));
  const std::size_t start = head.size();
  head.resize(static_cast<std::size_t>(npy_head_size(stream.path, head, size)));
  const auto rest = static_cast<index_t>(head.size() - start);
  if (read_some(stream, head.data() + start, rest) != rest)
    throw_npz(stream.path, "it ends inside the header");
  stream.header = parse_npy_head(stream.path, head, size);
}

} // namespace

npz_member::npz_member(npz_state& archive, const std::string& name) {
  with_own_errors([&] {
    stream_.reset(new npz_stream{
        archive.path + "[" + name + "]", archive, place_of(archive, name), {}, {}, {}});
    read_header(*stream_);
  });
}

npz_member::~npz_member() = default;

const npy_header& npz_member::header() const { return stream_->header; }

void npz_member::check(dtype wanted, std::size_t ndim) {
  with_own_errors([&] { stream_->type = check_npy(stream_->path, stream_->header, wanted, ndim); });
}

void npz_member::read(void* to, index_t count) {
  const auto read = [&](void* piece, index_t bytes) {
    if (read_some(*stream_, piece, bytes) != bytes) throw_npz(stream_->path, "it ends too early");
  };
  with_own_errors([&] { read_npy_values(stream_->type, stream_->path, to, count, read); });
  // The checksum is compared when the end is reached.
  char beyond = 0;
  if (read_some(*stream_, &beyond, 1) != 0)
    throw_npz(stream_->path, "it has more bytes than its entry in the archive says");
}

} // namespace detail

npz_file::npz_file(const std::string& path) {
  detail::with_own_errors([&] {
    state_ = std::make_unique<detail::npz_state>();
    state_->path = path;
    detail::open_archive(*state_);
    detail::list_arrays(*state_);
  });
}

npz_file::npz_file(npz_file&& other) noexcept = default;
npz_file& npz_file::operator=(npz_file&& other) noexcept = default;
npz_file::~npz_file() = default;

const std::vector<std::string>& npz_file::names() const { return state_->names; }

npy_header npz_file::header(const std::string& name) const {
  return detail::npz_member(*state_, name).header();
}

void npz_file::load(const std::string& name, detail::dtype type, void* to, index_t count) const {
  detail::npz_member member(*state_, name);
  member.check(type, member.header().shape.size());
  member.read(to, count);
}

} // namespace tessera
