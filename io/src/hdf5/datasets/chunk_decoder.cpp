#include "hdf5/datasets/chunk_decoder.hpp"
#include "hdf5/datasets/chunk_filters.hpp"
#include "hdf5/datasets/fletcher32.hpp"

#include <tessera/core/error.hpp>

#include <fmt/core.h>
#include <zlib.h>

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <utility>

namespace tessera::detail {

namespace {

using bytes_t = std::vector<std::byte>;

std::string check_sum(bytes_t& data) {
  if (data.size() < fletcher32_size) return "a chunk is shorter than its checksum";
  const std::size_t size = data.size() - fletcher32_size;
  std::uint32_t stored = 0;
  for (std::size_t k = fletcher32_size; k-- > 0;)
    stored = stored << 8U | static_cast<std::uint32_t>(data[size + k]);
  const std::uint32_t found = fletcher32(data.data(), size);
  // Old versions of HDF5 wrote the bytes of each half in the other order.
  const std::uint32_t reversed = (found & 0x00ff00ffU) << 8U | (found >> 8U & 0x00ff00ffU);
  if (stored != found && stored != reversed) return "a chunk does not fit its Fletcher32 checksum";
  data.resize(size);
  return {};
}

std::string unshuffle(bytes_t& data, std::size_t itemsize) {
  if (itemsize < 2 || data.size() < itemsize) return {};
  const std::size_t count = data.size() / itemsize;
  bytes_t whole(data.size());
  for (std::size_t b = 0; b < itemsize; ++b) {
    const std::byte* const from = data.data() + b * count;
    std::byte* const to = whole.data() + b;
    for (std::size_t i = 0; i < count; ++i) to[i * itemsize] = from[i];
  }
  std::copy(data.begin() + static_cast<std::ptrdiff_t>(count * itemsize), data.end(),
            whole.begin() + static_cast<std::ptrdiff_t>(count * itemsize));
  data.swap(whole);
  return {};
}

std::string inflate_all(bytes_t& data, std::size_t most) {
  constexpr std::size_t largest_compression = 1032; // of deflate
  // One more than fits, to notice; but no memory that cannot be needed.
  bytes_t whole(std::min(most, data.size() * largest_compression) + 1);
  auto size = static_cast<uLongf>(whole.size());
  const int code =
      ::uncompress(reinterpret_cast<Bytef*>(whole.data()), &size,
                   reinterpret_cast<const Bytef*>(data.data()), static_cast<uLong>(data.size()));
  if (code == Z_MEM_ERROR) return "no memory to unpack a chunk";
  if (code != Z_OK || size > most) return "a chunk cannot be unpacked (inflate() failed)";
  whole.resize(size);
  data.swap(whole);
  return {};
}

bool is_known(H5Z_filter_t id) {
  return id == H5Z_FILTER_DEFLATE || id == H5Z_FILTER_SHUFFLE || id == H5Z_FILTER_FLETCHER32;
}

} // namespace

chunk_decoder::chunk_decoder(const hdf5_handle& creation, const hdf5_handle& type, index_t bytes,
                             const std::string& action)
    : bytes_(bytes) {
  bool keeps_size = true; // what was applied before
  const auto listed = chunk_filters(creation.get(), action);
  for (std::size_t k = 0; k < listed.size(); ++k) {
    const H5Z_filter_t id = listed[k].id;
    filter f{id, static_cast<index_t>(listed[k].value)};
    if (!is_known(id) && !keeps_size)
      throw file_error(
          fmt::format("{}: filters in this order are not read: {} behind one that changes the size",
                      action, hdf5_filter_name(creation.get(), static_cast<unsigned>(k), action)));
    if (!is_known(id))
      f.other = std::make_shared<const filter_undo>(creation, static_cast<unsigned>(k), type,
                                                    static_cast<std::size_t>(bytes), action);
    filters_.push_back(std::move(f));
    keeps_size = keeps_size && id == H5Z_FILTER_SHUFFLE;
  }
}

bool chunk_decoder::is_for_threads() const {
  return std::none_of(filters_.begin(), filters_.end(),
                      [](const filter& f) { return f.other != nullptr; });
}

std::string chunk_decoder::undo(const filter& f, bytes_t& data) const {
  if (f.id == H5Z_FILTER_FLETCHER32) return check_sum(data);
  if (f.other) return f.other->run(data);
  if (f.id == H5Z_FILTER_SHUFFLE) return unshuffle(data, static_cast<std::size_t>(f.itemsize));
  return inflate_all(data, static_cast<std::size_t>(bytes_) + fletcher32_size * filters_.size());
}

std::string chunk_decoder::run(bytes_t& stored, unsigned left_out) const {
  for (std::size_t k = filters_.size(); k-- > 0;) {
    if ((left_out >> k & 1U) != 0) continue;
    std::string problem = undo(filters_[k], stored);
    if (!problem.empty()) return problem;
  }
  if (stored.size() == static_cast<std::size_t>(bytes_)) return {};
  return fmt::format("a chunk has {} bytes where {} belong", stored.size(), bytes_);
}

} // namespace tessera::detail
