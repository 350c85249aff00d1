#include "behind/background_save.hpp"

#include <tessera/core/profile.hpp>
#include <tessera/distributed/agree.hpp>
#include <tessera/distributed/collectives.hpp>

#include <exception>
#include <utility>

namespace tessera {

namespace detail {

pending_save pending_access::make(const communicator& comm, std::shared_ptr<background_work> work) {
  pending_save pending;
  pending.save_ = std::make_shared<background_save>(comm, std::move(work));
  return pending;
}

abandoned_unless_complete::~abandoned_unless_complete() {
  if (work_ == nullptr) return;
  work_->give_up();
  work_->release();
  work_->wait();
  static_cast<void>(work_->failure()); // what is thrown instead is told
}

bool pending_access::wait_for_news(const pending_save& pending) {
  if (pending.save_ == nullptr) return false;
  if (!pending.save_->is_told) pending.wait();
  return !pending.save_->has_failed;
}

void pending_access::wait_here(const pending_save& pending) {
  if (pending.save_ != nullptr) pending.save_->work->wait();
}

} // namespace detail

bool pending_save::done() const {
  return save_ == nullptr || allreduce_min(save_->comm, save_->work->is_done() ? 1 : 0) == 1;
}

void pending_save::wait() const {
  if (save_ == nullptr) return;
  TESSERA_PROFILE("wait for a save");
  save_->work->wait();
  save_->is_told = save_->has_failed = true;
  collectively(save_->comm, [&] {
    if (const std::exception_ptr failure = save_->work->failure()) std::rethrow_exception(failure);
  });
  save_->has_failed = false;
}

} // namespace tessera
