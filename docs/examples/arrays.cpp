#include <tessera/core.hpp>

#include <iostream>

using namespace tessera;

int main() {
  const ndarray a = linspace(0.0, 1.0, 5);
  const ndarray b = 2.0 * a + sin(a);
  std::cout << b << "\nmean " << mean(b) << '\n';
}
