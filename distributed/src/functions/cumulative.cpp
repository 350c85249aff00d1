#include <tessera/distributed/functions/cumulative.hpp>

#include <tessera/core/error.hpp>
#include <tessera/distributed/ranks/traffic.hpp>
#include <tessera/distributed/ranks/waiting.hpp>

#include <fmt/core.h>

#include <algorithm>

namespace tessera::detail {

namespace {

constexpr index_t piece = index_t{1} << 30; // MPI counts in int
constexpr int tag = 2;                      // transfers have another

} // namespace

void check_scan(const global_block& block, std::size_t axis) {
  if (block.axes()[axis].is_cyclic())
    throw argument_error(fmt::format("sums and products that run along a cyclic axis, of {}; "
                                     "redistribute the array to blocks first",
                                     distribution_text(block.axes().data(), block.axes().size())));
}

scan_chain::scan_chain(const global_block& block, std::size_t axis, index_t bytes)
    : comm_(block.comm()), bytes_(bytes) {
  const axis_distribution& rule = block.axes()[axis];
  const interval& own = block.owned(axis);
  // Parts without elements are passed over.
  const int part = block.part(axis);
  const auto rank_of = [&](int other) {
    return comm_.rank() + (other - part) * block.rank_stride(axis);
  };
  if (own.lower > 0) before_ = rank_of(rule.owner(own.lower - 1));
  if (own.upper < rule.size()) after_ = rank_of(rule.owner(own.upper));
}

void scan_chain::receive(void* plane) const {
  const waiting here(bytes_);
  for (index_t at = 0; at < bytes_; at += piece)
    check_mpi(MPI_Recv(static_cast<std::byte*>(plane) + at,
                       static_cast<int>(std::min(piece, bytes_ - at)), MPI_BYTE, before_, tag,
                       comm_.native(), MPI_STATUS_IGNORE),
              "MPI_Recv");
  note_received(comm_, before_, scan_channel, bytes_);
}

void scan_chain::send(const void* plane) const {
  if (after_ >= 0) note_sent(comm_, after_, scan_channel, bytes_);
  const waiting here(bytes_);
  for (index_t at = 0; after_ >= 0 && at < bytes_; at += piece)
    check_mpi(MPI_Send(static_cast<const std::byte*>(plane) + at,
                       static_cast<int>(std::min(piece, bytes_ - at)), MPI_BYTE, after_, tag,
                       comm_.native()),
              "MPI_Send");
}

} // namespace tessera::detail
