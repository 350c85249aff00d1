#include "strided_writer.hpp"

#include <tessera/core/memory.hpp>

#include <algorithm>
#include <cstring>
#include <vector>

namespace tessera::detail {

namespace {

constexpr index_t buffer_bytes = index_t{1} << 20U;
constexpr index_t direct_from = index_t{1} << 16U; // larger runs are not copied first

using write_function = std::function<void(index_t, const void*, index_t)>;

/// Collects small runs to write them together.
class run_collector {
public:
  run_collector(const write_function& write, index_t offset) : write_(write), offset_(offset) {}

  void add(const std::byte* data, index_t bytes) {
    if (bytes >= direct_from) {
      flush();
      put(data, bytes);
      return;
    }
    if (buffer_.data() == nullptr) buffer_ = buffer(static_cast<std::size_t>(buffer_bytes));
    if (used_ + bytes > buffer_bytes) flush();
    std::memcpy(buffer_.data() + used_, data, static_cast<std::size_t>(bytes));
    used_ += bytes;
  }

  void flush() {
    if (used_ > 0) put(buffer_.data(), used_);
    used_ = 0;
  }

private:
  void put(const std::byte* data, index_t bytes) {
    write_(offset_, data, bytes);
    offset_ += bytes;
  }

  const write_function& write_;
  index_t offset_;
  buffer buffer_;
  index_t used_ = 0;
};

/// Elements at the end of the axes that are adjacent in memory; `outer` axes remain before them.
index_t adjacent_elements(const strided_elements& e, std::size_t& outer) {
  index_t count = 1;
  outer = e.ndim;
  while (outer > 0 && (e.shape[outer - 1] == 1 || e.strides[outer - 1] == count))
    count *= e.shape[--outer];
  return count;
}

/// Steps to the next subscripts; false behind the last ones.
bool advance(const strided_elements& e, std::size_t outer, std::vector<index_t>& at,
             index_t& position) {
  for (std::size_t d = outer; d-- > 0;) {
    position += e.strides[d];
    if (++at[d] < e.shape[d]) return true;
    position -= at[d] * e.strides[d];
    at[d] = 0;
  }
  return false;
}

} // namespace

void write_strided(const write_function& write, index_t offset, const strided_elements& elements) {
  for (std::size_t d = 0; d < elements.ndim; ++d)
    if (elements.shape[d] == 0) return;
  std::size_t outer = 0;
  const index_t run = adjacent_elements(elements, outer) * elements.itemsize;
  std::vector<index_t> at(outer, 0);
  index_t position = 0;
  run_collector collector(write, offset);
  do {
    collector.add(elements.data + position * elements.itemsize, run);
  } while (advance(elements, outer, at, position));
  collector.flush();
}

} // namespace tessera::detail
