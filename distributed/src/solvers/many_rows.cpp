#include <tessera/distributed/solvers/many_rows.hpp>

namespace tessera::detail {

std::vector<double> sums_of_ranks(const communicator& comm, const std::vector<exact_sum>& parts) {
  reduction_message message;
  for (const exact_sum& part : parts) message.add(part);
  message.send(comm, false);
  std::vector<double> sums;
  for (std::size_t k = 0; k < parts.size(); ++k) sums.push_back(message.next_exact_sum().value());
  return sums;
}

} // namespace tessera::detail
