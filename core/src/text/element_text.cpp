// Elements in the digits that NumPy prints. Follows NumPy's arrayprint.py, whose float_repr is
// here std::to_chars: the fewest digits that tell a number apart.
#include "text/element_text.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <string>

namespace tessera::detail {

std::int64_t signed_at(const std::byte* element, index_t itemsize) {
  switch (itemsize) {
  case 1: return element_at<std::int8_t>(element);
  case 2: return element_at<std::int16_t>(element);
  case 4: return element_at<std::int32_t>(element);
  default: return element_at<std::int64_t>(element);
  }
}

std::uint64_t unsigned_at(const std::byte* element, index_t itemsize) {
  switch (itemsize) {
  case 1: return element_at<std::uint8_t>(element);
  case 2: return element_at<std::uint16_t>(element);
  case 4: return element_at<std::uint32_t>(element);
  default: return element_at<std::uint64_t>(element);
  }
}

std::string_view bytes_at(const std::byte* element, index_t itemsize) {
  const auto* letters = reinterpret_cast<const char*>(element);
  auto n = static_cast<std::size_t>(itemsize);
  while (n > 0 && letters[n - 1] == '\0') --n;
  return {letters, n};
}

namespace {

std::string padded_left(const std::string& text, std::size_t width) {
  return text.size() < width ? std::string(width - text.size(), ' ') + text : text;
}

class boolean_writer : public element_writer {
public:
  std::string operator()(const std::byte* element) const override {
    return element_at<bool>(element) ? " True" : "False";
  }
};

class integer_writer : public element_writer {
public:
  integer_writer(const printed_array& a, const printed_elements& elements) : array_(a) {
    for (const std::byte* e : elements) width_ = std::max(width_, text(e).size());
  }
  std::string operator()(const std::byte* element) const override {
    return padded_left(text(element), width_);
  }

private:
  [[nodiscard]] std::string text(const std::byte* element) const {
    return array_.kind == text_kind::signed_integer
               ? std::to_string(signed_at(element, array_.itemsize))
               : std::to_string(unsigned_at(element, array_.itemsize));
  }
  const printed_array& array_;
  std::size_t width_ = 0;
};

/// The parts of a decimal number.
struct decimal {
  std::string whole; ///< with the sign
  std::string fraction;
  std::string exponent; ///< digits with their sign, or nothing
};

decimal taken_apart(std::string_view text) {
  decimal result;
  const std::size_t e = text.find('e');
  if (e != text.npos) result.exponent = text.substr(e + 1);
  const std::string_view number = text.substr(0, e);
  const std::size_t point = number.find('.');
  result.whole = number.substr(0, point);
  if (point != number.npos) result.fraction = number.substr(point + 1);
  return result;
}

// The smallest numbers have 324 zeros before their digits, the largest precision is 400.
using digit_buffer = std::array<char, 800>;

/// All digits up to `precision` behind the point.
template <class T> decimal rounded(T x, std::chars_format how, std::size_t precision) {
  digit_buffer text;
  const auto end =
      std::to_chars(text.data(), text.data() + text.size(), x, how, static_cast<int>(precision));
  return taken_apart({text.data(), end.ptr});
}

/// The fewest digits that tell x apart from its neighbours, but at most `precision` behind the
/// point; then without zeros at the end.
template <class T> decimal shortest(T x, std::chars_format how, std::size_t precision) {
  digit_buffer text;
  const auto end = std::to_chars(text.data(), text.data() + text.size(), x, how);
  decimal result = taken_apart({text.data(), end.ptr});
  if (result.fraction.size() > precision) {
    result = rounded(x, how, precision);
    result.fraction.resize(result.fraction.find_last_not_of('0') + 1);
  }
  return result;
}

/// Real numbers in one common width.
template <class T> class real_format {
public:
  real_format(const std::vector<T>& values, const print_options& options, bool plus)
      : precision_(static_cast<std::size_t>(options.precision)), plus_(plus) {
    choose_exponents(values, options.suppress);
    bool negative_infinity = plus;
    bool all_finite = true;
    for (const T x : values) {
      if (std::isfinite(x)) {
        measure(with_sign(shortest(x, notation(), precision_), x));
      } else {
        all_finite = false;
        negative_infinity = negative_infinity || (std::isinf(x) && x < 0);
      }
    }
    behind_ = exponents_ ? fraction_ + 2 + exponent_ : fraction_;
    if (!all_finite) {
      const std::size_t longest = negative_infinity ? 4 : 3;
      if (longest > behind_ + 1) whole_ = std::max(whole_, longest - behind_ - 1);
    }
  }

  [[nodiscard]] std::string operator()(T x) const {
    if (!std::isfinite(x)) return padded_left(special(x), whole_ + behind_ + 1);
    if (!exponents_) {
      decimal d = with_sign(shortest(x, notation(), precision_), x);
      d.fraction.resize(fraction_, ' ');
      return padded_left(d.whole, whole_) + "." + d.fraction;
    }
    // With exponents, all have the same number of digits, even such as tell nothing apart.
    decimal d = with_sign(rounded(x, notation(), fraction_), x);
    d.exponent.insert(1, exponent_ - (d.exponent.size() - 1), '0');
    return padded_left(d.whole, whole_) + "." + d.fraction + "e" + d.exponent;
  }

private:
  void choose_exponents(const std::vector<T>& values, bool suppress) {
    T least = std::numeric_limits<T>::infinity();
    T most = 0;
    for (const T x : values) {
      if (x == 0 || !std::isfinite(x)) continue;
      least = std::min(least, std::abs(x));
      most = std::max(most, std::abs(x));
    }
    exponents_ = most != 0 && (static_cast<double>(most) >= 1e8 ||
                               (!suppress && (static_cast<double>(least) < 0.0001 ||
                                              most / least > static_cast<T>(1000))));
  }
  void measure(const decimal& d) {
    whole_ = std::max(whole_, d.whole.size());
    fraction_ = std::max(fraction_, d.fraction.size());
    if (exponents_) exponent_ = std::max(exponent_, d.exponent.size() - 1);
  }
  [[nodiscard]] std::chars_format notation() const {
    return exponents_ ? std::chars_format::scientific : std::chars_format::fixed;
  }
  [[nodiscard]] decimal with_sign(decimal d, T x) const {
    if (plus_ && !std::signbit(x)) d.whole.insert(0, 1, '+');
    return d;
  }
  [[nodiscard]] std::string special(T x) const {
    if (std::isnan(x)) return plus_ ? "+nan" : "nan";
    return x < 0 ? "-inf" : plus_ ? "+inf" : "inf";
  }

  std::size_t precision_;
  bool plus_;
  bool exponents_ = false;
  std::size_t whole_ = 0;    // characters before the point
  std::size_t fraction_ = 0; // digits behind it
  std::size_t exponent_ = 0; // digits of the exponent
  std::size_t behind_ = 0;   // all characters behind the point
};

/// Part k of each element, where elements are Ts, one after another.
template <class T> std::vector<T> values_of(const printed_elements& elements, index_t k = 0) {
  std::vector<T> values;
  values.reserve(elements.size());
  for (const std::byte* e : elements)
    values.push_back(element_at<T>(e + k * static_cast<index_t>(sizeof(T))));
  return values;
}

template <class T> class real_writer : public element_writer {
public:
  real_writer(const printed_elements& elements, const print_options& options)
      : format_(values_of<T>(elements), options, false) {}
  std::string operator()(const std::byte* element) const override {
    return format_(element_at<T>(element));
  }

private:
  real_format<T> format_;
};

template <class T> class complex_writer : public element_writer {
public:
  complex_writer(const printed_elements& elements, const print_options& options)
      : real_(values_of<T>(elements, 0), options, false),
        imaginary_(values_of<T>(elements, 1), options, true) {}
  std::string operator()(const std::byte* element) const override {
    std::string imaginary = imaginary_(element_at<T>(element + sizeof(T)));
    imaginary.insert(imaginary.find_last_not_of(' ') + 1, 1, 'j');
    return real_(element_at<T>(element)) + imaginary;
  }

private:
  real_format<T> real_;
  real_format<T> imaginary_;
};

/// Text as Python prints bytes.
class bytes_writer : public element_writer {
public:
  explicit bytes_writer(index_t itemsize) : itemsize_(itemsize) {}
  std::string operator()(const std::byte* element) const override {
    const std::string_view letters = bytes_at(element, itemsize_);
    const bool double_quotes =
        letters.find('\'') != letters.npos && letters.find('"') == letters.npos;
    const char quote = double_quotes ? '"' : '\'';
    std::string text = std::string("b") + quote;
    for (const char c : letters) text += escaped(c, quote);
    return text + quote;
  }

private:
  static std::string escaped(char c, char quote) {
    switch (c) {
    case '\t': return "\\t";
    case '\n': return "\\n";
    case '\r': return "\\r";
    case '\\': return "\\\\";
    default: break;
    }
    if (c == quote) return std::string("\\") + c;
    if (c >= ' ' && c <= '~') return {c};
    const char* const digits = "0123456789abcdef";
    const auto code = static_cast<unsigned char>(c);
    return std::string("\\x") + digits[code >> 4U] + digits[code & 15U];
  }
  index_t itemsize_;
};

class function_writer : public element_writer {
public:
  explicit function_writer(std::string (*function)(const std::byte*)) : function_(function) {}
  std::string operator()(const std::byte* element) const override { return function_(element); }

private:
  std::string (*function_)(const std::byte*);
};

} // namespace

std::unique_ptr<element_writer> aligned_writer(const printed_array& a,
                                               const printed_elements& elements,
                                               const print_options& options) {
  const bool is_float = a.itemsize == (a.kind == text_kind::complex ? 8 : 4);
  switch (a.kind) {
  case text_kind::boolean: return std::make_unique<boolean_writer>();
  case text_kind::signed_integer:
  case text_kind::unsigned_integer: return std::make_unique<integer_writer>(a, elements);
  case text_kind::real:
    if (is_float) return std::make_unique<real_writer<float>>(elements, options);
    return std::make_unique<real_writer<double>>(elements, options);
  case text_kind::complex:
    if (is_float) return std::make_unique<complex_writer<float>>(elements, options);
    return std::make_unique<complex_writer<double>>(elements, options);
  case text_kind::bytes: return std::make_unique<bytes_writer>(a.itemsize);
  case text_kind::structure: return struct_writer(a, elements, options);
  case text_kind::other: break;
  }
  return std::make_unique<function_writer>(a.element);
}

} // namespace tessera::detail
