/// @file
/// One array written in every format, for tests of what happens on the way.
#pragma once

#include <tessera/core/error.hpp>
#include <tessera/io/checkpoint.hpp>
#include <tessera/io/hdf5.hpp>
#include <tessera/io/image.hpp>
#include <tessera/io/npy.hpp>
#include <tessera/io/text.hpp>
#include <tessera/io/zarr.hpp>

#include <string>

namespace tessera_test {

/// Formats of one file, by their endings, and with those that are folders.
inline constexpr const char* file_formats[] = {"npy", "h5", "txt", "png"};
inline constexpr const char* stored_formats[] = {"npy", "h5", "txt", "zarr", "png"};

/// Writes an array in a format; a "checkpoint" is a folder. Collective.
inline void write_as(const std::string& format, const std::string& path,
                     const tessera::global_array<double, 2>& u) {
  if (format == "npy") return tessera::save_npy(path, u);
  if (format == "txt") return tessera::savetxt(path, u, {.fmt = "%.1f"});
  if (format == "zarr") return tessera::save_zarr(path, u, {.chunk = {40, 30}, .shard = {80, 60}});
  if (format == "png") return tessera::imsave(path, u);
  if (format == "checkpoint") return tessera::checkpoint(u.comm(), path).save(1, {{"u", u}});
  if (format != "h5") throw tessera::argument_error("no format '" + format + "'");
  tessera::hdf5_file file = tessera::hdf5_file::create(u.comm(), path);
  file.write("u", u);
  file.set_attribute("u", "dt", 0.1);
  file.commit();
}

} // namespace tessera_test
