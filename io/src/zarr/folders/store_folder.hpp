/// @file
/// Folders of a store that is read, and never left.
#pragma once

#include <tessera/io/input_file.hpp>

#include <optional>
#include <string>
#include <vector>

namespace tessera::detail {

/// A folder of a store. Names below it are followed part by part, and no symbolic link among them,
/// which may lead out of the store. Local; move-only.
class store_folder {
public:
  /// The root of a store; links to it are followed. @throws file_error
  explicit store_folder(const std::string& path);
  store_folder(store_folder&& other) noexcept;
  store_folder& operator=(store_folder&&) = delete;
  store_folder(const store_folder&) = delete;
  store_folder& operator=(const store_folder&) = delete;
  ~store_folder();

  [[nodiscard]] const std::string& path() const { return path_; }
  /// A folder below it, "a/b"; it itself for "". Nothing where there is none.
  /// @throws file_error; format_error for links.
  [[nodiscard]] std::optional<store_folder> folder(const std::string& name) const;
  /// A file below it. Nothing where there is none. @throws as `folder`.
  [[nodiscard]] std::optional<input_file> file(const std::string& name) const;
  /// The names in it, in the order of the alphabet. @throws file_error
  [[nodiscard]] std::vector<std::string> names() const;
  /// What one of these names is.
  enum class kind { none, file, folder, link, other };
  [[nodiscard]] kind kind_of(const std::string& name) const;
  /// Bytes of all files in it and below, links not followed.
  [[nodiscard]] index_t bytes() const;

private:
  store_folder(std::string path, int descriptor)
      : path_(std::move(path)), descriptor_(descriptor) {}
  [[nodiscard]] int open_below(const std::string& name, int flags) const;
  [[noreturn]] void throw_cannot_open(const std::string& name, int code) const;

  std::string path_;
  int descriptor_;
};

/// All bytes of a file, where they are at most `most`. @throws format_error for more.
std::string content_of(const input_file& file, index_t most);

} // namespace tessera::detail
