#include "hdf5/datasets/chunk_encoder.hpp"
#include "hdf5/datasets/chunk_filters.hpp"
#include "hdf5/datasets/fletcher32.hpp"

#include <tessera/core/error.hpp>

#include <fmt/core.h>
#include <zlib.h>

#include <algorithm>
#include <cstdint>
#include <utility>

namespace tessera::detail {

namespace {

/// The first bytes of all elements, then the second ones; what is no whole element at the end.
std::string shuffled(const std::string& data, std::size_t itemsize) {
  if (itemsize < 2 || data.size() < itemsize) return data;
  const std::size_t count = data.size() / itemsize;
  std::string result(data.size(), '\0');
  for (std::size_t b = 0; b < itemsize; ++b) {
    const char* const from = data.data() + b;
    char* const to = result.data() + b * count;
    for (std::size_t i = 0; i < count; ++i) to[i] = from[i * itemsize];
  }
  const auto whole = static_cast<std::ptrdiff_t>(count * itemsize);
  std::copy(data.begin() + whole, data.end(), result.begin() + whole);
  return result;
}

std::string deflated(const std::string& data, int level) {
  uLongf size = ::compressBound(static_cast<uLong>(data.size()));
  std::string result(size, '\0');
  const int code = ::compress2(reinterpret_cast<Bytef*>(result.data()), &size,
                               reinterpret_cast<const Bytef*>(data.data()),
                               static_cast<uLong>(data.size()), level);
  if (code != Z_OK) throw memory_error(fmt::format("no memory to pack {} bytes", data.size()));
  result.resize(size);
  result.shrink_to_fit(); // it is kept until all of a round are written
  return result;
}

void add_checksum(std::string& data) {
  std::uint32_t sum = fletcher32(reinterpret_cast<const std::byte*>(data.data()), data.size());
  for (std::size_t k = 0; k < fletcher32_size; ++k, sum >>= 8U)
    data += static_cast<char>(static_cast<unsigned char>(sum & 0xffU));
}

} // namespace

std::optional<chunk_encoder> chunk_encoder::of(const hdf5_handle& creation, index_t itemsize,
                                               const std::string& action) {
  chunk_encoder encoder;
  for (const auto& [id, value] : chunk_filters(creation.get(), action)) {
    switch (id) {
    case H5Z_FILTER_SHUFFLE:
      encoder.filters_.push_back({id, static_cast<unsigned>(itemsize)});
      break;
    case H5Z_FILTER_DEFLATE: encoder.filters_.push_back({id, value}); break;
    case H5Z_FILTER_FLETCHER32: encoder.filters_.push_back({id, 0}); break;
    default: return std::nullopt;
    }
  }
  return encoder;
}

std::string chunk_encoder::run(const std::byte* elements, index_t bytes) const {
  std::string data(reinterpret_cast<const char*>(elements), static_cast<std::size_t>(bytes));
  for (const chunk_filter_setting& f : filters_) {
    if (f.id == H5Z_FILTER_SHUFFLE)
      data = shuffled(data, f.value);
    else if (f.id == H5Z_FILTER_DEFLATE)
      data = deflated(data, static_cast<int>(f.value));
    else
      add_checksum(data);
  }
  return data;
}

} // namespace tessera::detail
