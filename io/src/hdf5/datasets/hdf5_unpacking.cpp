#include "hdf5/datasets/hdf5_unpacking.hpp"
#include "hdf5/attributes/hdf5_attribute_text.hpp"
#include "hdf5/wrappers/hdf5_strings.hpp"
#include "hdf5/wrappers/hdf5_types.hpp"
#include "types/with_dtype.hpp"

#include <tessera/core/error.hpp>

#include <fmt/core.h>

#include <algorithm>
#include <cmath>
#include <cstring>

namespace tessera::detail {

namespace {

constexpr const char* names[] = {"scale_factor", "add_offset", "_FillValue", "missing_value",
                                 "_Unsigned"};
// Of one attribute.
constexpr hssize_t most_values = 4096;

bool has_attribute(const hdf5_handle& dataset, const char* name, const std::string& action) {
  return check_hdf5(H5Aexists(dataset.get(), name), action) > 0;
}

/// Not open where there is no such.
hdf5_handle attribute_of(const hdf5_handle& dataset, const char* name, const std::string& action) {
  if (!has_attribute(dataset, name, action)) return {};
  return own_hdf5(H5Aopen(dataset.get(), name, H5P_DEFAULT), action);
}

/// The numbers of an attribute, exactly; none where there is no such attribute.
std::vector<long double> numbers_of(const hdf5_handle& dataset, const char* name,
                                    const std::string& action) {
  const hdf5_handle attribute = attribute_of(dataset, name, action);
  if (!attribute.is_open()) return {};
  const hdf5_handle type = own_hdf5(H5Aget_type(attribute.get()), action);
  const hdf5_handle space = own_hdf5(H5Aget_space(attribute.get()), action);
  const hssize_t count = check_hdf5(H5Sget_simple_extent_npoints(space.get()), action);
  const auto conversion = conversion_from(type.get());
  const auto stored = stored_dtype(type.get());
  const bool is_real =
      stored && (stored->kind == 'i' || stored->kind == 'u' || stored->kind == 'f');
  if (!is_real || count > most_values)
    throw element_type_error(fmt::format("{}: its attribute '{}' is no number", action, name));
  std::vector<std::byte> bytes(static_cast<std::size_t>(count * conversion->stored_size()));
  if (count > 0) check_hdf5(H5Aread(attribute.get(), type.get(), bytes.data()), action);
  std::vector<std::byte> decoded(static_cast<std::size_t>(count * conversion->size()));
  conversion->run(bytes.data(), decoded.data(), count);
  std::vector<long double> values;
  with_real_dtype(type_in_memory(*stored), [&]<class T>(type_tag<T>) {
    for (hssize_t k = 0; k < count; ++k) {
      T value;
      std::memcpy(&value, decoded.data() + static_cast<std::size_t>(k) * sizeof(T), sizeof value);
      values.push_back(static_cast<long double>(value));
    }
  });
  return values;
}

double number_of(const hdf5_handle& dataset, const char* name, double otherwise,
                 const std::string& action) {
  const std::vector<long double> values = numbers_of(dataset, name, action);
  return values.empty() ? otherwise : static_cast<double>(values.front());
}

bool says_unsigned(const hdf5_handle& dataset, const std::string& action) {
  const hdf5_handle attribute = attribute_of(dataset, "_Unsigned", action);
  if (!attribute.is_open()) return false;
  const std::string text = hdf5_attribute_text(attribute, action);
  return text == "true" || text == "True" || text == "['true']";
}

} // namespace

std::optional<value_unpacking> hdf5_unpacking(const hdf5_handle& dataset, hid_t type,
                                              const std::string& action) {
  const auto stored = stored_dtype(type);
  if (!stored || (stored->kind != 'i' && stored->kind != 'u' && stored->kind != 'f')) return {};
  const bool is_packed = std::any_of(std::begin(names), std::end(names), [&](const char* name) {
    return has_attribute(dataset, name, action);
  });
  if (!is_packed) return std::nullopt;
  value_unpacking unpacking{type_in_memory(*stored)};
  unpacking.scale = number_of(dataset, "scale_factor", 1, action);
  unpacking.offset = number_of(dataset, "add_offset", 0, action);
  for (const char* const name : {"_FillValue", "missing_value"})
    for (const long double value : numbers_of(dataset, name, action))
      unpacking.missing.push_back(value);
  if (stored->kind == 'i' && says_unsigned(dataset, action)) {
    unpacking.stored.kind = 'u';
    const long double range = std::ldexp(1.0L, 8 * stored->size);
    for (long double& value : unpacking.missing)
      if (value < 0) value += range;
  }
  return unpacking;
}

std::string hdf5_packing_text(const hdf5_handle& dataset, const std::string& action) {
  std::string text;
  for (const char* const name : names) {
    const hdf5_handle attribute = attribute_of(dataset, name, action);
    if (!attribute.is_open()) continue;
    text += (text.empty() ? "" : ", ") + std::string(name) + " " +
            hdf5_attribute_text(attribute, fmt::format("cannot read attribute '{}'", name));
  }
  return text;
}

} // namespace tessera::detail
