#include "collective/rank_operations.hpp"

#include "messages/sending.hpp"

#include <tessera/core/error.hpp>

#include <array>
#include <map>
#include <mutex>
#include <utility>

namespace tessera::detail {

namespace {

constexpr std::size_t slots = 128;

/// An operation and MPI's handle for it, which calls a function that knows the slot.
struct operation_slot {
  combine_elements combine = nullptr;
  const void* context = nullptr;
  bool commutative = false;
  bool is_taken = false;
  MPI_Op handle = MPI_OP_NULL;
};

std::array<operation_slot, slots>& all_slots() {
  static std::array<operation_slot, slots> all;
  return all;
}
std::mutex& slots_mutex() {
  static std::mutex mutex;
  return mutex;
}

template <std::size_t K> void call_slot(void* lower, void* higher, int* n, MPI_Datatype* /*type*/) {
  const operation_slot& slot = all_slots()[K];
  slot.combine(lower, higher, *n, slot.context);
}

template <std::size_t... K> constexpr auto functions_of(std::index_sequence<K...>) {
  return std::array<MPI_User_function*, sizeof...(K)>{&call_slot<K>...};
}
constexpr auto functions = functions_of(std::make_index_sequence<slots>());

/// One that has no state stays where it is: it is the same the next time.
std::size_t slot_for(const rank_operation& op) {
  auto& all = all_slots();
  std::size_t free = slots;
  for (std::size_t k = 0; k < slots; ++k) {
    const operation_slot& each = all[k];
    if (each.is_taken && op.context == nullptr && each.context == nullptr &&
        each.combine == op.combine)
      return k;
    // A handle that was made once is for that order.
    const bool fits = each.handle == MPI_OP_NULL || each.commutative == op.commutative;
    if (!each.is_taken && fits && free == slots) free = k;
  }
  return free;
}

} // namespace

operation_handle::operation_handle(const rank_operation& op) {
  if (op.is_plain_sum) {
    handle_ = MPI_SUM;
    return;
  }
  const std::lock_guard lock(slots_mutex());
  const std::size_t k = slot_for(op);
  if (k == slots)
    throw communication_error("more reductions with operations of their own are under way than the "
                              "128 that there is room for; wait for some");
  operation_slot& slot = all_slots()[k];
  slot.combine = op.combine;
  slot.context = op.context;
  slot.is_taken = true;
  if (slot.handle == MPI_OP_NULL) {
    slot.commutative = op.commutative;
    check_mpi(MPI_Op_create(functions[k], op.commutative ? 1 : 0, &slot.handle), "MPI_Op_create");
  }
  handle_ = slot.handle;
  if (op.context != nullptr) slot_ = static_cast<int>(k);
}

operation_handle::operation_handle(operation_handle&& other) noexcept
    : handle_(std::exchange(other.handle_, MPI_OP_NULL)), slot_(std::exchange(other.slot_, -1)) {}

operation_handle& operation_handle::operator=(operation_handle&& other) noexcept {
  std::swap(handle_, other.handle_);
  std::swap(slot_, other.slot_);
  return *this;
}

operation_handle::~operation_handle() {
  if (slot_ < 0) return;
  const std::lock_guard lock(slots_mutex());
  all_slots()[static_cast<std::size_t>(slot_)].is_taken = false;
}

MPI_Datatype combined_type(char kind, index_t itemsize) {
  const mpi_elements elements = mpi_type_of(kind, itemsize);
  if (elements.each == 1) return elements.type;
  static std::map<index_t, MPI_Datatype> made;
  const std::lock_guard lock(slots_mutex());
  MPI_Datatype& type = made.try_emplace(itemsize, MPI_DATATYPE_NULL).first->second;
  if (type == MPI_DATATYPE_NULL) {
    check_mpi(MPI_Type_contiguous(elements.each, elements.type, &type), "MPI_Type_contiguous");
    check_mpi(MPI_Type_commit(&type), "MPI_Type_commit");
  }
  return type;
}

} // namespace tessera::detail
