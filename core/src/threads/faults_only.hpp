// Which signals a thread of ours takes.
#pragma once

#include <csignal>
#include <initializer_list>

#include <pthread.h>

namespace tessera::detail {

/// While it lives, what the calling thread starts takes no signals but those of its own faults:
/// handlers of the user's run on the user's threads.
class faults_only {
public:
  faults_only() {
    sigset_t all;
    sigfillset(&all);
    for (const int fault : {SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGABRT, SIGTRAP, SIGSYS, SIGPROF})
      sigdelset(&all, fault);
    pthread_sigmask(SIG_SETMASK, &all, &before_);
  }
  faults_only(const faults_only&) = delete;
  faults_only& operator=(const faults_only&) = delete;
  ~faults_only() { pthread_sigmask(SIG_SETMASK, &before_, nullptr); }

private:
  sigset_t before_{};
};

} // namespace tessera::detail
