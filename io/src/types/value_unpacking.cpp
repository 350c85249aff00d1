#include "types/value_unpacking.hpp"
#include "types/with_dtype.hpp"

#include <cstring>
#include <limits>
#include <type_traits>

namespace tessera::detail {

namespace {

/// Those of the missing values that numbers of a type can have.
template <class T> std::vector<T> values_of(const std::vector<long double>& missing) {
  std::vector<T> values;
  for (const long double m : missing) {
    if constexpr (std::is_floating_point_v<T>) {
      values.push_back(static_cast<T>(m)); // rounded, as the program did that wrote them
    } else {
      constexpr auto low = static_cast<long double>(std::numeric_limits<T>::lowest());
      constexpr auto high = static_cast<long double>(std::numeric_limits<T>::max());
      if (m >= low && m <= high && static_cast<long double>(static_cast<T>(m)) == m)
        values.push_back(static_cast<T>(m));
    }
  }
  return values;
}

} // namespace

void value_unpacking::run(const std::byte* from, double* to, index_t count) const {
  with_real_dtype(stored, [&]<class T>(type_tag<T>) {
    const std::vector<T> gaps = values_of<T>(missing);
    for (index_t i = 0; i < count; ++i) {
      T value;
      std::memcpy(&value, from + i * index_t{sizeof(T)}, sizeof value);
      bool is_gap = false;
      for (const T gap : gaps) is_gap = is_gap || value == gap;
      const double result = static_cast<double>(value) * scale + offset;
      to[i] = is_gap ? std::numeric_limits<double>::quiet_NaN() : result;
    }
  });
}

} // namespace tessera::detail
