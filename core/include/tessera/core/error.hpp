/// @file
/// Exceptions. Every one is a tessera::error; its kind travels between ranks, so that all of
/// them can throw the same one.
#pragma once

#include <tessera/core/errors/standard.hpp>

#include <exception>
#include <iosfwd> // declares std::string; <string> itself costs every user a fifth of a second
#include <type_traits>

namespace tessera {

/// What went wrong, in a form that can be sent to other ranks.
enum class error_kind : int {
  argument,
  shape,
  index,
  memory,
  file,
  missing_file,
  missing_dataset,
  file_format,
  element_type,
  disk_full,
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

template <error_kind Kind> class error_of;

namespace detail {

/// Of which type errors of a kind are, too.
template <error_kind Kind> struct base_error {
  using type = std::conditional_t<(Kind > error_kind::file && Kind <= error_kind::disk_full),
                                  error_of<error_kind::file>, error>;
};

} // namespace detail

/// An exception type for each kind, so that a caller can catch just that.
template <error_kind Kind> class error_of : public detail::base_error<Kind>::type {
  using base = typename detail::base_error<Kind>::type;

public:
  explicit error_of(const std::string& message) : base(Kind, message) {}
  explicit error_of(const char* message) : base(Kind, message) {}

protected:
  template <class Text> error_of(error_kind kind, const Text& message) : base(kind, message) {}
};

/// A value that the called function does not allow.
using argument_error = error_of<error_kind::argument>;
/// Shapes that do not broadcast, do not fit, or overflow.
using shape_error = error_of<error_kind::shape>;
/// A subscript outside its axis.
using index_error = error_of<error_kind::index>;
/// Memory that could not be had.
using memory_error = error_of<error_kind::memory>;
/// A file that cannot be opened, read, written or understood. Those that follow are file errors,
/// too, and can be caught as such.
using file_error = error_of<error_kind::file>;
/// A file, or the folder for it, that does not exist.
using file_not_found_error = error_of<error_kind::missing_file>;
/// A dataset, group or attribute that a file does not have; the message lists those that it has.
using dataset_not_found_error = error_of<error_kind::missing_dataset>;
/// A file that is not of the expected format, or damaged.
using format_error = error_of<error_kind::file_format>;
/// Elements in a file that cannot be read as those that were asked for.
using element_type_error = error_of<error_kind::element_type>;
/// No room: a full disk, a quota, a limit on the size of files.
using disk_full_error = error_of<error_kind::disk_full>;
/// Text that does not parse; the message names file, line and column.
using parse_error = error_of<error_kind::parse>;
/// A failed MPI call.
using communication_error = error_of<error_kind::communication>;
/// A command line that cannot be understood; programs exit with 2.
using usage_error = error_of<error_kind::usage>;

/// Throws the exception type that belongs to `kind`.
[[noreturn]] void throw_error(error_kind kind, const std::string& message);

} // namespace tessera
