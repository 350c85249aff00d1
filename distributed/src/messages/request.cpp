#include "messages/operation.hpp"
#include "ranks/waits.hpp"
#include "stack/call_site.hpp"

#include <tessera/core/error.hpp>
#include <tessera/core/errors/checks.hpp>
#include <tessera/distributed/messages/request.hpp>
#include <tessera/distributed/ranks/agreed.hpp>
#include <tessera/distributed/ranks/call_note.hpp>
#include <tessera/distributed/ranks/waiting.hpp>

#include <cstdio>
#include <exception>
#include <sched.h>
#include <string>

namespace tessera {

namespace detail {

namespace {

bool mpi_has_ended() {
  int ended = 0;
  MPI_Finalized(&ended);
  return ended != 0;
}

/// " at heat.cpp:41", as far as is known.
std::string place_of_caller() {
  const call_site site = find_call_site();
  return site.has_line ? " at " + site.place : "";
}

/// What nobody waited for any more: its errors have nobody to go to.
void end_unwatched(operation& op) noexcept {
  if (mpi_has_ended()) return;
  try {
    if (std::uncaught_exceptions() == 0) {
      if ((checks_are_on() || checks_arguments()) && !op.advance(false))
        std::fprintf(stderr,
                     "tessera: rank %d waits for a request of %s in its destructor%s; call wait() "
                     "to see its errors\n",
                     op.comm().rank(), op.call(), place_of_caller().c_str());
      wait_for(op);
    } else {
      const limited_waits guard;
      wait_for(op);
    }
  } catch (const std::exception& failure) {
    op.give_up();
    if (std::uncaught_exceptions() == 0)
      std::fprintf(stderr, "tessera: a request of %s that was dropped has failed: %s\n", op.call(),
                   failure.what());
  }
}

} // namespace

namespace {

/// Of this thread; none any more when it has ended.
struct operations_looked_after {
  operations_looked_after() = default;
  operations_looked_after(const operations_looked_after&) = delete;
  operations_looked_after& operator=(const operations_looked_after&) = delete;
  ~operations_looked_after() { looked_after = 0; }
  std::vector<operation*> all;
};

} // namespace

constinit thread_local std::size_t looked_after = 0;

void look_after(operation& op) {
  auto* const own = of_thread<operations_looked_after>();
  if (own == nullptr) return;
  own->all.push_back(&op);
  looked_after = own->all.size();
}
void forget(operation& op) noexcept {
  auto* const own = of_thread<operations_looked_after>();
  if (own == nullptr) return;
  std::erase(own->all, &op);
  looked_after = own->all.size();
}

namespace {

std::vector<operation*> operations_of_this_thread() {
  const auto* const own = of_thread<operations_looked_after>();
  return own != nullptr ? own->all : std::vector<operation*>();
}

} // namespace

void wait_for(operation& op) {
  const noted_call note(op.comm(), op.sender() == no_rank ? nullptr : "waits for a message from",
                        op.sender(), op.tag());
  const waiting here;
  if (!limited_waits::are_on() && !looks_after_others()) {
    op.advance(true);
    return;
  }
  while (!op.advance(false)) {
    const std::vector<operation*> others = operations_of_this_thread();
    for (operation* const each : others)
      if (each != &op) each->advance_for_others();
    limited_waits::check();
    sched_yield();
  }
}

bool has_ended(MPI_Request& one, bool blocking, MPI_Status& state, int& code) {
  int done = 1;
  code = blocking ? MPI_Wait(&one, &state) : MPI_Test(&one, &done, &state);
  return done != 0 || code != MPI_SUCCESS;
}

void operation_owner::drop() noexcept {
  end_unwatched(*owned_);
  owned_->recycle();
  owned_ = nullptr;
}

namespace {

/// Ends what an operation owner has, whatever comes of it.
template <class Step> auto end_when(operation_owner& owner, Step&& step) {
  try {
    return step(*owner.get());
  } catch (const waited_in_vain&) {
    throw;
  } catch (...) {
    owner.release()->recycle();
    throw;
  }
}

} // namespace

} // namespace detail

status request::wait() {
  if (is_done()) return status_;
  detail::end_when(operation_, [](detail::operation& op) { detail::wait_for(op); });
  status_ = operation_.get()->result();
  operation_.release()->recycle();
  return status_;
}

bool request::test() {
  if (is_done()) return true;
  if (!detail::end_when(operation_, [](detail::operation& op) { return op.advance(false); }))
    return false;
  status_ = operation_.get()->result();
  operation_.release()->recycle();
  return true;
}

bool request::cancel() {
  if (is_done()) return false;
  if (detail::end_when(operation_, [](detail::operation& op) { return op.take_back(); })) {
    status_ = status();
    operation_.release()->recycle();
    return true;
  }
  wait();
  return false;
}

std::size_t request_set::add(request&& started) {
  members_.push_back({std::move(started), false});
  ++pending_;
  return members_.size() - 1;
}

void request_set::report(member& done) {
  done.is_reported = true;
  --pending_;
}

void request_set::wait_all() {
  std::exception_ptr first;
  for (member& each : members_) {
    if (each.is_reported) continue;
    report(each);
    try {
      each.waited.wait();
    } catch (...) {
      if (first == nullptr) first = std::current_exception();
    }
  }
  if (first != nullptr) std::rethrow_exception(first);
}

std::optional<std::size_t> request_set::find_done() {
  for (std::size_t k = 0; k < members_.size(); ++k) {
    member& each = members_[k];
    if (each.is_reported) continue;
    try {
      if (!each.waited.test()) continue;
    } catch (...) {
      report(each);
      throw;
    }
    report(each);
    return k;
  }
  return {};
}

std::optional<std::size_t> request_set::wait_any() {
  const detail::waiting here;
  while (pending_ > 0) {
    if (const auto done = find_done()) return done;
    detail::limited_waits::check();
  }
  return {};
}

std::vector<std::size_t> request_set::wait_some() {
  std::vector<std::size_t> numbers;
  for (auto done = wait_any(); done; done = find_done()) numbers.push_back(*done);
  return numbers;
}

bool request_set::test_all() {
  while (find_done()) continue;
  return pending_ == 0;
}

const status& request_set::status_of(std::size_t number) const {
  if (number >= members_.size() || !members_[number].waited.is_done())
    throw argument_error("status_of: request " + std::to_string(number) + " of " +
                         std::to_string(members_.size()) + " has not been waited for");
  return members_[number].waited.status_;
}

} // namespace tessera
