#include "counted_call.hpp"

#include "stack/call_site.hpp"

#include <tessera/core/measuring/profile_data.hpp>

#include <cstdlib>
#include <map>
#include <mutex>
#include <string>
#include <utility>

namespace tessera::detail {

std::atomic<const profile_functions*> profile_of_calls{nullptr};

namespace {

/// "heat.cpp" and 41 of "heat.cpp:41"; "in step" where there are no lines.
profile_site make_site(const char* call, const void* caller) {
  // As it stands in a stack, which this is the outermost part of.
  void* const address = const_cast<void*>(caller);
  const call_site found = find_call_site(&address, 1);
  if (!found.has_line) return {call, interned(found.place), 0};
  const std::size_t colon = found.place.rfind(':');
  return {call, interned(found.place.substr(0, colon)),
          std::atoi(found.place.substr(colon + 1).c_str())};
}

/// Found once for each place of a call.
profile_site site_of(const char* call, const void* caller) {
  static auto* const lock = new std::mutex;
  static auto* const known = new std::map<std::pair<const void*, const char*>, profile_site>;
  const std::lock_guard guard(*lock);
  const auto [found, is_new] = known->try_emplace({caller, call});
  if (is_new) found->second = make_site(call, caller);
  return found->second;
}

} // namespace

void counted_call::begin(const char* call, const void* caller, bool waits) {
  to_ = profile_of_calls;
  region_ = to_->enter(site_of(call, caller));
  if (waits) wait_ = to_->enter_wait();
}

void counted_call::end() noexcept {
  if (wait_ != 0) to_->leave_wait(wait_);
  to_->leave(region_);
}

void counted_call::add_sent(MPI_Comm comm, int peer, int tag, int count, MPI_Datatype type) const {
  if (to_ == nullptr || peer < 0) return;
  int bytes = 0;
  PMPI_Type_size(type, &bytes);
  to_->sent(comm, peer, tag, index_t{count} * bytes);
}

void counted_call::add_received(MPI_Comm comm, const MPI_Status& status) const {
  if (to_ == nullptr || status.MPI_SOURCE < 0) return;
  int bytes = 0;
  PMPI_Get_count(&status, MPI_BYTE, &bytes);
  to_->received(comm, status.MPI_SOURCE, status.MPI_TAG, bytes);
}

} // namespace tessera::detail
