#include "types/number_conversion.hpp"

namespace tessera::detail {

element_conversion conversion_of_numbers(dtype stored, bool swapped, dtype wanted) {
  const auto part = [](dtype type) { return type.kind == 'c' ? dtype{'f', type.size / 2} : type; };
  element_conversion conversion(stored.size, wanted.size);
  // A real number that is read as a complex one has no imaginary part.
  if (stored.kind != 'c' && wanted.kind == 'c') conversion.begin_with_zeros();
  conversion.add(
      {0, 0, {part(stored), part(stored).size, swapped}, part(wanted), stored.kind == 'c' ? 2 : 1});
  return conversion;
}

} // namespace tessera::detail
