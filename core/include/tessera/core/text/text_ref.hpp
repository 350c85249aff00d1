/// @file
/// Text as an argument.
#pragma once

#include <tessera/core/errors/standard.hpp>

#include <cstddef>

namespace tessera {

/// A text that a function reads: a literal, a std::string, a std::string_view, ... It refers to the
/// characters and must not outlive them. (std::string_view would cost every user more to compile
/// than all of this library's shapes and slices.)
struct text_ref {
  constexpr text_ref(const char* text) // NOLINT: converts on purpose
      : data(text), size(__builtin_strlen(text)) {}
  template <class Text>
  requires requires(const Text& text) {
    static_cast<const char*>(text.data());
    static_cast<std::size_t>(text.size());
  }
  constexpr text_ref(const Text& text) : data(text.data()), size(text.size()) {} // NOLINT: same

  const char* data;
  std::size_t size;
};

} // namespace tessera
