// Messages between ranks.
#include "mistakes.hpp"

#include <tessera/distributed/messages.hpp>

#include <chrono>
#include <span>
#include <thread>
#include <vector>

using namespace tessera;

namespace {

void waits_in_mpi(setting& s) {
  MPI_Status status;
  if (s.odd) MPI_Probe(MPI_ANY_SOURCE, 9, MPI_COMM_WORLD, &status); // odd: waits_in_mpi
  sum(s.u);                                                         // rest: waits_in_mpi
}

void receives_meanwhile(setting& s) {
  double value = 0;
  if (s.odd)
    recv(s.world, value, (s.odd_rank + 1) % s.world.size(), 5); // odd: receives_meanwhile
  else
    sum(s.u); // rest: receives_meanwhile
}

void circle(setting& s) {
  const int next = (s.world.rank() + 1) % s.world.size();
  double value = 0;
  recv(s.world, value, next, 7); // each: circle
}

void wrong_tag(setting& s) {
  double value = 0;
  if (s.odd) {
    send(s.world, value, (s.odd_rank + 1) % s.world.size(), 3);
    s.world.barrier(); // odd: wrong_tag
  } else if (s.world.rank() == (s.odd_rank + 1) % s.world.size()) {
    recv(s.world, value, s.odd_rank, 4); // each: wrong_tag
  } else {
    s.world.barrier(); // rest: wrong_tag
  }
}

/// Starting waits for nobody: the message comes before the other rank starts the call.
void message_between_starts(setting& s) {
  const int next = (s.odd_rank + 1) % s.world.size();
  if (s.world.rank() == next) static_cast<void>(recv<double>(s.world, s.odd_rank, 1));
  request done = ibarrier(s.world);
  if (s.odd) send(s.world, 1.0, next, 1);
  done.wait();
}

void message_left(setting& s) {
  if (s.odd) send(s.world, 1.0, (s.odd_rank + 1) % s.world.size(), 6);
  s.world.barrier();
}

void request_dropped(setting& s) {
  const int next = (s.odd_rank + 1) % s.world.size();
  double value = 0;
  if (s.odd) {
    const request dropped = irecv(s.world, value, next, 2);
  } // odd: request_dropped
  if (s.world.rank() == next) {
    std::this_thread::sleep_for(std::chrono::milliseconds(300));
    send(s.world, value, s.odd_rank, 2);
  }
}

void buffer_changed(setting& s) {
  std::vector<double> sent(1000, 1.0);
  const int next = (s.odd_rank + 1) % s.world.size();
  if (s.odd) {
    request sending = isend(s.world, sent, next, 4); // odd: buffer_changed
    sent[500] = 2.0;
    sending.wait();
  }
  if (s.world.rank() == next) recv(s.world, sent, s.odd_rank, 4);
}

void buffers_overlap(setting& s) {
  std::vector<double> data(1000, 1.0);
  const int next = (s.odd_rank + 1) % s.world.size();
  if (s.odd) {
    request sending = isend(s.world, data, next, 4);                        // odd: buffers_overlap
    request receiving = irecv(s.world, std::span(data).subspan(990), next); // also: buffers_overlap
  }
}

void transfer_dropped(setting& s) {
  { const transfer dropped = s.u.start_halo(); } // both: transfer_dropped
  sum(s.u);
}

} // namespace

mistakes mistakes_of_messages() {
  return {
      {"waits_in_mpi", waits_in_mpi},
      {"receives_meanwhile", receives_meanwhile},
      {"circle", circle},
      {"wrong_tag", wrong_tag},
      {"message_between_starts", message_between_starts},
      {"message_left", message_left},
      {"buffer_changed", buffer_changed},
      {"buffers_overlap", buffers_overlap},
      {"request_dropped", request_dropped},
      {"transfer_dropped", transfer_dropped},
  };
}
