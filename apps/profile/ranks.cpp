#include "ranks.hpp"

#include "../support/file_kind.hpp"

#include <tessera/core/error.hpp>
#include <tessera/core/files/file_errors.hpp>
#include <tessera/distributed/measuring/communication_matrix.hpp>
#include <tessera/io/image.hpp>
#include <tessera/io/npy.hpp>

#include <cerrno>
#include <fstream>

namespace profiles {

using namespace tessera;

bool is_of_ranks(const std::string& path) {
  std::ifstream file(path);
  if (!file) detail::throw_file_error("read", path, errno);
  std::string first;
  std::getline(file, first);
  return first.starts_with("tessera profile of ranks");
}

std::string shown_of_ranks(const wishes& w) {
  if (w.json) return json_of_ranks(w.input);
  parallel_profile p = parallel_profile::load(w.input);
  if (w.strip_dirs) p.strip_dirs();
  p.sort(w.sort.c_str());
  if (w.callers) return p.callers(w.name.c_str());
  if (w.callees) return p.callees(w.name.c_str());
  if (w.before.empty()) return p.stats(w.limit);
  parallel_profile before = parallel_profile::load(w.before);
  if (w.strip_dirs) before.strip_dirs();
  return p.compare(before, w.limit);
}

void write_matrix(const wishes& w) {
  const bool is_picture = apps::ends_with(w.matrix, ".png");
  if (!is_picture && !apps::ends_with(w.matrix, ".npy"))
    throw usage_error("--matrix writes npy or png: '" + w.matrix + "' ends with neither");
  if (!is_of_ranks(w.input))
    throw usage_error("--matrix: '" + w.input +
                      "' is a profile of one process, which sends to "
                      "nobody");
  const ndarray<std::int64_t, 2> bytes = communication_matrix(parallel_profile::load(w.input));
  if (!is_picture) return save_npy(w.matrix, bytes);
  imsave(w.matrix, bytes,
         {.low = 0, .color_bar = true, .label = "bytes", .title = "from row to column"});
}

} // namespace profiles
