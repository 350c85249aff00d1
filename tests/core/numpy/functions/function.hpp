// Functions that the Python tests call by name, each in the file of its topic.
#pragma once

#include "../case_file.hpp"

#include <tessera/core/error.hpp>
#include <tessera/core/ndarray.hpp>

#include <string>
#include <tuple>

/// Reads the arguments of one call.
class arguments {
public:
  explicit arguments(case_reader& in) : in_(&in) {}

  index_t integer() { return in_->integer(); }
  double number() { return in_->elements<double>().at(0); }
  std::string text() {
    const auto letters = in_->elements<char>();
    return {letters.begin(), letters.end()};
  }

  /// An array whose type and number of axes are known; keep it as long as views of it.
  template <class T, std::size_t N> case_array<T, N> array() {
    expect(type_code<T>(), "type");
    expect(N, "number of axes");
    return case_array<T, N>(*in_);
  }

  /// Calls `f` with the array that follows, a `const view<T, N>&`, where T is one of Types and N
  /// one of 1, 2, 3.
  template <class... Types, class F> void any_array(F f) {
    const index_t code = integer();
    const index_t ndim = integer();
    const bool found = (of_type<Types>(code, ndim, f) || ...);
    if (!found) unexpected("type or number of axes");
  }
  /// The same for one number of axes.
  template <std::size_t N, class... Types, class F> void array_of(F f) {
    const index_t code = integer();
    expect(N, "number of axes");
    const bool found = (of_both<Types, N>(code, N, f) || ...);
    if (!found) unexpected("type");
  }

private:
  template <class T, class F> bool of_type(index_t code, index_t ndim, F& f) {
    return of_both<T, 1>(code, ndim, f) || of_both<T, 2>(code, ndim, f) ||
           of_both<T, 3>(code, ndim, f);
  }
  template <class T, std::size_t N, class F> bool of_both(index_t code, index_t ndim, F& f) {
    if (code != type_code<T>() || ndim != N) return false;
    const case_array<T, N> array(*in_);
    f(array.elements);
    return true;
  }
  void expect(index_t value, const char* what) {
    if (integer() != value) unexpected(what);
  }
  [[noreturn]] static void unexpected(const char* what) {
    std::fprintf(stderr, "an array has another %s than the function takes\n", what);
    std::exit(1);
  }

  case_reader* in_;
};

/// Takes the results of one call; scalars are arrays without axes.
class results {
public:
  explicit results(result_writer& out) : out_(&out) {}

  template <class T> void operator()(const T& value) {
    if constexpr (tessera::array_operand<T>) {
      out_->array(tessera::ndarray(value));
    } else {
      out_->integer(type_code<T>());
      out_->integer(0);
      out_->bytes(&value, sizeof value);
    }
  }
  void text(const std::string& letters) {
    out_->integer('t');
    out_->integer(static_cast<index_t>(letters.size()));
    out_->bytes(letters.data(), letters.size());
  }

private:
  result_writer* out_;
};

using function = void (*)(arguments& in, results& out);

/// Makes a function known by its name:
///
///     const add_function roll("roll", [](arguments& in, results& out) { ... });
///
/// A tessera::error that it throws before its first result is that result, as text.
struct add_function {
  add_function(const char* name, function f);
};
