/// @file
/// What is checked beyond what always is, where TESSERA_CHECKED is defined: subscripts, offsets in
/// stencils, that ranks agree, and the use of arrays that are gone (see
/// docs/decisions/011-who-owns-what.md). A source that is compiled so turns the checks on in the
/// library too, however that was built.
///
/// It is implemented in expressions/lifetime.cpp.
#pragma once

#include <tessera/core/errors/standard.hpp>

#include <cstddef>
#include <cstdint>

/// The result refers to this: compilers that know the attribute warn where it outlives it.
#if defined(__has_cpp_attribute) && defined(__clang__)
#if __has_cpp_attribute(clang::lifetimebound)
#define TESSERA_LIFETIMEBOUND [[clang::lifetimebound]]
#endif
#endif
#ifndef TESSERA_LIFETIMEBOUND
#define TESSERA_LIFETIMEBOUND
#endif

namespace tessera::detail {

struct array_ref;

/// Turns on the checks of the compiled library. Always true.
bool turn_on_checks() noexcept;
bool checks_are_on() noexcept;

/// Is memory of arrays that are freed marked and kept for a while, so that what reads an array that
/// is gone throws? It is where checks are on, but for the address sanitizer, which finds that
/// itself: under it, memory is given back at once.
bool watches_lifetimes() noexcept;
/// The same without a call.
extern bool lifetimes_watched;
inline bool lifetimes_are_watched() noexcept {
  return __atomic_load_n(&lifetimes_watched, __ATOMIC_RELAXED);
}

/// What freed memory holds then, as seen from an address that is a multiple of 8: a signalling NaN
/// as double, NaN as float. Twice, so that it can be compared with from any address.
inline constexpr unsigned char freed_bytes[16] = {0xf5, 0xa5, 0xb5, 0x7f, 0xa5, 0xf5, 0xf4, 0x7f,
                                                  0xf5, 0xa5, 0xb5, 0x7f, 0xa5, 0xf5, 0xf4, 0x7f};

/// Is the array whose memory this was gone? Declared const, so that loops around it keep views in
/// registers: it is only asked of elements that hold the mark.
__attribute__((const, cold)) bool is_gone(const void* element) noexcept;
/// Throws argument_error, naming the shape of the view and the calls that freed the array.
[[noreturn]] void throw_gone(const void* element, const std::int64_t* shape, std::size_t ndim);

/// Throws if an array of an expression is gone; nothing where lifetimes are not watched.
void check_live(const array_ref* arrays, std::size_t count);

/// Does an element hold the mark of freed memory, and is its array gone?
template <class T> bool is_marked_and_gone(const T* element) {
  constexpr std::size_t compared = sizeof(T) < 8 ? sizeof(T) : 8;
  constexpr bool starts_a_mark = alignof(T) % 8 == 0;
  const auto* const marked =
      freed_bytes + (starts_a_mark ? 0 : reinterpret_cast<std::uintptr_t>(element) % 8);
  return __builtin_memcmp(element, marked, compared) == 0 && is_gone(element);
}

#ifdef TESSERA_CHECKED
inline const bool checks_were_turned_on = turn_on_checks();
#endif

} // namespace tessera::detail
