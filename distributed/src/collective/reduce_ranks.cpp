#include "collective/exact_rank_sums.hpp"
#include "collective/member_sums.hpp"
#include "collective/move_call.hpp"
#include "collective/rank_operations.hpp"
#include "messages/envelope.hpp"
#include "messages/sending.hpp"

#include <tessera/core/error.hpp>
#include <tessera/distributed/collective/reduce_ranks.hpp>
#include <tessera/distributed/ranks/agreed.hpp>
#include <tessera/distributed/ranks/waiting.hpp>
#include <tessera/distributed/transfer/transfer.hpp>

#include <algorithm>
#include <cstring>
#include <fmt/core.h>

namespace tessera::detail {

namespace {

const char* name_of(reduce_kind kind) {
  switch (kind) {
  case reduce_kind::reduce: return "reduce";
  case reduce_kind::allreduce: return "allreduce";
  case reduce_kind::scan: return "scan";
  case reduce_kind::exscan: return "exscan";
  case reduce_kind::reduce_scatter: return "reduce_scatter";
  }
  return "";
}

/// As far as ranks can tell each other: addresses of functions differ from rank to rank.
const char* operation_text(const rank_operation& op) {
  if (op.members != nullptr) return "exact sums of members";
  if (op.combine == nullptr) return "exact sums";
  if (op.is_plain_sum) return "plain sums";
  return op.commutative ? "a commutative operation" : "an operation in the order of the ranks";
}

void check_sizes(const communicator& comm, reduce_kind kind, const message_data& mine,
                 const message_data& into) {
  check_apart(mine, into, name_of(kind), "where the same array is meant, say in_place");
  const index_t parts = kind == reduce_kind::reduce_scatter ? comm.size() : 1;
  const bool same_type = mine.kind == into.kind && mine.itemsize == into.itemsize;
  if (same_type && mine.count == into.count * parts) return;
  throw argument_error(fmt::format("{}: {} and a result of {} do not fit{}", name_of(kind),
                                   contents_text(mine), contents_text(into),
                                   parts > 1 ? "; the result is a part, one of each rank" : ""));
}

struct reduction {
  reduce_kind kind;
  MPI_Datatype type;
  MPI_Op op;
  int root;
  MPI_Comm comm;
  MPI_Request* posted; // none for a call that is done when it returns
};

int call_mpi(const reduction& r, const void* from, void* to, int n) {
  const bool later = r.posted != nullptr;
  switch (r.kind) {
  case reduce_kind::reduce:
    return later ? MPI_Ireduce(from, to, n, r.type, r.op, r.root, r.comm, r.posted)
                 : MPI_Reduce(from, to, n, r.type, r.op, r.root, r.comm);
  case reduce_kind::allreduce:
    return later ? MPI_Iallreduce(from, to, n, r.type, r.op, r.comm, r.posted)
                 : MPI_Allreduce(from, to, n, r.type, r.op, r.comm);
  case reduce_kind::scan:
    return later ? MPI_Iscan(from, to, n, r.type, r.op, r.comm, r.posted)
                 : MPI_Scan(from, to, n, r.type, r.op, r.comm);
  case reduce_kind::exscan:
    return later ? MPI_Iexscan(from, to, n, r.type, r.op, r.comm, r.posted)
                 : MPI_Exscan(from, to, n, r.type, r.op, r.comm);
  case reduce_kind::reduce_scatter:
    return later ? MPI_Ireduce_scatter_block(from, to, n, r.type, r.op, r.comm, r.posted)
                 : MPI_Reduce_scatter_block(from, to, n, r.type, r.op, r.comm);
  }
  return MPI_SUCCESS;
}

/// Packed elements of what is reduced, as MPI and sums see them.
message_data packed(const message_data& like, const std::byte* data) {
  return {const_cast<std::byte*>(data),
          like.count,
          like.itemsize,
          like.kind,
          true,
          1,
          nullptr,
          nullptr};
}

} // namespace

operation* reduce_ranks(const communicator& comm, reduce_kind kind, const message_data& mine,
                        const message_data& into, const rank_operation& op, int root,
                        call_mode mode) {
  check_usable(comm);
  const bool in_place = mine.itemsize == 0;
  if (!in_place) check_sizes(comm, kind, mine, into);
  if (op.combine == nullptr && mode == call_mode::started)
    return start_exact_sum(comm, kind, in_place ? into : mine, into, root, op.members);
  move_call call(comm, name_of(kind), mode);
  call.agree("a reduction", [&] {
    return fmt::format("{} of {} {}, {}{}", name_of(kind), into.count,
                       element_text(into.kind, into.itemsize), operation_text(op),
                       kind == reduce_kind::reduce ? fmt::format(", to rank {}", root) : "");
  });
  std::byte* const to = call.set_target(into);
  const bool has_result = kind != reduce_kind::reduce || comm.rank() == root;
  const message_data& source = in_place ? into : mine;
  const index_t bytes = source.count * source.itemsize;
  // MPI's own word for in place is not the same for all calls and ranks: elsewhere, a copy.
  const bool stays = in_place && kind == reduce_kind::allreduce && into.is_contiguous;
  const std::byte* const from = stays ? to : in_place ? call.copy_of(into) : call.source(mine);
  if (!has_result || kind == reduce_kind::exscan) {
    // Elsewhere the result is what the rank has; below rank 0 there is nothing.
    if (kind == reduce_kind::exscan)
      std::fill_n(to, into.count * into.itemsize, std::byte{0});
    else if (bytes > 0)
      std::memcpy(to, from, static_cast<std::size_t>(bytes));
  }
  const waiting here(bytes);
  if (op.members != nullptr) {
    sum_members(comm, kind, packed(source, from), packed(into, to), *op.members, root);
    return call.finish();
  }
  if (op.combine == nullptr) {
    sum_exactly(comm, kind, packed(source, from), packed(into, to), root);
    return call.finish();
  }
  operation_handle handle(op);
  const MPI_Datatype type = combined_type(source.kind, source.itemsize);
  // The parts of a reduce_scatter are cut by their number, all else by its bytes.
  const index_t piece = transfer_plan::piece_bytes() / std::max<index_t>(source.itemsize, 1);
  const index_t most =
      kind == reduce_kind::reduce_scatter ? into.count : std::max<index_t>(piece, 1);
  index_t at = 0;
  do {
    const index_t n = std::min(most, into.count - at);
    const index_t offset = at * source.itemsize;
    const reduction r{kind, type, handle.get(), root, comm.native(), call.next_request()};
    call.check(call_mpi(r, stays ? MPI_IN_PLACE : from + offset, has_result ? to + offset : nullptr,
                        static_cast<int>(n)));
    at += n;
  } while (at < into.count);
  if (call.is_started()) call.keep(std::move(handle));
  return call.finish();
}

} // namespace tessera::detail
