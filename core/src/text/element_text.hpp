// How single elements become text: what the layout of an array's text asks for.
// Its parts lie in element_text.cpp, struct_text.cpp and element_format.cpp.
#pragma once

#include <tessera/core/text/format.hpp>

#include <memory>
#include <string>
#include <vector>

namespace tessera::detail {

/// Makes the text of one element.
class element_writer {
public:
  virtual ~element_writer() = default;
  [[nodiscard]] virtual std::string operator()(const std::byte* element) const = 0;
};

/// Elements that will be printed, for formats that depend on all of them.
using printed_elements = std::vector<const std::byte*>;

/// Elements as NumPy prints them, each as wide as the widest.
std::unique_ptr<element_writer> aligned_writer(const printed_array& a,
                                               const printed_elements& elements,
                                               const print_options& options);
/// Structs, every member as wide as the widest of its name.
std::unique_ptr<element_writer> struct_writer(const printed_array& a,
                                              const printed_elements& elements,
                                              const print_options& options);
/// Elements by a format of their own, see `format`.
std::unique_ptr<element_writer> spec_writer(const printed_array& a, std::string_view spec);

template <class T> T element_at(const std::byte* element) {
  return *reinterpret_cast<const T*>(element);
}
std::int64_t signed_at(const std::byte* element, index_t itemsize);
std::uint64_t unsigned_at(const std::byte* element, index_t itemsize);
/// The text without the NULs at its end.
std::string_view bytes_at(const std::byte* element, index_t itemsize);

} // namespace tessera::detail
