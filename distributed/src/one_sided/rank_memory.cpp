#include "one_sided/rank_memory.hpp"

#include "memory/node_memory.hpp"

#include <tessera/distributed/collectives.hpp>
#include <tessera/distributed/ranks/waiting.hpp>

#include <atomic>
#include <numeric>

namespace tessera::detail {

namespace {

/// What of this rank others of its node need to know.
struct placed {
  std::uint64_t place = nowhere;
  std::uint64_t bytes = 0;
};

/// The numbers on this node of a communicator's ranks; MPI_UNDEFINED of others.
std::vector<int> ranks_on_node(const communicator& comm, const communicator& node) {
  std::vector<int> own(static_cast<std::size_t>(comm.size()));
  std::iota(own.begin(), own.end(), 0);
  std::vector<int> result(own.size());
  MPI_Group all = MPI_GROUP_NULL;
  MPI_Group some = MPI_GROUP_NULL;
  check_mpi(MPI_Comm_group(comm.native(), &all), "MPI_Comm_group");
  check_mpi(MPI_Comm_group(node.native(), &some), "MPI_Comm_group");
  const int code = MPI_Group_translate_ranks(all, comm.size(), own.data(), some, result.data());
  MPI_Group_free(&all);
  MPI_Group_free(&some);
  check_mpi(code, "MPI_Group_translate_ranks");
  return result;
}

/// A type of MPI for elements at equal distances along each axis.
class strided_type {
public:
  explicit strided_type(const array_ref& elements) {
    std::size_t axes = elements.ndim;
    index_t block = elements.itemsize; // bytes that follow each other
    for (; axes > 0; --axes) {
      const index_t n = elements.shape[axes - 1];
      if (n > 1 && elements.strides[axes - 1] != block) break;
      block *= n;
    }
    check_mpi(MPI_Type_contiguous(static_cast<int>(block), MPI_BYTE, &type_),
              "MPI_Type_contiguous");
    for (std::size_t d = axes; d-- > 0;)
      if (elements.shape[d] > 1) wrap(static_cast<int>(elements.shape[d]), elements.strides[d]);
    check_mpi(MPI_Type_commit(&type_), "MPI_Type_commit");
  }
  strided_type(const strided_type&) = delete;
  strided_type& operator=(const strided_type&) = delete;
  ~strided_type() { MPI_Type_free(&type_); }
  [[nodiscard]] MPI_Datatype get() const { return type_; }

private:
  void wrap(int count, index_t step) {
    MPI_Datatype outer = MPI_DATATYPE_NULL;
    const int code = MPI_Type_create_hvector(count, 1, step, type_, &outer);
    MPI_Type_free(&type_);
    type_ = outer;
    check_mpi(code, "MPI_Type_create_hvector");
  }
  MPI_Datatype type_ = MPI_DATATYPE_NULL;
};

constexpr index_t most_bytes = index_t{1} << 30U; // of one call

index_t bytes_of(const array_ref& a) {
  index_t bytes = a.itemsize;
  for (std::size_t d = 0; d < a.ndim; ++d) bytes *= a.shape[d];
  return bytes;
}

/// Calls `move(distance, elements, place)` for parts that one call can move, of elements that lie
/// at a distance and go to a place, in order.
template <class Move>
void in_parts(index_t distance, const array_ref& elements, index_t place, const Move& move) {
  if (bytes_of(elements) <= most_bytes) return move(distance, elements, place);
  std::size_t d = 0;
  while (elements.shape[d] == 1) ++d;
  index_t shape[max_ndim];
  for (std::size_t k = 0; k < elements.ndim; ++k) shape[k] = elements.shape[k];
  array_ref part = elements;
  part.shape = shape;
  const index_t half = elements.shape[d] / 2;
  shape[d] = half;
  in_parts(distance, part, place, move);
  const index_t moved = bytes_of(part);
  shape[d] = elements.shape[d] - half;
  in_parts(distance + half * elements.strides[d], part, place + moved, move);
}

} // namespace

rank_memory::rank_memory(const communicator& comm, std::byte* mine, index_t bytes)
    : bases_(static_cast<std::size_t>(comm.size()), nullptr) {
  node_memory* const node = node_memory::of(comm);
  const placed here{node != nullptr && bytes > 0 ? node->place_of(mine) : nowhere,
                    static_cast<std::uint64_t>(bytes)};
  const std::vector<placed> all = allgather(comm, here);
  std::vector<int> numbers;
  if (node != nullptr) numbers = ranks_on_node(comm, node->comm());
  bool reaches_all = true;
  for (std::size_t r = 0; r < bases_.size(); ++r) {
    if (static_cast<int>(r) == comm.rank())
      bases_[r] = mine;
    else if (node != nullptr && numbers[r] != MPI_UNDEFINED && all[r].place != nowhere)
      bases_[r] = node->at(numbers[r], all[r].place);
    reaches_all = reaches_all && (bases_[r] != nullptr || all[r].bytes == 0);
  }
  if (allreduce_min(comm, reaches_all ? 1 : 0) == 0) window_ = rank_window(comm, mine, bytes);
}

void rank_memory::get(int rank, index_t from, const array_ref& remote, std::byte* to) const {
  in_parts(from, remote, 0, [&](index_t distance, const array_ref& part, index_t place) {
    const strided_type type(part);
    check_mpi(MPI_Get(to + place, static_cast<int>(bytes_of(part)), MPI_BYTE, rank, distance, 1,
                      type.get(), window_.get()),
              "MPI_Get");
  });
}

void rank_memory::put(int rank, index_t to, const array_ref& remote, const std::byte* from) const {
  in_parts(to, remote, 0, [&](index_t distance, const array_ref& part, index_t place) {
    const strided_type type(part);
    check_mpi(MPI_Put(from + place, static_cast<int>(bytes_of(part)), MPI_BYTE, rank, distance, 1,
                      type.get(), window_.get()),
              "MPI_Put");
  });
}

void rank_memory::sent() const {
  if (!window_) return;
  const waiting here;
  check_mpi(MPI_Win_flush_local_all(window_.get()), "MPI_Win_flush_local_all");
}

void rank_memory::flush(int rank) const {
  if (!window_) return std::atomic_thread_fence(std::memory_order_seq_cst);
  const waiting here;
  check_mpi(MPI_Win_flush(rank, window_.get()), "MPI_Win_flush");
}

void rank_memory::flush_all() const {
  if (!window_) return std::atomic_thread_fence(std::memory_order_seq_cst);
  const waiting here;
  check_mpi(MPI_Win_flush_all(window_.get()), "MPI_Win_flush_all");
}

std::int64_t rank_memory::fetch_add(int rank, index_t at, std::int64_t value) const {
  if (!window_) return std::atomic_ref(*word(rank, at)).fetch_add(value);
  std::int64_t before = 0;
  check_mpi(MPI_Fetch_and_op(&value, &before, MPI_INT64_T, rank, at, MPI_SUM, window_.get()),
            "MPI_Fetch_and_op");
  flush(rank);
  return before;
}

} // namespace tessera::detail
