/// @file
/// Exceptions. Every one is a tessera::error; its kind travels between ranks, so that all of
/// them can throw the same one.
#pragma once

#include <exception>
#include <iosfwd> // declares std::string; <string> itself costs every user a fifth of a second

namespace tessera {

/// What went wrong, in a form that can be sent to other ranks.
enum class error_kind : int {
  argument,
  shape,
  index,
  memory,
  file,
  parse,
  communication,
  usage,
  other
};

/// Base class of all exceptions of this library. The message prints the operands.
class error : public std::exception {
public:
  error(error_kind kind, const std::string& message);
  error(error_kind kind, const char* message);
  error(const error& other) noexcept;
  error& operator=(const error& other) noexcept;
  ~error() override;

  [[nodiscard]] const char* what() const noexcept override;
  [[nodiscard]] error_kind kind() const noexcept { return kind_; }

private:
  struct shared_text;

  error_kind kind_;
  shared_text* text_; ///< shared by copies, since copying must not throw
};

/// An exception type for each kind, so that a caller can catch just that.
template <error_kind Kind> class error_of : public error {
public:
  explicit error_of(const std::string& message) : error(Kind, message) {}
  explicit error_of(const char* message) : error(Kind, message) {}
};

/// A value that the called function does not allow.
using argument_error = error_of<error_kind::argument>;
/// Shapes that do not broadcast, do not fit, or overflow.
using shape_error = error_of<error_kind::shape>;
/// A subscript outside its axis.
using index_error = error_of<error_kind::index>;
/// Memory that could not be had.
using memory_error = error_of<error_kind::memory>;
/// A file that cannot be opened, read, written or understood.
using file_error = error_of<error_kind::file>;
/// Text that does not parse; the message names file, line and column.
using parse_error = error_of<error_kind::parse>;
/// A failed MPI call.
using communication_error = error_of<error_kind::communication>;
/// A command line that cannot be understood; programs exit with 2.
using usage_error = error_of<error_kind::usage>;

/// Throws the exception type that belongs to `kind`.
[[noreturn]] void throw_error(error_kind kind, const std::string& message);

} // namespace tessera
