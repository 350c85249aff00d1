// Collective calls that move parts.
#include <tessera/distributed/collective/moves.hpp>

#include "collective/move_call.hpp"
#include "messages/envelope.hpp"
#include "messages/sending.hpp"
#include "ranks/communicator_text.hpp"

#include <tessera/core/error.hpp>
#include <tessera/distributed/ranks/agreed.hpp>
#include <tessera/distributed/ranks/waiting.hpp>
#include <tessera/distributed/transfer/transfer.hpp>

#include <numeric>
#include <string>

namespace tessera::detail {

namespace {

bool is_in_place(const message_data& data) { return data.itemsize == 0; }

std::string counts_text(part_counts counts) {
  std::string text;
  for (const index_t n : counts) text += (text.empty() ? "" : ", ") + std::to_string(n);
  return "parts of " + text + " elements";
}

/// Of each rank, or of all where they are equal.
std::string parts_text(index_t each, part_counts counts) {
  return counts.empty() ? "parts of " + std::to_string(each) + " elements" : counts_text(counts);
}

/// Throws unless a whole has the size of its parts.
void check_whole(const communicator& comm, const message_data& whole, index_t each,
                 part_counts counts, const char* call) {
  const index_t sum =
      counts.empty() ? each * comm.size() : std::reduce(counts.begin(), counts.end(), index_t{0});
  const bool one_of_each = counts.empty() || static_cast<int>(counts.size()) == comm.size();
  if (one_of_each && sum == whole.count) return;
  throw argument_error(call_text(comm, call) + ": " + contents_text(whole) + " is not made of " +
                       parts_text(each, counts) + ", one of each of " +
                       std::to_string(comm.size()) + " ranks");
}

/// Throws unless the part of this rank has the size that is counted.
void check_part(const communicator& comm, const message_data& part, part_counts counts,
                const char* call) {
  if (counts.empty() || is_in_place(part)) return;
  const auto me = static_cast<std::size_t>(comm.rank());
  if (me < counts.size() && part.count == counts[me]) return;
  throw argument_error(call_text(comm, call) + ": rank " + std::to_string(comm.rank()) + " has " +
                       contents_text(part) + ", which is not its own of " + counts_text(counts));
}

void check_same_type(const message_data& a, const message_data& b, const char* call) {
  if (!is_in_place(a)) check_apart(a, b, call, "where the same array is meant, say in_place");
  if (is_in_place(a) || (a.kind == b.kind && a.itemsize == b.itemsize)) return;
  throw argument_error(std::string(call) + ": " + contents_text(a) + " and " + contents_text(b) +
                       " have elements of different types");
}

std::string whose_text(int root) {
  return root == all_ranks ? " on all ranks" : " and rank " + std::to_string(root);
}

/// Parts one after another, as bytes.
std::vector<byte_part> parts_in_order(const communicator& comm, index_t each, part_counts counts,
                                      index_t itemsize) {
  std::vector<byte_part> parts;
  index_t offset = 0;
  for (int rank = 0; rank < comm.size(); ++rank) {
    const index_t n = counts.empty() ? each : counts[static_cast<std::size_t>(rank)];
    parts.push_back({rank, offset, n * itemsize});
    offset += n * itemsize;
  }
  return parts;
}

/// The same place for, or from, all of some ranks.
std::vector<byte_part> part_for(int first, int last, index_t bytes) {
  std::vector<byte_part> parts;
  for (int rank = first; rank < last; ++rank) parts.push_back({rank, 0, bytes});
  return parts;
}

} // namespace

void check_root(const communicator& comm, int root, const char* call) {
  check_usable(comm);
  if (root >= 0 && root < comm.size()) return;
  throw argument_error(call_text(comm, call) + ": there is no rank " + std::to_string(root) +
                       " among the " + std::to_string(comm.size()) + " of the communicator");
}

operation* bcast(const communicator& comm, const message_data& data, int root, call_mode mode) {
  check_root(comm, root, "bcast");
  move_call call(comm, "bcast", mode);
  call.agree("a bcast", [&] { return contents_text(data) + " from rank " + std::to_string(root); });
  std::byte* at = call.set_target(data);
  if (comm.rank() == root) call.pack_target();
  const waiting here(data.count * data.itemsize);
  index_t left = data.count * data.itemsize;
  do {
    const index_t piece = transfer_plan::piece_bytes();
    const int n = static_cast<int>(left < piece ? left : piece);
    call.check(call.is_started()
                   ? MPI_Ibcast(at, n, MPI_BYTE, root, comm.native(), call.next_request())
                   : MPI_Bcast(at, n, MPI_BYTE, root, comm.native()));
    at += n;
    left -= n;
  } while (left > 0);
  return call.finish();
}

operation* gather(const communicator& comm, const message_data& mine, const message_data& whole,
                  part_counts counts, int root, call_mode mode) {
  const char* const name = root == all_ranks ? "allgather" : "gather";
  check_usable(comm);
  const bool has_all = root == all_ranks || root == comm.rank();
  const bool lies_there = is_in_place(mine);
  const auto me = static_cast<std::size_t>(comm.rank());
  index_t each = lies_there ? whole.count / comm.size() : mine.count;
  if (has_all) {
    check_same_type(mine, whole, name);
    check_whole(comm, whole, each, counts, name);
  }
  check_part(comm, mine, counts, name);
  move_call call(comm, name, mode);
  call.agree("a gather", [&] { return parts_text(each, counts) + whose_text(root); });
  if (!counts.empty()) each = counts[me];

  const index_t itemsize = lies_there ? whole.itemsize : mine.itemsize;
  const mpi_elements elements = mpi_type_of(lies_there ? whole.kind : mine.kind, itemsize);
  const std::byte* const from = lies_there ? nullptr : call.source(mine);
  std::byte* const to = has_all ? call.set_target(whole) : nullptr;
  if (lies_there && has_all) call.pack_target();
  const waiting here;

  const index_t longest =
      counts.empty() ? each * comm.size() : std::reduce(counts.begin(), counts.end(), index_t{0});
  if (needs_pieces(longest * itemsize)) {
    const auto places = parts_in_order(comm, each, counts, itemsize);
    const byte_part own = places[me];
    const std::byte* const part = lies_there && has_all ? to + own.offset : from;
    const int first = root == all_ranks ? 0 : root;
    const int last = root == all_ranks ? comm.size() : root + 1;
    call.post(part, part_for(first, last, own.bytes), to,
              has_all ? places : std::vector<byte_part>());
    return call.finish();
  }

  const void* const sent = lies_there && has_all ? MPI_IN_PLACE : from;
  const int n = static_cast<int>(each * elements.each);
  const MPI_Datatype type = elements.type;
  const MPI_Comm handle = comm.native();
  const bool later = call.is_started();
  MPI_Request* const posted = later ? call.next_request() : nullptr;
  if (counts.empty() && root == all_ranks) {
    call.check(later ? MPI_Iallgather(sent, n, type, to, n, type, handle, posted)
                     : MPI_Allgather(sent, n, type, to, n, type, handle));
  } else if (counts.empty()) {
    call.check(later ? MPI_Igather(sent, n, type, to, n, type, root, handle, posted)
                     : MPI_Gather(sent, n, type, to, n, type, root, handle));
  } else {
    const auto [sizes, offsets] = call.parts(counts, elements.each);
    if (root == all_ranks)
      call.check(later ? MPI_Iallgatherv(sent, n, type, to, sizes, offsets, type, handle, posted)
                       : MPI_Allgatherv(sent, n, type, to, sizes, offsets, type, handle));
    else
      call.check(later ? MPI_Igatherv(sent, n, type, to, sizes, offsets, type, root, handle, posted)
                       : MPI_Gatherv(sent, n, type, to, sizes, offsets, type, root, handle));
  }
  return call.finish();
}

operation* scatter(const communicator& comm, const message_data& whole, part_counts counts,
                   const message_data& mine, int root, call_mode mode) {
  check_usable(comm);
  const bool has_all = root == comm.rank();
  if (has_all) {
    check_same_type(whole, mine, "scatter");
    check_whole(comm, whole, mine.count, counts, "scatter");
  }
  check_part(comm, mine, counts, "scatter");
  move_call call(comm, "scatter", mode);
  call.agree("a scatter", [&] { return parts_text(mine.count, counts) + whose_text(root); });
  const std::byte* const from = has_all ? call.source(whole) : nullptr;
  std::byte* const to = call.set_target(mine);
  const waiting here;
  const index_t longest = counts.empty() ? mine.count * comm.size()
                                         : std::reduce(counts.begin(), counts.end(), index_t{0});
  if (needs_pieces(longest * mine.itemsize)) {
    const auto places = parts_in_order(comm, mine.count, counts, mine.itemsize);
    call.post(from, has_all ? places : std::vector<byte_part>(), to,
              part_for(root, root + 1, mine.count * mine.itemsize));
    return call.finish();
  }
  const mpi_elements elements = mpi_type_of(mine.kind, mine.itemsize);
  const int n = static_cast<int>(mine.count * elements.each);
  const MPI_Datatype type = elements.type;
  const bool later = call.is_started();
  MPI_Request* const posted = later ? call.next_request() : nullptr;
  if (counts.empty()) {
    call.check(later ? MPI_Iscatter(from, n, type, to, n, type, root, comm.native(), posted)
                     : MPI_Scatter(from, n, type, to, n, type, root, comm.native()));
  } else {
    const auto [sizes, offsets] = call.parts(counts, elements.each);
    call.check(
        later ? MPI_Iscatterv(from, sizes, offsets, type, to, n, type, root, comm.native(), posted)
              : MPI_Scatterv(from, sizes, offsets, type, to, n, type, root, comm.native()));
  }
  return call.finish();
}

operation* alltoall(const communicator& comm, const message_data& from, part_counts from_counts,
                    const message_data& to, part_counts to_counts, call_mode mode) {
  check_usable(comm);
  check_same_type(from, to, "alltoall");
  const index_t each = to.count / comm.size();
  check_whole(comm, to, each, to_counts, "alltoall");
  if (!is_in_place(from)) check_whole(comm, from, each, from_counts, "alltoall");
  move_call call(comm, "alltoall", mode);
  call.agree("an alltoall",
             [&] { return to_counts.empty() ? parts_text(each, {}) : "parts of their own"; });
  const std::byte* const source = is_in_place(from) ? call.copy_of(to) : call.source(from);
  std::byte* const target = call.set_target(to);
  const waiting here;
  // Sizes of their own are known to two ranks each: whether MPI's counts do is not known to all.
  if (!to_counts.empty() || needs_pieces(to.count * to.itemsize)) {
    call.post(source, parts_in_order(comm, each, from_counts, to.itemsize), target,
              parts_in_order(comm, each, to_counts, to.itemsize));
    return call.finish();
  }
  const mpi_elements elements = mpi_type_of(to.kind, to.itemsize);
  const int n = static_cast<int>(each * elements.each);
  const MPI_Datatype type = elements.type;
  call.check(call.is_started() ? MPI_Ialltoall(source, n, type, target, n, type, comm.native(),
                                               call.next_request())
                               : MPI_Alltoall(source, n, type, target, n, type, comm.native()));
  return call.finish();
}

operation* barrier(const communicator& comm) {
  check_usable(comm);
  move_call call(comm, "ibarrier", call_mode::started);
  call.agree("a barrier", [] { return std::string("of all ranks"); });
  call.check(MPI_Ibarrier(comm.native(), call.next_request()));
  return call.finish();
}

} // namespace tessera::detail
