#include "message_of.hpp"
#include "world.hpp"

#include <tessera/core/elements/operators.hpp>
#include <tessera/distributed.hpp>
#include <tessera/distributed/messages.hpp>

#include <string>

using namespace tessera;
using namespace tessera_test;

namespace {

/// In check mode, handles of others are looked after, too.
class freed : public testing::TestWithParam<bool> {
protected:
  freed() : before_(checks_arguments()) { check_arguments(GetParam()); }
  ~freed() override { check_arguments(before_); }

private:
  bool before_;
};

/// Without debug information, functions that were inlined have no name: then the one within has.
template <class F> void expect_refused(const char* call, F&& f) {
  const std::string text = message_of<communication_error>(f);
  EXPECT_TRUE(text.starts_with("a call on a communicator that MPI_Comm_free has freed"))
      << call << ": " << text;
  EXPECT_NE(text.find(call), std::string::npos) << text;
}

void free_handle(const communicator& comm) {
  MPI_Comm handle = comm.native();
  MPI_Comm_free(&handle);
}

void expect_all_refused(const communicator& comm) {
  expect_refused("barrier", [&] { comm.barrier(); });
  expect_refused("duplicate", [&] { static_cast<void>(comm.duplicate()); });
  expect_refused("split", [&] { static_cast<void>(comm.split(0)); });
  expect_refused(" (", [&] { static_cast<void>(allreduce_sum(comm, 1)); });
  expect_refused(" (", [&] { send(comm, 1.0, 0); });
  expect_refused(" (", [&] {
    double value = 0;
    static_cast<void>(irecv(comm, value, 0));
  });
  expect_refused("name", [&] { static_cast<void>(comm.name()); });
  expect_refused(" (", [&] { const process_grid<1> grid(comm); });
}

} // namespace

TEST_P(freed, communicators_that_were_made_here) {
  const communicator comm = world().duplicate();
  const communicator copy = comm;
  free_handle(comm);
  expect_all_refused(comm);
  expect_all_refused(copy);
  const communicator next = world().duplicate(); // maybe of the same handle
  next.barrier();
}

TEST_P(freed, borrowed_handles) {
  if (!GetParam()) GTEST_SKIP() << "without check mode, a foreign handle stays as it is";
  MPI_Comm handle = MPI_COMM_NULL;
  MPI_Comm_dup(MPI_COMM_WORLD, &handle);
  const communicator comm(handle);
  const communicator again(handle);
  comm.barrier();
  MPI_Comm_free(&handle);
  expect_all_refused(comm);
  expect_all_refused(again);
  for (int k = 0; k < 3; ++k) { // maybe the same handle
    MPI_Comm_dup(MPI_COMM_WORLD, &handle);
    communicator(handle).barrier();
    MPI_Comm_free(&handle);
  }
}

TEST_P(freed, arrays_whose_communicator_is_gone) {
  const process_grid<1> grid(world());
  global_array<double, 1> u(grid, {50}, halo<1>(1, true));
  u = 1.0;
  free_handle(u.comm());
  expect_refused(" (", [&] { u.update_halo(); });
  expect_refused(" (", [&] { static_cast<void>(sum(u)); });
  expect_refused(" (", [&] { static_cast<void>(u.gather(0)); });
  expect_refused(" (", [&] { static_cast<void>(roll(u, 1)); });
}

INSTANTIATE_TEST_SUITE_P(modes, freed, testing::Bool());
