#include "hdf5/wrappers/hdf5_types.hpp"

#include <tessera/core/members.hpp>

#include <fmt/core.h>

#include <string>
#include <vector>

namespace tessera::detail {

namespace {

std::string there_are(hid_t compound) {
  std::string text = "there are ";
  const int count = H5Tget_nmembers(compound);
  for (int k = 0; k < count; ++k)
    text += fmt::format("{}{}'", k > 0 ? ", '" : "'",
                        stored_member_name(compound, static_cast<unsigned>(k)));
  return text;
}

/// Collects what moves from an element of a file to one of memory.
class mover {
public:
  explicit mover(element_conversion& to) : conversion_(to) {}

  /// `count` elements that follow each other; returns why they cannot be read.
  std::string add(hid_t stored, index_t from, dtype wanted, index_t to, index_t count) {
    if (const struct_member* const elements = elements_of_fixed(wanted))
      return add_arrays(stored, from, wanted, *elements, to, count);
    if (wanted.kind == 'V' && H5Tget_class(stored) == H5T_COMPOUND)
      return add_structs(stored, from, wanted, to, count);
    const auto known = stored_dtype(stored);
    if (!known || !holds_all_values(*known, wanted)) return cannot(stored, wanted);
    if (const auto number = stored_number_of(stored))
      add_number(*number, from, wanted, to, count);
    else
      add_complex(*stored_complex_of(stored), static_cast<index_t>(H5Tget_size(stored)), from,
                  wanted, to, count);
    return {};
  }

private:
  static std::string cannot(hid_t stored, dtype wanted) {
    const auto known = stored_dtype(stored);
    std::string problem =
        fmt::format("its elements are of type {}, which cannot be read as {} without loss",
                    stored_type_name(stored), to_string(wanted));
    if (H5Tget_class(stored) == H5T_STRING && !known) problem += "; read_text reads it";
    return problem;
  }

  void add_number(const stored_number& number, index_t from, dtype wanted, index_t to,
                  index_t count) {
    if (wanted.kind != 'c') return conversion_.add({from, to, number, wanted, count});
    conversion_.begin_with_zeros(); // of the imaginary parts
    for (index_t k = 0; k < count; ++k)
      conversion_.add(
          {from + k * number.size, to + k * wanted.size, number, {'f', wanted.size / 2}, 1});
  }

  void add_complex(const stored_complex& parts, index_t stored_size, index_t from, dtype wanted,
                   index_t to, index_t count) {
    const int half = wanted.size / 2;
    const index_t size = parts.part.size;
    const dtype part{'f', half};
    if (parts.real == 0 && parts.imaginary == size && stored_size == 2 * size)
      return conversion_.add({from, to, parts.part, part, 2 * count});
    for (index_t k = 0; k < count; ++k) {
      const index_t element = from + k * stored_size;
      conversion_.add({element + parts.real, to + k * wanted.size, parts.part, part, 1});
      conversion_.add(
          {element + parts.imaginary, to + k * wanted.size + half, parts.part, part, 1});
    }
  }

  /// Fixed arrays: the numbers of several follow each other, there and here.
  std::string add_arrays(hid_t stored, index_t from, dtype wanted, const struct_member& elements,
                         index_t to, index_t count) {
    if (H5Tget_class(stored) != H5T_ARRAY || stored_array_shape(stored) != elements.shape)
      return cannot(stored, wanted);
    const hdf5_handle item(H5Tget_super(stored));
    return add(item.get(), from, elements.type, to, count * elements.count());
  }

  std::string add_structs(hid_t stored, index_t from, dtype wanted, index_t to, index_t count) {
    const auto size = static_cast<index_t>(H5Tget_size(stored));
    std::string problem;
    for (index_t k = 0; k < count && problem.empty(); ++k)
      for (const struct_member& member : wanted.members->all) {
        problem = add_member(stored, from + k * size, member, to + k * wanted.size);
        if (!problem.empty()) break;
      }
    return problem;
  }

  std::string add_member(hid_t compound, index_t from, const struct_member& member, index_t to) {
    const int found = H5Tget_member_index(compound, member.name.c_str());
    if (found < 0)
      return fmt::format("it has no member '{}'; {}", member.name, there_are(compound));
    const auto k = static_cast<unsigned>(found);
    const hdf5_handle stored(H5Tget_member_type(compound, k));
    const bool is_array = H5Tget_class(stored.get()) == H5T_ARRAY;
    const hdf5_handle item(is_array ? H5Tget_super(stored.get()) : H5I_INVALID_HID);
    const std::vector<index_t> shape =
        is_array ? stored_array_shape(stored.get()) : std::vector<index_t>();
    if (shape != member.shape)
      return fmt::format("member '{}' is of type {}, not {}{}", member.name,
                         stored_type_name(stored.get()), to_string(member.type),
                         member.shape.empty() ? "" : sizes_text(member.shape));
    const std::string problem = add(is_array ? item.get() : stored.get(),
                                    from + static_cast<index_t>(H5Tget_member_offset(compound, k)),
                                    member.type, to + member.offset, member.count());
    return problem.empty() ? problem : fmt::format("member '{}': {}", member.name, problem);
  }

  element_conversion& conversion_;
};

} // namespace

element_conversion conversion_from(hid_t stored, dtype wanted, std::string& problem) {
  element_conversion conversion(static_cast<index_t>(H5Tget_size(stored)), wanted.size);
  problem = mover(conversion).add(stored, 0, wanted, 0, 1);
  return conversion;
}

std::string why_not_readable(hid_t stored, dtype wanted) {
  std::string problem;
  static_cast<void>(conversion_from(stored, wanted, problem));
  return problem;
}

std::optional<element_conversion> conversion_from(hid_t stored) {
  const auto known = stored_dtype(stored);
  if (!known) return std::nullopt;
  std::string problem;
  return conversion_from(stored, type_in_memory(*known), problem);
}

} // namespace tessera::detail
