#include "parts/chunk_rounds.hpp"
#include "types/claimed_bytes.hpp"
#include "types/number_convert.hpp"
#include "zarr/chunks/array_reader.hpp"
#include "zarr/folders/node_names.hpp"
#include "zarr/zarr_state.hpp"

#include <tessera/core/memory.hpp>

#include <fmt/core.h>

#include <algorithm>
#include <string>
#include <vector>

namespace tessera {

using namespace detail;

namespace {

constexpr index_t scanned_bytes = index_t{8} << 20U;

} // namespace

void zarr_store::scan_pieces(const std::string& name, piece_taker take, void* context) {
  state& s = *state_;
  const std::string node = node_path(name);
  const std::string action = s.failure(node);
  const array_metadata& array = s.find_array(node, action);
  s.check_same(fmt::format("look through '{}'", name));
  const detail::dtype type = type_in_memory(array.type);
  if (claimed_bytes(array.shape, 1) == 0) return;
  const std::vector<index_t> origin(array.shape.size(), 0);
  std::vector<index_t> chunk = array.inner_chunk();
  for (std::size_t d = 0; d < chunk.size(); ++d) chunk[d] = std::min(chunk[d], array.shape[d]);
  collectively(s.comm, [&] {
    const store_folder folder = s.folder_of(node);
    const array_reader reader(folder, array, type, action);
    const auto scan = [&](const std::vector<index_t>& lower, const std::vector<index_t>& shape) {
      const file_part part{type, array.shape, lower, packed(shape, 0)};
      const index_t count = part.memory.size();
      const buffer elements(static_cast<std::size_t>(count * type.size));
      reader.read(part, elements.data());
      take(context, elements.data(), count);
    };
    if (array.shape.empty()) return s.comm.rank() == 0 ? scan({}, {}) : void();
    const chunk_rounds rounds({origin, array.shape, chunk}, type.size, 1, scanned_bytes);
    for (index_t k = s.comm.rank(); k < rounds.count(); k += s.comm.size()) {
      std::vector<index_t> lower;
      std::vector<index_t> shape;
      rounds.get(k, lower, shape);
      scan(lower, shape);
    }
  });
}

} // namespace tessera
