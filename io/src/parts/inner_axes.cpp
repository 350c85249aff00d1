#include "parts/inner_axes.hpp"

namespace tessera::detail {

file_part as_numbers(const file_part& part, dtype number, const std::vector<index_t>& inner) {
  file_part numbers = part;
  numbers.type = number;
  region& memory = numbers.memory;
  const index_t count = part.type.size / number.size;
  memory.offset *= count;
  for (index_t& stride : memory.strides) stride *= count;
  index_t step = count;
  for (const index_t n : inner) {
    step /= n;
    numbers.dataset.push_back(n);
    numbers.lower.push_back(0);
    if (!numbers.steps.empty()) numbers.steps.push_back(1);
    memory.shape.push_back(n);
    memory.strides.push_back(step);
  }
  return numbers;
}

} // namespace tessera::detail
