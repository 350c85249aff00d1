/// @file
/// Products that are rounded before they are added to anything.
#pragma once

namespace tessera::detail {

#ifdef __has_builtin
#if __has_builtin(__builtin_assoc_barrier)
#define TESSERA_ROUNDED(x) __builtin_assoc_barrier(x)
#endif
#endif
#ifndef TESSERA_ROUNDED
#define TESSERA_ROUNDED(x) (x)
#endif

/// x, never fused with what it is added to. g++ 12 makes one operation of a multiplication, and a
/// subtraction and an addition side by side, where it vectorises them, -ffp-contract=off or not
/// (gcc bug 107647): so products of complex numbers would have other bits in vectors than in what
/// is left over at their ends. Costs nothing.
template <class R> constexpr R rounded(R x) { return TESSERA_ROUNDED(x); }

#undef TESSERA_ROUNDED

} // namespace tessera::detail
