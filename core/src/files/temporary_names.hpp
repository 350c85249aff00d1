/// @file
/// The names of temporary files and folders beside a path.
#pragma once

#include <string>

namespace tessera::detail {

/// Beside "out.dat", these are ".out.dat.tessera-K.tmp" with a small number K, or with letters
/// drawn by chance where many are taken.
class temporary_names {
public:
  /// @throws file_error where the path names no file.
  explicit temporary_names(const std::string& path);

  [[nodiscard]] std::string operator[](int number) const;
  /// Another one.
  [[nodiscard]] std::string with(const std::string& end) const { return start_ + end; }
  /// Calls `remove(name)`, which returns whether nothing had the name, for those that killed
  /// processes may have left: behind two that nobody has, there are none.
  template <class F> void for_left(F&& remove) const {
    int without = 0;
    for (int number = 0; number < most_numbers && without < 2; ++number)
      without = remove((*this)[number]) ? without + 1 : 0;
  }

private:
  static constexpr int most_numbers = 32;
  std::string start_;
};

/// Throws file_error: no temporary file or folder can be made beside a path.
[[noreturn]] void throw_cannot_make(const std::string& path, int code);

} // namespace tessera::detail
