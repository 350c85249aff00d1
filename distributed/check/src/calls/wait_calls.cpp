// Waiting and testing for requests.
#include "looked_at.hpp"

#include <sched.h>
#include <vector>

using namespace tessera::detail;

namespace {

/// The requests of a call that may end them: what they were for is needed afterwards.
class given_requests {
public:
  given_requests(int count, const MPI_Request* requests)
      : requests_(requests), before_(requests, requests + (count > 0 ? count : 0)) {}
  given_requests(const given_requests&) = delete;
  given_requests& operator=(const given_requests&) = delete;
  ~given_requests() {
    for (std::size_t k = 0; k < before_.size(); ++k)
      if (before_[k] != MPI_REQUEST_NULL && requests_[k] == MPI_REQUEST_NULL)
        forget_started(before_[k]);
  }

  /// One of them has ended, with this status.
  void count(const counted_call& counted, int place, const MPI_Status& status) const {
    const MPI_Request request = before_[static_cast<std::size_t>(place)];
    if (request == MPI_REQUEST_NULL) return;
    const started_wait what = what_is_awaited(request);
    if (what.is_message && what.way == direction::in) counted.add_received(what.comm, status);
  }

private:
  const MPI_Request* requests_;
  std::vector<MPI_Request> before_;
};

/// Room for what the program did not want to know, where messages are counted.
class noted_statuses {
public:
  noted_statuses(const counted_call& counted, int count, MPI_Status* wanted) : given_(wanted) {
    if (counted.is_on() && wanted == MPI_STATUSES_IGNORE && count > 0)
      own_.resize(static_cast<std::size_t>(count));
    is_known_ = counted.is_on();
  }
  [[nodiscard]] MPI_Status* pointer() { return own_.empty() ? given_ : own_.data(); }
  [[nodiscard]] bool are_known() const { return is_known_; }

private:
  MPI_Status* given_;
  std::vector<MPI_Status> own_;
  bool is_known_ = false;
};

/// Hides collective calls that some ranks have not started: they have not ended, whatever MPI says.
class agreed_requests {
public:
  agreed_requests(int count, MPI_Request* requests) : requests_(requests) {
    for (int k = 0; k < count; ++k)
      if (!is_agreed(requests[k], false)) hide(k);
  }
  agreed_requests(const agreed_requests&) = delete;
  agreed_requests& operator=(const agreed_requests&) = delete;
  ~agreed_requests() {
    for (const auto& [place, request] : hidden_) requests_[place] = request;
  }
  [[nodiscard]] bool are_all() const { return hidden_.empty(); }

private:
  struct hidden_one {
    int place;
    MPI_Request request;
  };
  void hide(int place) {
    hidden_.push_back({place, requests_[place]});
    requests_[place] = MPI_REQUEST_NULL;
  }

  MPI_Request* requests_;
  std::vector<hidden_one> hidden_;
};

/// What a call that waits for these waits for.
class request_wait {
public:
  request_wait(const char* call, int count, const MPI_Request* requests) {
    if (!is_checking()) return;
    const started_wait what = what_is_awaited(count, requests);
    if (what.is_collective)
      wait_.emplace(call, raw_wait::patiently());
    else
      wait_.emplace(call, what.way, what.peer, what.tag);
  }

private:
  std::optional<raw_wait> wait_;
};

/// All ranks have started all of them.
void await_agreement(int count, const MPI_Request* requests) {
  for (int k = 0; k < count; ++k) is_agreed(requests[k], true);
}

/// Some, but not all, may have to be waited for: tests until `test(code)` says that it is over.
template <class Test> int poll(int count, MPI_Request* requests, const Test& test) {
  while (true) {
    {
      const agreed_requests some(count, requests);
      int code = MPI_SUCCESS;
      if (test(code, some.are_all())) return code;
    }
    sched_yield();
  }
}

/// A call that waits for all requests or tests them; `make(statuses, done)` makes it.
template <class Make>
int ended_all(const counted_call& counted, int count, MPI_Request* requests, MPI_Status* wanted,
              const Make& make) {
  const given_requests given(count, requests);
  noted_statuses statuses(counted, count, wanted);
  int done = 1;
  const int code = make(statuses.pointer(), done);
  for (int k = 0; statuses.are_known() && code == MPI_SUCCESS && done != 0 && k < count; ++k)
    given.count(counted, k, statuses.pointer()[k]);
  return code;
}

/// One that ends one of them: `make(status, index)` gives which, or MPI_UNDEFINED.
template <class Make>
int ended_one(const counted_call& counted, int count, MPI_Request* requests, MPI_Status* wanted,
              const Make& make) {
  const given_requests given(count, requests);
  noted_statuses status(counted, 1, wanted);
  int index = MPI_UNDEFINED;
  const int code = make(status.pointer(), index);
  if (status.are_known() && code == MPI_SUCCESS && index != MPI_UNDEFINED)
    given.count(counted, index, *status.pointer());
  return code;
}

/// One that ends some of them.
template <class Make>
int ended_some(const counted_call& counted, int count, MPI_Request* requests, const int* ready,
               const int* places, MPI_Status* wanted, const Make& make) {
  const given_requests given(count, requests);
  noted_statuses statuses(counted, count, wanted);
  const int code = make(statuses.pointer());
  const int ended = code == MPI_SUCCESS && *ready != MPI_UNDEFINED ? *ready : 0;
  for (int k = 0; statuses.are_known() && k < ended; ++k)
    given.count(counted, places[k], statuses.pointer()[k]);
  return code;
}

} // namespace

int MPI_Wait(MPI_Request* request, MPI_Status* status) {
  const void* const caller = TESSERA_CALLER;
  if (!is_looked_at(caller)) return PMPI_Wait(request, status);
  const inside here;
  const counted_call counted("MPI_Wait", caller, true);
  const request_wait wait("MPI_Wait", 1, request);
  await_agreement(1, request);
  return ended_all(counted, 1, request, status,
                   [&](MPI_Status* noted, int&) { return PMPI_Wait(request, noted); });
}

int MPI_Waitall(int count, MPI_Request requests[], MPI_Status statuses[]) {
  const void* const caller = TESSERA_CALLER;
  if (!is_looked_at(caller)) return PMPI_Waitall(count, requests, statuses);
  const inside here;
  const counted_call counted("MPI_Waitall", caller, true);
  const request_wait wait("MPI_Waitall", count, requests);
  await_agreement(count, requests);
  return ended_all(counted, count, requests, statuses,
                   [&](MPI_Status* noted, int&) { return PMPI_Waitall(count, requests, noted); });
}

int MPI_Waitany(int count, MPI_Request requests[], int* index, MPI_Status* status) {
  const void* const caller = TESSERA_CALLER;
  if (!is_looked_at(caller)) return PMPI_Waitany(count, requests, index, status);
  const inside here;
  const counted_call counted("MPI_Waitany", caller, true);
  const request_wait wait("MPI_Waitany", count, requests);
  const auto call = [&](MPI_Status* noted) {
    if (!has_collective(count, requests)) return PMPI_Waitany(count, requests, index, noted);
    return poll(count, requests, [&](int& code, bool are_all) {
      int done = 0;
      code = PMPI_Testany(count, requests, index, &done, noted);
      return code != MPI_SUCCESS || (done != 0 && (*index != MPI_UNDEFINED || are_all));
    });
  };
  return ended_one(counted, count, requests, status, [&](MPI_Status* noted, int& which) {
    const int code = call(noted);
    which = *index;
    return code;
  });
}

int MPI_Waitsome(int count, MPI_Request requests[], int* ready, int places[],
                 MPI_Status statuses[]) {
  const void* const caller = TESSERA_CALLER;
  if (!is_looked_at(caller)) return PMPI_Waitsome(count, requests, ready, places, statuses);
  const inside here;
  const counted_call counted("MPI_Waitsome", caller, true);
  const request_wait wait("MPI_Waitsome", count, requests);
  return ended_some(counted, count, requests, ready, places, statuses, [&](MPI_Status* noted) {
    if (!has_collective(count, requests))
      return PMPI_Waitsome(count, requests, ready, places, noted);
    return poll(count, requests, [&](int& code, bool are_all) {
      code = PMPI_Testsome(count, requests, ready, places, noted);
      return code != MPI_SUCCESS || *ready > 0 || (*ready == MPI_UNDEFINED && are_all);
    });
  });
}

int MPI_Test(MPI_Request* request, int* done, MPI_Status* status) {
  const void* const caller = TESSERA_CALLER;
  if (!is_looked_at(caller)) return PMPI_Test(request, done, status);
  const inside here;
  const counted_call counted("MPI_Test", caller, false);
  *done = 0;
  if (!is_agreed(*request, false)) return MPI_SUCCESS;
  return ended_all(counted, 1, request, status, [&](MPI_Status* noted, int& ended) {
    const int code = PMPI_Test(request, done, noted);
    ended = *done;
    return code;
  });
}

int MPI_Testall(int count, MPI_Request requests[], int* done, MPI_Status statuses[]) {
  const void* const caller = TESSERA_CALLER;
  if (!is_looked_at(caller)) return PMPI_Testall(count, requests, done, statuses);
  const inside here;
  const counted_call counted("MPI_Testall", caller, false);
  *done = 0;
  for (int k = 0; k < count; ++k)
    if (!is_agreed(requests[k], false)) return MPI_SUCCESS;
  return ended_all(counted, count, requests, statuses, [&](MPI_Status* noted, int& ended) {
    const int code = PMPI_Testall(count, requests, done, noted);
    ended = *done;
    return code;
  });
}

int MPI_Testany(int count, MPI_Request requests[], int* index, int* done, MPI_Status* status) {
  const void* const caller = TESSERA_CALLER;
  if (!is_looked_at(caller)) return PMPI_Testany(count, requests, index, done, status);
  const inside here;
  const counted_call counted("MPI_Testany", caller, false);
  return ended_one(counted, count, requests, status, [&](MPI_Status* noted, int& which) {
    const agreed_requests some(count, requests);
    const int code = PMPI_Testany(count, requests, index, done, noted);
    which = *done != 0 ? *index : MPI_UNDEFINED;
    if (!some.are_all() && *index == MPI_UNDEFINED) *done = 0;
    return code;
  });
}

int MPI_Testsome(int count, MPI_Request requests[], int* ready, int places[],
                 MPI_Status statuses[]) {
  const void* const caller = TESSERA_CALLER;
  if (!is_looked_at(caller)) return PMPI_Testsome(count, requests, ready, places, statuses);
  const inside here;
  const counted_call counted("MPI_Testsome", caller, false);
  return ended_some(counted, count, requests, ready, places, statuses, [&](MPI_Status* noted) {
    const agreed_requests some(count, requests);
    const int code = PMPI_Testsome(count, requests, ready, places, noted);
    if (!some.are_all() && *ready == MPI_UNDEFINED) *ready = 0;
    return code;
  });
}

int MPI_Request_free(MPI_Request* request) {
  if (!is_looked_at(TESSERA_CALLER)) return PMPI_Request_free(request);
  const inside here;
  const given_requests given(1, request);
  return PMPI_Request_free(request);
}
