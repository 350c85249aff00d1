/// @file
/// Folders that appear under their name only when they are complete.
#pragma once

#include <tessera/core/shape.hpp>

#include <string>

namespace tessera {

namespace detail {

struct noted_name;

}

/// A folder that is filled under a temporary name beside its own, which it takes by one rename in
/// `commit`. Until then, what has that name stays as it was; without `commit`, nothing remains. A
/// process that is killed leaves the temporary folder `.name.tessera-K.tmp`, which the next one
/// that makes a folder of this name removes; one that is ended by a signal such as that of Ctrl-C
/// leaves it, too, unless `run` runs it. Local; move-only.
///
///     output_folder folder = output_folder::create("run.zarr");
///     // ... files are written below folder.temporary()
///     folder.commit();
///
/// A folder that has the name is exchanged with the new one and removed behind it: whoever calls
/// `commit` has looked whether it may be. Behind a symbolic link, the folder that it leads to is
/// replaced, or made.
class output_folder {
public:
  /// Makes the temporary folder.
  /// @throws file_error naming the path and the reason: no such folder around it, no permission.
  static output_folder create(const std::string& path);
  /// Joins a temporary folder that another process made; its maker commits or removes it.
  static output_folder open(const std::string& path, const std::string& temporary);

  output_folder(output_folder&& other) noexcept;
  output_folder& operator=(output_folder&& other) noexcept;
  output_folder(const output_folder&) = delete;
  output_folder& operator=(const output_folder&) = delete;
  /// Removes the temporary folder if this object made it and did not commit.
  ~output_folder();

  /// The name that it will have.
  [[nodiscard]] const std::string& path() const { return path_; }
  /// The name that it has.
  [[nodiscard]] const std::string& temporary() const { return temporary_; }

  /// Gives it up: removes the temporary folder and all in it, whoever made it.
  void remove() noexcept;
  /// Ends writing: from now on, a signal that ends this process leaves it.
  void close() noexcept;
  /// Gives it its name. To be called by its maker, when all have closed it.
  /// @throws file_error; the older folder has its name then.
  void commit();

private:
  output_folder(std::string path, std::string temporary, int lock, bool made);
  void discard() noexcept;

  std::string path_;
  std::string temporary_;
  int lock_ = -1; // tells others that the temporary folder is being written
  detail::noted_name* noted_ = nullptr;
  bool made_ = false;
};

} // namespace tessera
