// Locks of owners, which users take.
#include "one_sided/state.hpp"

#include <tessera/core/error.hpp>

#include <fmt/core.h>

namespace tessera::detail {

void check_owner(const one_sided_state& state, int owner) {
  if (owner < 0 || owner >= state.comm().size())
    throw argument_error(fmt::format("one-sided access to the elements of rank {}, of {} ranks",
                                     owner, state.comm().size()));
}

namespace {

void lock_one(one_sided_state& state, int owner, bool alone) {
  state.locks().lock(owner, alone);
  state.locked[static_cast<std::size_t>(owner)] = alone ? 2 : 1;
}

void unlock_one(one_sided_state& state, int owner) {
  char& locked = state.locked[static_cast<std::size_t>(owner)];
  if (locked == 0) return;
  if (state.has_block()) state.memory().flush(owner);
  state.locks().unlock(owner, locked == 2);
  locked = 0;
}

void check_unlocked(const one_sided_state& state, int owner) {
  if (state.locked[static_cast<std::size_t>(owner)] == 0) return;
  throw argument_error(fmt::format("rank {} has locked the elements of rank {} already; it would "
                                   "wait for itself",
                                   state.comm().rank(), owner));
}

} // namespace

void lock_owner(one_sided_state& state, int owner, bool alone) {
  static_cast<void>(state.block());
  const bool all = owner == every_owner;
  if (!all) check_owner(state, owner);
  const int first = all ? 0 : owner;
  const int last = all ? state.comm().size() - 1 : owner;
  for (int r = first; r <= last; ++r) check_unlocked(state, r);
  for (int r = first; r <= last; ++r) lock_one(state, r, alone); // all in one order
}

void unlock_owner(one_sided_state& state, int owner) noexcept {
  if (owner != every_owner) return unlock_one(state, owner);
  for (int r = state.comm().size(); r-- > 0;) unlock_one(state, r);
}

} // namespace tessera::detail
