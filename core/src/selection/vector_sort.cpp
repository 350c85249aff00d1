#include "selection/vector_sort.hpp"

#include <hwy/contrib/sort/vqsort.h>

#include <cstddef>
#include <type_traits>

namespace tessera::detail {

namespace {

template <std::size_t Size, bool Signed>
using sized_integer = std::conditional_t<
    Size == 2, std::conditional_t<Signed, std::int16_t, std::uint16_t>,
    std::conditional_t<Size == 4, std::conditional_t<Signed, std::int32_t, std::uint32_t>,
                       std::conditional_t<Signed, std::int64_t, std::uint64_t>>>;

/// The library's name of a type.
template <class T> auto library_type() {
  if constexpr (std::is_same_v<T, double_word>)
    return hwy::uint128_t{};
  else
    return sized_integer<sizeof(T), std::is_signed_v<T>>{};
}

/// It owns the buffer that all sorts of a thread share.
template <class T> void sort_by_library(T* values, index_t n) {
  static thread_local const hwy::Sorter sorter;
  sorter(reinterpret_cast<decltype(library_type<T>())*>(values), static_cast<std::size_t>(n),
         hwy::SortAscending());
}

} // namespace

template <class T> void vector_sort(T* values, index_t n) { sort_by_library(values, n); }
void vector_sort(double_word* values, index_t n) { sort_by_library(values, n); }

#define TESSERA_INSTANTIATE_SORT(T) template void vector_sort(T*, index_t);
TESSERA_INSTANTIATE_SORT(short)
TESSERA_INSTANTIATE_SORT(unsigned short)
TESSERA_INSTANTIATE_SORT(int)
TESSERA_INSTANTIATE_SORT(unsigned)
TESSERA_INSTANTIATE_SORT(long)
TESSERA_INSTANTIATE_SORT(unsigned long)
#undef TESSERA_INSTANTIATE_SORT

} // namespace tessera::detail
