#include <tessera/distributed/functions/format.hpp>

#include <iostream>

namespace tessera::detail {

void print_line(const communicator& comm, const std::string& text) {
  if (comm.rank() == 0) std::cout << text << '\n';
}

} // namespace tessera::detail
