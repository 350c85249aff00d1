// The files that the Python tests and the driver exchange: 64-bit integers and raw elements.
#pragma once

#include <tessera/core/complex.hpp>
#include <tessera/core/view.hpp>

#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <string>
#include <vector>

using tessera::index_t;

struct close_file {
  void operator()(std::FILE* file) const { std::fclose(file); }
};
using file_pointer = std::unique_ptr<std::FILE, close_file>;

inline file_pointer open_file(const char* path, const char* mode) {
  file_pointer file(std::fopen(path, mode));
  if (file == nullptr) {
    std::perror(path);
    std::exit(1);
  }
  return file;
}

/// Reads the cases one after another.
class case_reader {
public:
  explicit case_reader(const char* path) : file_(open_file(path, "rb")) {}

  /// False at the end of the file.
  bool next(index_t& value) { return std::fread(&value, sizeof value, 1, file_.get()) == 1; }

  index_t integer() {
    index_t value = 0;
    if (!next(value)) fail();
    return value;
  }

  template <class T> std::vector<T> elements() {
    const auto count = static_cast<std::size_t>(integer());
    // Not vector<bool>, whose elements have no addresses.
    std::vector<T> values(count);
    if (std::fread(values.data(), sizeof(T), count, file_.get()) != count) fail();
    return values;
  }

private:
  [[noreturn]] static void fail() {
    std::fprintf(stderr, "the file of cases ends too early\n");
    std::exit(1);
  }
  file_pointer file_;
};

/// One array of a case: memory and the strided array in it.
template <class T, std::size_t N> class case_array {
public:
  explicit case_array(case_reader& in) : memory_(in.elements<stored>()) {
    const index_t offset = in.integer();
    tessera::shape_t<N> shape;
    tessera::shape_t<N> strides;
    for (auto& n : shape) n = in.integer();
    for (auto& s : strides) s = in.integer();
    elements = tessera::view<T, N>();
    elements.rebind({reinterpret_cast<T*>(memory_.data()) + offset, shape, strides});
  }

  tessera::view<T, N> elements;

private:
  using stored = std::conditional_t<std::is_same_v<T, bool>, unsigned char, T>;
  std::vector<stored> memory_;
};

/// Letters of the types, as in NumPy's one-letter codes; what is not a number is text.
template <class T> constexpr char letter() {
  if constexpr (std::is_same_v<T, bool>)
    return '?';
  else if constexpr (std::is_floating_point_v<T>)
    return sizeof(T) == 4 ? 'f' : 'd';
  else if constexpr (tessera::detail::is_complex<T>)
    return sizeof(T) == 8 ? 'F' : 'D';
  else if constexpr (!std::is_integral_v<T> || std::is_same_v<T, char>)
    return 'S';
  else {
    constexpr std::size_t size = sizeof(T) == 1 ? 0 : sizeof(T) == 2 ? 1 : sizeof(T) == 4 ? 2 : 3;
    return (std::is_signed_v<T> ? "bhil" : "BHIL")[size];
  }
}

/// A type in a file: its letter and its size.
template <class T> constexpr index_t type_code() {
  return letter<T>() | static_cast<index_t>(sizeof(T)) << 8;
}

/// Writes results one after another: type, shape, elements.
class result_writer {
public:
  explicit result_writer(const char* path) : file_(open_file(path, "wb")) {}

  void integer(index_t value) { bytes(&value, sizeof value); }
  void bytes(const void* data, std::size_t count) {
    if (count > 0 && std::fwrite(data, 1, count, file_.get()) != count) {
      std::perror("results");
      std::exit(1);
    }
  }
  template <class Array> void array(const Array& a) {
    using T = typename Array::value_type;
    integer(type_code<T>());
    integer(Array::ndim);
    for (const index_t n : a.shape()) integer(n);
    bytes(a.data(), static_cast<std::size_t>(a.size()) * sizeof(T));
  }

private:
  file_pointer file_;
};
