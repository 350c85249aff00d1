// Manifests of checkpoints, and the data files that they describe. The checksum of the input is
// made right first: it guards against accidents, not against malice.
#include "fuzz.hpp"

#include "checkpoint/checkpoint_data.hpp"
#include "checkpoint/checkpoint_manifest.hpp"

#include <algorithm>
#include <cstdio>
#include <vector>

using namespace tessera;
using tessera_fuzz::require;

namespace {

constexpr index_t largest_file = 1 << 14;
constexpr index_t most_pieces = 64;

std::string with_checksum(const std::string& lines) {
  char digits[17];
  std::snprintf(digits, sizeof digits, "%016llx",
                static_cast<unsigned long long>(detail::hash_of(lines)));
  return lines + "end " + digits + "\n";
}

/// One file in memory, whichever is asked for.
struct one_file : detail::data_files {
  explicit one_file(index_t bytes)
      : file("in.h5", std::vector<char>(static_cast<std::size_t>(bytes), 'x')) {}
  [[nodiscard]] const input_file& own() const override { return file; }
  [[nodiscard]] const input_file& of(index_t) const override { return file; }
  input_file file;
};

/// Every piece is read: one by one, since the first that does not fit ends a check.
void read_pieces(const detail::checkpoint_manifest& m) {
  if (m.file_bytes > largest_file) return;
  const one_file files(m.file_bytes);
  const index_t count = std::min(static_cast<index_t>(m.pieces.size()), most_pieces);
  for (index_t k = 0; k < count; ++k)
    tessera_fuzz::error_of([&] { check_data(files, m, k, static_cast<index_t>(m.pieces.size())); });
  tessera_fuzz::error_of([&] { static_cast<void>(detail::hash_of_rest(files.own(), m.arrays)); });
}

void check(const std::string& text) {
  const detail::checkpoint_manifest m = detail::parse_manifest(text);
  const std::string again = manifest_text(m, piece_lines(m.pieces));
  const detail::checkpoint_manifest same = detail::parse_manifest(again);
  require(manifest_text(same, piece_lines(same.pieces)) == again, "a manifest of ours is not read");
  read_pieces(m);
}

} // namespace

void tessera_fuzz::manifest(const std::string& bytes) {
  error_of([&] { check(bytes); });
  error_of([&] { check(with_checksum(bytes)); });
}
