#include "hdf5/wrappers/filter_undo.hpp"
#include "hdf5/wrappers/hdf5_memory_file.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <array>

namespace tessera::detail {

namespace {

constexpr H5Z_filter_t guard_id = 311; // of those for use within one program
constexpr std::size_t scaled_head = 21;
constexpr unsigned most_pixels = 32; // in a block of szip's
constexpr char too_short[] = "a chunk is too short for its elements";

/// Lets through only what has the size that the parameters say.
std::size_t check_size(unsigned /*flags*/, std::size_t count, const unsigned values[],
                       std::size_t bytes, std::size_t* /*room*/, void** /*data*/) {
  if (count < 2) return 0;
  const std::size_t wanted = std::size_t{values[1]} << 32U | values[0];
  return bytes == wanted ? bytes : 0;
}

herr_t register_guard() {
  static constexpr H5Z_class2_t guard{H5Z_CLASS_T_VERS,           guard_id, 1,       1,
                                      "tessera: size of a chunk", nullptr,  nullptr, check_size};
  return H5Zregister(&guard);
}

void set_guard(const hdf5_handle& creation, std::size_t bytes, const std::string& action) {
  const hdf5_lock lock; // before the one of what is static
  static const herr_t registered = register_guard();
  check_hdf5(registered, action);
  const std::array<unsigned, 2> size{static_cast<unsigned>(bytes & 0xffffffffU),
                                     static_cast<unsigned>(bytes >> 32U)};
  check_hdf5(H5Pset_filter(creation.get(), guard_id, H5Z_FLAG_MANDATORY, size.size(), size.data()),
             action);
}

bool is_number(hid_t type) {
  return H5Tget_class(type) == H5T_INTEGER || H5Tget_class(type) == H5T_FLOAT;
}

unsigned little_endian(const std::vector<std::byte>& data) {
  unsigned value = 0;
  for (std::size_t k = 4; k-- > 0;) value = value << 8U | static_cast<unsigned>(data[k]);
  return value;
}

/// Zeros where the filter may look behind the end.
void pad(std::vector<std::byte>& data, std::size_t bytes) {
  if (data.size() < bytes) data.resize(bytes);
}

} // namespace

filter_undo::filter_undo(const hdf5_handle& creation, unsigned k, const hdf5_handle& type,
                         std::size_t bytes, const std::string& action)
    : bytes_(bytes), itemsize_(H5Tget_size(type.get())),
      type_(own_hdf5(H5Tcopy(type.get()), action)) {
  if (is_number(type.get())) precision_ = H5Tget_precision(type.get());
  const hdf5_handle anew = own_hdf5(H5Pcopy(creation.get()), action);
  check_hdf5(H5Premove_filter(anew.get(), H5Z_FILTER_ALL), action);
  check_hdf5(H5Pset_fill_time(anew.get(), H5D_FILL_TIME_NEVER), action);
  check_hdf5(H5Pset_alloc_time(anew.get(), H5D_ALLOC_TIME_INCR), action);
  check_hdf5(H5Pset_chunk_opts(anew.get(), 0), action);
  set_guard(anew, bytes, action);
  set_filter(creation, k, anew, action);
  std::array<hsize_t, H5S_MAX_RANK> extents{};
  ndim_ = static_cast<std::size_t>(
      check_hdf5(H5Pget_chunk(anew.get(), H5S_MAX_RANK, extents.data()), action));
  const hdf5_handle space =
      own_hdf5(H5Screate_simple(static_cast<int>(ndim_), extents.data(), nullptr), action);
  file_ = hdf5_file_in_memory(0, action); // it grows; a damaged size takes no memory
  dataset_ = own_hdf5(H5Dcreate2(file_.get(), "chunk", type_.get(), space.get(), H5P_DEFAULT,
                                 anew.get(), H5P_DEFAULT),
                      action);
}

/// Where HDF5 can find the parameters itself, it does.
void filter_undo::set_filter(const hdf5_handle& creation, unsigned k, const hdf5_handle& anew,
                             const std::string& action) {
  unsigned flags = 0;
  std::size_t count = 0;
  id_ = check_hdf5(H5Pget_filter2(creation.get(), k, &flags, &count, nullptr, 0, nullptr, nullptr),
                   action);
  std::vector<unsigned> values(std::max<std::size_t>(count, 4));
  count = values.size();
  check_hdf5(H5Pget_filter2(creation.get(), k, &flags, &count, values.data(), 0, nullptr, nullptr),
             action);
  const auto number = [&](std::size_t at) { return at < count ? values[at] : 0; };
  if (id_ == H5Z_FILTER_NBIT) {
    check_hdf5(H5Pset_nbit(anew.get()), action);
  } else if (id_ == H5Z_FILTER_SCALEOFFSET) {
    const auto kind = static_cast<H5Z_SO_scale_type_t>(number(0));
    leaves_as_is_ = kind == H5Z_SO_INT && number(1) == 8 * itemsize_;
    check_hdf5(H5Pset_scaleoffset(anew.get(), kind, static_cast<int>(number(1))), action);
  } else if (id_ == H5Z_FILTER_SZIP) {
    if (number(1) < 2 || number(1) > most_pixels)
      throw_hdf5(fmt::format("{}: szip has blocks of {} pixels", action, number(1)));
    check_hdf5(H5Pset_szip(anew.get(), number(0), number(1)), action);
  } else {
    check_hdf5(H5Pset_filter(anew.get(), id_, H5Z_FLAG_MANDATORY, count, values.data()), action);
  }
}

std::string filter_undo::prepare_szip(const std::vector<std::byte>& data) const {
  if (data.size() < 4) return too_short;
  return little_endian(data) == bytes_ ? "" : "a chunk says that it has another size";
}

std::string filter_undo::prepare_scaled(std::vector<std::byte>& data) const {
  if (data.size() < scaled_head) return too_short;
  const std::size_t bits = little_endian(data);
  if (bits > 8 * itemsize_) return "a chunk has numbers of too many bits";
  const std::size_t count = bytes_ / itemsize_;
  if (data.size() - scaled_head < (count * bits + 7) / 8) return too_short;
  pad(data, scaled_head + bytes_ + 1);
  return {};
}

std::string filter_undo::prepare_bits(std::vector<std::byte>& data) const {
  const std::size_t count = bytes_ / itemsize_;
  if (data.size() < (count * precision_ + 7) / 8) return too_short;
  if (data.size() < bytes_) pad(data, bytes_ + 1); // where all bits are kept, they are all there
  return {};
}

/// HDF5's filters trust these.
std::string filter_undo::prepare(std::vector<std::byte>& data) const {
  switch (id_) {
  case H5Z_FILTER_SZIP: return prepare_szip(data);
  case H5Z_FILTER_SCALEOFFSET: return prepare_scaled(data);
  case H5Z_FILTER_NBIT: return prepare_bits(data);
  default: return {};
  }
}

std::string filter_undo::run(std::vector<std::byte>& data) const {
  if (leaves_as_is_) return {};
  std::string problem = prepare(data);
  if (!problem.empty()) return problem;
  const std::vector<hsize_t> origin(ndim_, 0);
  std::vector<std::byte> whole(bytes_);
  if (H5Dwrite_chunk(dataset_.get(), H5P_DEFAULT, 0, origin.data(), data.size(), data.data()) < 0 ||
      H5Dread(dataset_.get(), type_.get(), H5S_ALL, H5S_ALL, H5P_DEFAULT, whole.data()) < 0)
    return fmt::format("a chunk cannot be unpacked ({})", hdf5_reason());
  data.swap(whole);
  return {};
}

} // namespace tessera::detail
