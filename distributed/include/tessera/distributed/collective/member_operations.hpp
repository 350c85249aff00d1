/// @file
/// Operations on numbers as operations on structs, member by member.
#pragma once

#include <tessera/core/shape.hpp>
#include <tessera/core/types/dtype.hpp>

#include <array>
#include <type_traits>

namespace tessera::detail {

template <class M> inline constexpr bool is_member_array = std::is_array_v<M>;
template <class T, std::size_t N> inline constexpr bool is_member_array<std::array<T, N>> = true;
template <class T, std::size_t... N>
inline constexpr bool is_member_array<fixed_array<T, N...>> = true;

/// Combines two numbers or texts, structs of them or arrays of these, in place of the second.
template <class M, class Op> void combine_members(const M& lower, M& higher, const Op& op) {
  if constexpr (is_member_array<M>)
    for (std::size_t k = 0; k < sizeof(M) / sizeof(lower[0]); ++k)
      combine_members(lower[k], higher[k], op);
  else if constexpr (has_members<M>)
    for_members<M>([&](auto pointer) { combine_members(lower.*pointer, higher.*pointer, op); });
  else
    higher = op(lower, higher);
}

/// The same for n structs.
template <class T, class Op>
void combine_structs(const void* lower, void* higher, index_t n, const void* /*context*/) {
  for (index_t i = 0; i < n; ++i)
    combine_members(static_cast<const T*>(lower)[i], static_cast<T*>(higher)[i], Op{});
}

} // namespace tessera::detail
