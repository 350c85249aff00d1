/// @file
/// Whether the ranks gave a collective call the same arguments.
#pragma once

#include <tessera/core/shape.hpp>
#include <tessera/distributed/communicator.hpp>

#include <cstdint>
#include <iosfwd>
#include <type_traits>

namespace tessera {

/// Do collective calls compare what the ranks gave them (shapes, slices, scalars, local arrays,
/// names, counts), and throw the same argument_error on all ranks, which says which ranks gave
/// what? Yes in programs that were compiled with TESSERA_CHECKED (debug builds), whatever the
/// library was compiled with, and where the environment variable TESSERA_CHECK is 1; where it is 0,
/// no. It costs an Allreduce of 16 bytes a call. Constructors, `at`, `set` and files compare in any
/// case. Local.
[[nodiscard]] bool checks_arguments();
/// Sets it, the same on all ranks. Local.
void check_arguments(bool yes);

namespace detail {

/// For programs compiled with TESSERA_CHECKED; true.
bool check_arguments_by_default();
#ifdef TESSERA_CHECKED
inline const bool arguments_are_checked = check_arguments_by_default();
#endif

/// A number for a sequence of values, nearly always another for other ones.
class fingerprint {
public:
  fingerprint& add_bytes(const void* data, std::size_t bytes);
  template <class T>
  fingerprint& add(const T& value) requires(std::is_arithmetic_v<T> || std::is_enum_v<T>) {
    return add_bytes(&value, sizeof value);
  }
  template <class T> fingerprint& add(const T* values, std::size_t count) {
    return add_bytes(values, count * sizeof(T));
  }
  [[nodiscard]] std::uint64_t value() const { return value_; }

private:
  std::uint64_t value_ = 0x9e3779b97f4a7c15U;
};

/// What one rank gave to a collective call: a fingerprint of it, and a text for the error where
/// ranks differ. What `context` points to lives longer than the call.
struct given_arguments {
  const char* what; ///< "the shape of a global array"
  std::uint64_t hash;
  std::string (*describe)(const void* context);
  const void* context;
};

/// Throws argument_error on all ranks unless all have the same fingerprint. Collective; an
/// Allreduce of 16 bytes when all is well.
void agree(const communicator& comm, const given_arguments& mine);
/// The same of a text, which is what the error shows.
void agree(const communicator& comm, const char* what, const std::string& mine);

/// Throws it on all ranks. Collective.
[[noreturn]] void throw_disagreement(const communicator& comm, const given_arguments& mine);

/// The arguments that a function describes; `describe` lives as long.
template <class Describe>
given_arguments given(const char* what, const fingerprint& hash, const Describe& describe) {
  const auto call = [](const void* context) { return (*static_cast<const Describe*>(context))(); };
  return {what, hash.value(), call, &describe};
}

/// The same where arguments are checked: then a function makes the text.
template <class Describe>
void agree_if_checked(const communicator& comm, const char* what, const Describe& describe) {
  if (comm.size() > 1 && checks_arguments()) agree(comm, what, describe());
}

/// Elements of a local array, in the order of their subscripts; strides count elements.
std::uint64_t fingerprint_of_elements(const void* data, index_t itemsize, std::size_t ndim,
                                      const index_t* shape, const index_t* strides);
/// "float64", "bytes of 24"; kinds are f, i, u, b and anything else.
std::string element_text(char kind, index_t itemsize);

} // namespace detail

} // namespace tessera
