#include "hdf5/wrappers/hdf5_types.hpp"

#include <algorithm>
#include <bit>
#include <string>

namespace tessera::detail {

namespace {

constexpr float_format half{15, 10, 5, 0, 10, 15, true};
constexpr float_format single{31, 23, 8, 0, 23, 127, true};
constexpr float_format twice{63, 52, 11, 0, 52, 1023, true};

bool is_swapped(hid_t type) {
  const H5T_order_t native =
      std::endian::native == std::endian::little ? H5T_ORDER_LE : H5T_ORDER_BE;
  return H5Tget_size(type) > 1 && H5Tget_order(type) != native;
}

/// Integers, and what is stored as these: bits and the values of enumerations.
std::optional<stored_number> integer_of(hid_t type) {
  const int size = static_cast<int>(H5Tget_size(type));
  if (size < 1 || size > 8) return std::nullopt;
  const bool is_signed = H5Tget_class(type) == H5T_INTEGER && H5Tget_sign(type) == H5T_SGN_2;
  const int width = static_cast<int>(std::bit_ceil(static_cast<unsigned>(size)));
  stored_number number{{is_signed ? 'i' : 'u', width}, size, is_swapped(type)};
  const int bits = static_cast<int>(H5Tget_precision(type));
  const int first = H5Tget_offset(type);
  if (bits < 1 || first < 0 || first + bits > 8 * size) return std::nullopt;
  if (bits == 8 * width) return number;
  number.bits = bits;
  number.first_bit = first;
  return number;
}

std::optional<float_format> format_of(hid_t type) {
  std::size_t sign = 0;
  std::size_t exponent = 0;
  std::size_t exponent_bits = 0;
  std::size_t mantissa = 0;
  std::size_t mantissa_bits = 0;
  if (H5Tget_fields(type, &sign, &exponent, &exponent_bits, &mantissa, &mantissa_bits) < 0)
    return std::nullopt;
  const std::size_t most = 8 * H5Tget_size(type);
  if (std::max({sign + 1, exponent + exponent_bits, mantissa + mantissa_bits}) > most)
    return std::nullopt;
  return float_format{static_cast<int>(sign),
                      static_cast<int>(exponent),
                      static_cast<int>(exponent_bits),
                      static_cast<int>(mantissa),
                      static_cast<int>(mantissa_bits),
                      static_cast<index_t>(H5Tget_ebias(type)),
                      H5Tget_norm(type) == H5T_NORM_IMPLIED};
}

/// Does a format of IEEE 754 hold all values of another one?
bool holds(const float_format& wide, const float_format& f) {
  const index_t largest = (index_t{1} << f.exponent_bits) - 2 - f.bias;
  return f.exponent_bits > 0 && f.mantissa_bits > 0 && f.exponent_bits <= wide.exponent_bits &&
         f.mantissa_bits <= wide.mantissa_bits + (f.has_hidden_bit ? 0 : 1) &&
         largest <= wide.bias && f.bias <= wide.bias;
}

std::optional<stored_number> float_of(hid_t type) {
  const auto format = format_of(type);
  const int size = static_cast<int>(H5Tget_size(type));
  const H5T_order_t order = H5Tget_order(type);
  if (!format || (order != H5T_ORDER_LE && order != H5T_ORDER_BE)) return std::nullopt;
  const bool swapped = is_swapped(type);
  if (size == 2 && *format == half) return stored_number{{'f', 2}, size, swapped};
  if (size == 4 && *format == single) return stored_number{{'f', 4}, size, swapped};
  if (size == 8 && *format == twice) return stored_number{{'f', 8}, size, swapped};
  if (size > 8 || !holds(twice, *format)) return std::nullopt;
  stored_number number{{'f', holds(single, *format) ? 4 : 8}, size, swapped};
  number.is_odd = true;
  number.format = *format;
  return number;
}

/// As h5py writes bool: FALSE is 0 and TRUE is 1, of any width and in any byte order.
bool is_bool(hid_t type, const stored_number& base) {
  if (H5Tget_nmembers(type) != 2) return false;
  for (unsigned k = 0; k < 2; ++k) {
    std::byte value[8]{};
    if (H5Tget_member_value(type, k, value) < 0) return false;
    const std::string name = stored_member_name(type, k);
    const int low = base.swapped ? base.size - 1 : 0;
    const std::byte expected = name == "TRUE" ? std::byte{1} : std::byte{0};
    if (name != "TRUE" && name != "FALSE") return false;
    for (int at = 0; at < base.size; ++at)
      if (value[at] != (at == low ? expected : std::byte{0})) return false;
  }
  return stored_member_name(type, 0) != stored_member_name(type, 1);
}

std::optional<stored_number> enumerated(hid_t type) {
  const hdf5_handle super(H5Tget_super(type));
  auto number = super.is_open() && H5Tget_class(super.get()) == H5T_INTEGER
                    ? integer_of(super.get())
                    : std::nullopt;
  if (number && is_bool(type, *number)) number->type = {'b', 1};
  return number;
}

std::optional<stored_number> text_of(hid_t type) {
  if (H5Tis_variable_str(type) > 0) return std::nullopt;
  const int size = static_cast<int>(H5Tget_size(type));
  stored_number text{{'S', size}, size};
  const H5T_str_t padding = H5Tget_strpad(type);
  text.padding = padding == H5T_STR_SPACEPAD ? ' ' : padding == H5T_STR_NULLTERM ? 't' : '\0';
  return text;
}

} // namespace

std::optional<stored_number> stored_number_of(hid_t type) {
  switch (H5Tget_class(type)) {
  case H5T_INTEGER:
  case H5T_BITFIELD: return integer_of(type);
  case H5T_FLOAT: return float_of(type);
  case H5T_ENUM: return enumerated(type);
  case H5T_STRING: return text_of(type);
  default: return std::nullopt;
  }
}

namespace {

bool is_one_of(const std::string& name, std::initializer_list<const char*> names) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

/// The names under which programs store the parts of complex numbers.
bool are_parts(const std::string& real, const std::string& imaginary) {
  return is_one_of(real, {"r", "re", "real", "Real", "REAL"}) &&
         is_one_of(imaginary, {"i", "im", "imag", "Imag", "imaginary", "Imaginary", "IMAG"});
}

} // namespace

std::optional<stored_complex> stored_complex_of(hid_t type) {
  if (H5Tget_class(type) != H5T_COMPOUND || H5Tget_nmembers(type) != 2) return std::nullopt;
  const unsigned real = are_parts(stored_member_name(type, 0), stored_member_name(type, 1)) ? 0 : 1;
  if (!are_parts(stored_member_name(type, real), stored_member_name(type, 1 - real)))
    return std::nullopt;
  const hdf5_handle first(H5Tget_member_type(type, real));
  const hdf5_handle second(H5Tget_member_type(type, 1 - real));
  if (H5Tget_class(first.get()) != H5T_FLOAT || H5Tequal(first.get(), second.get()) <= 0)
    return std::nullopt;
  const auto part = stored_number_of(first.get());
  if (!part) return std::nullopt;
  return stored_complex{*part, static_cast<index_t>(H5Tget_member_offset(type, real)),
                        static_cast<index_t>(H5Tget_member_offset(type, 1 - real)),
                        stored_member_name(type, real), stored_member_name(type, 1 - real)};
}

std::optional<dtype> stored_dtype(hid_t type) {
  if (const auto number = stored_number_of(type)) return number->type;
  if (const auto parts = stored_complex_of(type)) return dtype{'c', 2 * parts->part.type.size};
  return std::nullopt;
}

} // namespace tessera::detail
