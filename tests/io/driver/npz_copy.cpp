#include "npz_copy.hpp"

#include <tessera/core/complex.hpp>
#include <tessera/core/text/text.hpp>
#include <tessera/io/npz.hpp>

#include <map>
#include <vector>

using namespace tessera;

namespace {

using arrays = std::vector<npz_array>;

template <class T, std::size_t N>
void copy_ndim(const npz_file& from, const std::string& name, arrays& to) {
  // Expressions are kept by npz_array itself; text has none.
  to.emplace_back(name, from.load<T, N>(name)(slice(none, none, -1)).copy()(slice(none, none, -1)));
}

template <class T> void copy_type(const npz_file& from, const std::string& name, arrays& to) {
  switch (from.header(name).shape.size()) {
  case 1: return copy_ndim<T, 1>(from, name, to);
  case 2: return copy_ndim<T, 2>(from, name, to);
  default: return copy_ndim<T, 3>(from, name, to);
  }
}

const std::map<std::string, void (*)(const npz_file&, const std::string&, arrays&)> types = {
    {"b1", copy_type<bool>},           {"i1", copy_type<std::int8_t>},
    {"i2", copy_type<std::int16_t>},   {"i4", copy_type<std::int32_t>},
    {"i8", copy_type<std::int64_t>},   {"u1", copy_type<std::uint8_t>},
    {"u2", copy_type<std::uint16_t>},  {"u4", copy_type<std::uint32_t>},
    {"u8", copy_type<std::uint64_t>},  {"f4", copy_type<float>},
    {"f8", copy_type<double>},         {"c8", copy_type<std::complex<float>>},
    {"S1", copy_type<char>},           {"c16", copy_type<std::complex<double>>},
    {"S7", copy_type<fixed_string<7>>}};

} // namespace

void copy_npz(const std::string& from, const std::string& to, bool compressed) {
  const npz_file file(from);
  arrays all;
  for (const std::string& name : file.names()) {
    const auto found = types.find(file.header(name).descr.substr(1));
    (found != types.end() ? found->second : copy_type<double>)(file, name, all);
  }
  save_npz(to, all, {.compressed = compressed});
}
