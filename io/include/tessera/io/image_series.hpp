/// @file
/// Pictures of a field that changes.
#pragma once

#include <tessera/core/files/output_file.hpp>
#include <tessera/distributed/agree.hpp>
#include <tessera/io/image.hpp>
#include <tessera/io/numbered.hpp>

#include <string>
#include <utility>

namespace tessera {

/// Numbered pictures in which the same value always has the same colour, to be joined to a film:
///
///     image_series frames("frames/u.png", {.colors = colormap::viridis});
///     for (index_t step = 0; step <= steps; ++step) {
///       if (step % 100 == 0) frames.save(step, u);
///     }
///
/// makes frames/u_000000.png, frames/u_000100.png, ..., and in a shell
///
///     ffmpeg -framerate 25 -pattern_type glob -i 'frames/u_*.png' film.mp4
///
/// All members but `save` are local.
class image_series {
public:
  /// Where `low` and `high` are not given, they are the first picture's smallest and largest value
  /// (or those of the first that has two different ones). Local.
  explicit image_series(std::string path, image_options options = {})
      : path_(std::move(path)), options_(std::move(options)) {}

  /// Writes a picture, as `imsave` does, and returns its path. The first one makes the folder, if
  /// there is none. Collective for a global array, otherwise local.
  /// Throws what `imsave` throws.
  template <class A> std::string save(index_t step, const A& field) {
    std::string path = prepared(step, field);
    imsave(path, field, options_);
    return path;
  }
  /// The same of a global array behind the program, as `start_imsave` does. Collective.
  template <class A> pending_save start_save(index_t step, const A& field) {
    return start_imsave(prepared(step, field), field, options_);
  }

  /// The values of the first and the last colour; NaN while not known.
  [[nodiscard]] double low() const { return options_.low; }
  [[nodiscard]] double high() const { return options_.high; }

private:
  /// The path of a picture whose folder is there, and whose colours are known.
  template <class A> std::string prepared(index_t step, const A& field) {
    std::string path = numbered(path_, step);
    if (!std::exchange(has_folder_, true)) make_folder(path, field);
    if (low() != low() || high() != high()) find_range(detail::palette_of(field, options_));
    return path;
  }
  template <class A> static void make_folder(const std::string& path, const A& field) {
    if constexpr (A::is_global)
      collectively(field.comm(), [&] {
        if (field.comm().rank() == 0) detail::make_folder_of(path);
      });
    else
      detail::make_folder_of(path);
  }
  void find_range(const detail::palette_index& found) {
    if (!(found.low < found.high)) return;
    options_.low = found.low;
    options_.high = found.high;
  }

  std::string path_;
  image_options options_;
  bool has_folder_ = false;
};

} // namespace tessera
