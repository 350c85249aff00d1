// Elements in a format of their own: [[fill]align][sign][#][0][width][.precision][type].
#include "text/element_text.hpp"

#include <tessera/core/error.hpp>

#include <fmt/core.h>

#include <charconv>
#include <cmath>
#include <string>

namespace tessera::detail {

namespace {

struct element_spec {
  char fill = ' ';
  char align = 0; ///< < > ^, or = for zeros behind the sign; 0 when left out
  char sign = '-';
  bool alternate = false;
  std::size_t width = 0;
  int precision = -1;
  char type = 0;
};

class spec_parser {
public:
  explicit spec_parser(std::string_view spec) : whole_(spec), rest_(spec) {
    if (rest_.substr(0, 1) == "{" && rest_.back() == '}') {
      rest_ = rest_.substr(1, rest_.size() - 2);
      if (!rest_.empty() && !take(':')) fail();
    }
  }

  element_spec parse() {
    element_spec spec;
    if (rest_.size() > 1 && is_one_of(rest_[1], "<>^")) {
      spec.fill = next();
      spec.align = next();
    } else if (is_next("<>^")) {
      spec.align = next();
    }
    if (is_next("+- ")) spec.sign = next();
    spec.alternate = take('#');
    if (take('0') && spec.align == 0) {
      spec.fill = '0';
      spec.align = '=';
    }
    spec.width = static_cast<std::size_t>(number(0));
    if (take('.')) spec.precision = number(-1);
    if (is_next("bBdoxXaAeEfFgGs")) spec.type = next();
    if (!rest_.empty()) fail();
    return spec;
  }

private:
  static bool is_one_of(char c, std::string_view letters) {
    return letters.find(c) != letters.npos;
  }
  [[nodiscard]] bool is_next(std::string_view letters) const {
    return !rest_.empty() && is_one_of(rest_[0], letters);
  }
  char next() {
    const char c = rest_[0];
    rest_.remove_prefix(1);
    return c;
  }
  bool take(char c) {
    if (rest_.empty() || rest_[0] != c) return false;
    rest_.remove_prefix(1);
    return true;
  }
  /// A number, of at least one digit unless there is a value for none.
  int number(int otherwise) {
    if (!is_next("0123456789")) {
      if (otherwise < 0) fail();
      return otherwise;
    }
    int value = 0;
    while (is_next("0123456789")) {
      value = 10 * value + (next() - '0');
      if (value > 1000) fail();
    }
    return value;
  }
  [[noreturn]] void fail() const {
    throw argument_error(
        fmt::format("the element format '{}' is not understood; expected "
                    "[[fill]align][sign][#][0][width][.precision][type], with numbers up to 1000",
                    whole_));
  }

  std::string_view whole_;
  std::string_view rest_;
};

std::string sign_of(bool negative, char sign) {
  return negative ? "-" : sign == '-' ? "" : std::string(1, sign);
}

std::string aligned(const std::string& sign, const std::string& text, const element_spec& spec,
                    char otherwise) {
  const std::size_t length = sign.size() + text.size();
  const std::size_t missing = spec.width > length ? spec.width - length : 0;
  const char align = spec.align != 0 ? spec.align : otherwise;
  const std::size_t before = align == '>' ? missing : align == '^' ? missing / 2 : 0;
  const std::size_t between = align == '=' ? missing : 0;
  return std::string(before, spec.fill) + sign + std::string(between, spec.fill) + text +
         std::string(missing - before - between, spec.fill);
}

std::string upper(std::string text) {
  for (char& c : text)
    if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
  return text;
}

bool is_upper(char type) { return type >= 'A' && type <= 'Z'; }

std::string integer_digits(std::uint64_t value, const element_spec& spec) {
  const char type = spec.type;
  const int base = type == 'b' || type == 'B'   ? 2
                   : type == 'o'                ? 8
                   : type == 'x' || type == 'X' ? 16
                                                : 10;
  char digits[65];
  const std::string text(digits, std::to_chars(digits, digits + sizeof digits, value, base).ptr);
  return type == 'X' ? upper(text) : text;
}

std::string integer_text(bool negative, std::uint64_t value, const element_spec& spec) {
  std::string sign = sign_of(negative, spec.sign);
  if (spec.alternate && spec.type != 0 && spec.type != 'd')
    sign += spec.type == 'o' ? std::string("0") : std::string("0") + spec.type;
  return aligned(sign, integer_digits(value, spec), spec, '>');
}

/// Digits of a magnitude, without sign or padding.
template <class T> std::string real_digits(T x, const element_spec& spec) {
  char text[1500];
  char* const end = text + sizeof text;
  const char type = spec.type;
  const auto how = type == 'e' || type == 'E'   ? std::chars_format::scientific
                   : type == 'f' || type == 'F' ? std::chars_format::fixed
                   : type == 'a' || type == 'A' ? std::chars_format::hex
                                                : std::chars_format::general;
  const bool shortest = spec.precision < 0 && (type == 0 || type == 'a' || type == 'A');
  const char* last =
      shortest && type == 0 ? std::to_chars(text, end, x).ptr
      : shortest            ? std::to_chars(text, end, x, how).ptr
                 : std::to_chars(text, end, x, how, spec.precision < 0 ? 6 : spec.precision).ptr;
  const std::string result(static_cast<const char*>(text), last);
  return is_upper(type) ? upper(result) : result;
}

template <class T> std::string real_text(T x, element_spec spec) {
  if (!std::isfinite(x) && spec.align == '=') {
    spec.align = '>';
    spec.fill = ' ';
  }
  return aligned(sign_of(std::signbit(x) && !std::isnan(x), spec.sign),
                 real_digits(std::abs(x), spec), spec, '>');
}

template <class T> std::string complex_text(T real, T imaginary, const element_spec& spec) {
  element_spec part = spec;
  part.width = 0;
  std::string text = real_text(real, part);
  part.sign = '+';
  text += real_text(imaginary, part) + 'j';
  return aligned("", text, spec, '>');
}

std::string string_text(std::string_view text, const element_spec& spec) {
  if (spec.precision >= 0) text = text.substr(0, static_cast<std::size_t>(spec.precision));
  return aligned("", std::string(text), spec, '<');
}

/// What the types are for.
bool fits(text_kind kind, const element_spec& spec) {
  const std::string_view types = kind == text_kind::boolean            ? "sbBdoxX"
                                 : kind == text_kind::signed_integer   ? "bBdoxX"
                                 : kind == text_kind::unsigned_integer ? "bBdoxX"
                                 : kind == text_kind::real || kind == text_kind::complex
                                     ? "aAeEfFgG"
                                     : "s";
  if (kind == text_kind::structure) return false; // one format for members of all kinds
  const bool number = kind != text_kind::bytes && kind != text_kind::other;
  const bool has_fraction = kind == text_kind::real || kind == text_kind::complex;
  return (spec.type == 0 || types.find(spec.type) != types.npos) &&
         (number || (spec.sign == '-' && spec.align != '=')) &&
         (!spec.alternate || (number && !has_fraction)) &&
         (spec.precision < 0 || has_fraction || !number);
}

class text_by_spec : public element_writer {
public:
  text_by_spec(const printed_array& a, const element_spec& spec) : array_(a), spec_(spec) {}

  std::string operator()(const std::byte* element) const override {
    const bool is_float = array_.itemsize == (array_.kind == text_kind::complex ? 8 : 4);
    switch (array_.kind) {
    case text_kind::boolean: return boolean(element_at<bool>(element));
    case text_kind::signed_integer: return signed_integer(signed_at(element, array_.itemsize));
    case text_kind::unsigned_integer:
      return integer_text(false, unsigned_at(element, array_.itemsize), spec_);
    case text_kind::real:
      return is_float ? real_text(element_at<float>(element), spec_)
                      : real_text(element_at<double>(element), spec_);
    case text_kind::complex: return is_float ? complex<float>(element) : complex<double>(element);
    case text_kind::bytes: return string_text(bytes_at(element, array_.itemsize), spec_);
    case text_kind::structure:
    case text_kind::other: break;
    }
    return string_text(array_.element(element), spec_);
  }

private:
  [[nodiscard]] std::string boolean(bool x) const {
    if (spec_.type != 0 && spec_.type != 's') return integer_text(false, x ? 1 : 0, spec_);
    return string_text(x ? "True" : "False", spec_);
  }
  [[nodiscard]] std::string signed_integer(std::int64_t x) const {
    const auto bits = static_cast<std::uint64_t>(x);
    return integer_text(x < 0, x < 0 ? 0 - bits : bits, spec_);
  }
  template <class T> [[nodiscard]] std::string complex(const std::byte* element) const {
    return complex_text(element_at<T>(element), element_at<T>(element + sizeof(T)), spec_);
  }

  const printed_array& array_;
  element_spec spec_;
};

} // namespace

std::unique_ptr<element_writer> spec_writer(const printed_array& a, std::string_view spec) {
  const element_spec parsed = spec_parser(spec).parse();
  if (!fits(a.kind, parsed))
    throw argument_error(
        fmt::format("the element format '{}' does not fit the type of the elements", spec));
  return std::make_unique<text_by_spec>(a, parsed);
}

} // namespace tessera::detail
