#include <tessera/core.hpp>

int main() {
  const auto numbers = tessera::arange(4.0);
  return tessera::sum(numbers * numbers) == 14 ? 0 : 1;
}
