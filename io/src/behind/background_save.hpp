/// @file
/// A save in the background, as all ranks know it.
#pragma once

#include <tessera/core/threads/background.hpp>
#include <tessera/distributed/communicator.hpp>
#include <tessera/io/pending_save.hpp>

#include <memory>
#include <utility>

namespace tessera::detail {

/// What each rank has to do for it.
struct background_save {
  background_save(communicator ranks, std::shared_ptr<background_work> what)
      : comm(std::move(ranks)), work(std::move(what)) {}

  communicator comm;
  std::shared_ptr<background_work> work;
  bool is_told = false;    ///< have all ranks heard how it ended?
  bool has_failed = false; ///< what they heard
};

/// Ends work whose tasks refer to what is here, if what is here ends before `complete`.
class abandoned_unless_complete {
public:
  explicit abandoned_unless_complete(background_work& work) : work_(&work) {}
  abandoned_unless_complete(const abandoned_unless_complete&) = delete;
  abandoned_unless_complete& operator=(const abandoned_unless_complete&) = delete;
  ~abandoned_unless_complete();
  void complete() { work_ = nullptr; }

private:
  background_work* work_;
};

struct pending_access {
  static pending_save make(const communicator& comm, std::shared_ptr<background_work> work);
  /// Waits for it; its failure is thrown unless it was before. Has it succeeded? Collective.
  static bool wait_for_news(const pending_save& pending);
  /// Waits for what this rank does. Local.
  static void wait_here(const pending_save& pending);
};

} // namespace tessera::detail
