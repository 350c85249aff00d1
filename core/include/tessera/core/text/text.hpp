/// @file
/// Text in arrays: single characters, and strings of a fixed width.
#pragma once

#include <tessera/core/creation/create.hpp>
#include <tessera/core/text/text_ref.hpp>

#include <compare>
#include <iosfwd>

namespace tessera {

namespace detail {

[[noreturn]] void throw_too_long(text_ref text, std::size_t width);
/// The length without the NULs at the end.
std::size_t length_of(const char* letters, std::size_t width);
/// Less, equal or greater than 0, as the bytes compare.
int compare_padded(const char* a, std::size_t a_width, const char* b, std::size_t b_width);
/// The rows of `lines` padded with NULs, side by side.
ndarray<char, 2> lines_of(const text_ref* lines, std::size_t count);
std::string text_of(const view<const char, 1>& letters);

} // namespace detail

/// A text of at most N bytes, padded with NULs: an element type as NumPy's 'S'. NULs at the end are
/// not part of the text. Order is that of the bytes.
///
///     ndarray<fixed_string<8>, 1> names{"north", "east", "south"};
///     names(0) = "west";
///     std::string name = names(1).str();
///
/// A text that is too long throws, where NumPy cuts it silently; `truncated` cuts it.
template <std::size_t N> class fixed_string {
public:
  fixed_string() = default;
  /// @throws argument_error when the text has more than N bytes.
  template <class Text>
  requires(std::is_convertible_v<const Text&, text_ref> && !std::is_same_v<Text, fixed_string>)
      fixed_string(const Text& from) { // NOLINT: converts
    const text_ref text(from);
    if (text.size > N) detail::throw_too_long(text, N);
    for (std::size_t i = 0; i < text.size; ++i) letters_[i] = text.data[i];
  }

  /// The first N bytes of a text.
  static fixed_string truncated(text_ref text) {
    if (text.size > N) text.size = N;
    return fixed_string(text);
  }

  /// The text. Include `<string>` to use it.
  template <class String = std::string> [[nodiscard]] String str() const {
    return String(letters_, size());
  }
  [[nodiscard]] std::size_t size() const { return detail::length_of(letters_, N); }
  static constexpr std::size_t width = N;
  [[nodiscard]] const char* data() const { return letters_; }

  template <std::size_t M> friend bool operator==(const fixed_string& a, const fixed_string<M>& b) {
    return detail::compare_padded(a.data(), N, b.data(), M) == 0;
  }
  template <std::size_t M>
  friend std::strong_ordering operator<=>(const fixed_string& a, const fixed_string<M>& b) {
    return detail::compare_padded(a.data(), N, b.data(), M) <=> 0;
  }

private:
  char letters_[N] = {};
};

template <std::size_t N> fixed_string(const char (&)[N]) -> fixed_string<N - 1>;

/// Compared as bytes, with any text.
template <std::size_t N, class Text>
requires(std::is_convertible_v<const Text&, text_ref> &&
         !std::is_same_v<Text, fixed_string<N>>) bool
operator==(const fixed_string<N>& a, const Text& b) {
  const text_ref text(b);
  return detail::compare_padded(a.data(), N, text.data, text.size) == 0;
}

namespace detail {
template <std::size_t N> inline constexpr bool is_text<fixed_string<N>> = true;
} // namespace detail

/// The characters of a text as an array, as NumPy's `np.array("text", dtype="c")`.
///
///     auto dna = chars("AAAGTCTGAC");
///     dna(slice(0, 3)) = 'G';
inline ndarray<char, 1> chars(text_ref text) {
  return ndarray<char, 1>(text.data, text.data + text.size);
}

/// One row for each text, the shorter ones padded with NULs.
inline ndarray<char, 2> chars(std::initializer_list<text_ref> lines) {
  return detail::lines_of(lines.begin(), lines.size());
}

/// The text whose characters an array has, without the NULs at the end.
template <local_operand A, class String = std::string>
requires(A::ndim == 1 && std::is_same_v<typename A::value_type, char>) String
    text(const A& letters) {
  const ndarray<char, A::ndim> copy(letters);
  return detail::text_of(copy);
}

} // namespace tessera
