/// @file
/// Arrays in libfmt's format strings. Not part of <tessera/core.hpp>: it needs libfmt, which
/// nothing else here does.
#pragma once

#if __has_include(<fmt/format.h>)

#include <tessera/core/text/format.hpp>

#include <fmt/format.h>

FMT_BEGIN_NAMESPACE

// In <fmt/ranges.h>, which the user may include before or after this.
template <class T, class Char> struct is_range;

/// Arrays can be iterated over, but are printed as arrays.
template <tessera::local_operand A> struct is_range<A, char> {
  static constexpr bool value = false;
};

FMT_END_NAMESPACE

/// What stands behind the colon is the format of the elements, see tessera::format.
///
///     fmt::print("{} {:.3f}\n", a, b);
template <tessera::local_operand A> struct fmt::formatter<A, char> {
  constexpr auto parse(fmt::format_parse_context& context) {
    auto end = context.begin();
    while (end != context.end() && *end != '}') ++end;
    element_ = {context.begin(), static_cast<std::size_t>(end - context.begin())};
    return end;
  }

  template <class Context> auto format(const A& a, Context& context) const {
    const std::string text = element_.empty() ? tessera::format(a) : tessera::format(a, element_);
    auto to = context.out();
    for (const char c : text) *to++ = c;
    return to;
  }

private:
  std::string_view element_;
};

#endif
