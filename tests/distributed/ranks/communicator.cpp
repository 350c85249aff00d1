#include <tessera/distributed/communicator.hpp>

#include "cases.hpp"
#include "message_of.hpp"

#include <string>

using namespace tessera_test;

namespace {

/// Does a communicator still work? Collective over it.
void expect_alive(const communicator& comm) { EXPECT_EQ(allreduce_sum(comm, 1), comm.size()); }

/// Counts the communicators that MPI frees: it calls back when their attributes go.
class free_counter {
public:
  free_counter() { MPI_Comm_create_keyval(MPI_COMM_NULL_COPY_FN, &count, &key_, &freed_); }
  free_counter(const free_counter&) = delete;
  free_counter& operator=(const free_counter&) = delete;
  ~free_counter() { MPI_Comm_free_keyval(&key_); }

  void watch(const communicator& comm) { MPI_Comm_set_attr(comm.native(), key_, nullptr); }
  [[nodiscard]] int freed() const { return freed_; }

private:
  static int count(MPI_Comm, int, void*, void* freed) {
    ++*static_cast<int*>(freed);
    return MPI_SUCCESS;
  }

  int key_ = MPI_KEYVAL_INVALID;
  int freed_ = 0;
};

} // namespace

TEST(communicator, world_is_all_ranks) {
  int rank = -1;
  int size = 0;
  MPI_Comm_rank(MPI_COMM_WORLD, &rank);
  MPI_Comm_size(MPI_COMM_WORLD, &size);
  EXPECT_EQ(world().rank(), rank);
  EXPECT_EQ(world().size(), size);
  EXPECT_EQ(world().native(), MPI_COMM_WORLD);
  world().barrier();
}

TEST(communicator, none) {
  const communicator none;
  EXPECT_EQ(none.size(), 0);
  EXPECT_EQ(none.native(), MPI_COMM_NULL);
  const communicator copy = none; // NOLINT: the copy is what is tested
  EXPECT_EQ(copy.native(), MPI_COMM_NULL);
  EXPECT_TRUE(none.same_ranks(copy));
  EXPECT_FALSE(none.same_ranks(world()));
}

TEST(communicator, last_copy_frees) {
  free_counter counter;
  {
    communicator first = world().duplicate();
    counter.watch(first);
    {
      const communicator second = first;
      const communicator third(second); // NOLINT: the copies are what is tested
      EXPECT_EQ(third.native(), first.native());
    }
    expect_alive(first);
    communicator last = first;
    first = communicator();
    expect_alive(last);
    EXPECT_EQ(counter.freed(), 0);
  }
  EXPECT_EQ(counter.freed(), 1);
}

TEST(communicator, borrowed_handle_is_not_freed) {
  MPI_Comm handle = MPI_COMM_NULL;
  MPI_Comm_dup(MPI_COMM_WORLD, &handle);
  free_counter counter;
  {
    const communicator borrowed(handle);
    const communicator copy = borrowed; // NOLINT: the copy is what is tested
    counter.watch(copy);
  }
  EXPECT_EQ(counter.freed(), 0);
  MPI_Comm_free(&handle);
  EXPECT_EQ(counter.freed(), 1);
}

TEST(communicator, moved) {
  free_counter counter;
  {
    communicator from = world().duplicate();
    counter.watch(from);
    const communicator to(std::move(from));
    EXPECT_EQ(from.native(), MPI_COMM_NULL); // NOLINT: that it is empty is the test
    EXPECT_EQ(from.size(), 0);
    expect_alive(to);
    EXPECT_EQ(counter.freed(), 0);
  }
  EXPECT_EQ(counter.freed(), 1);
}

TEST(communicator, moved_or_copied_onto_itself) {
  free_counter counter;
  communicator comm = world().duplicate();
  counter.watch(comm);
  communicator& same = comm;
  comm = std::move(same);
  comm = same;
  expect_alive(comm);
  EXPECT_EQ(counter.freed(), 0);
}

TEST(communicator, assigned_over_another) {
  free_counter counter;
  communicator first = world().duplicate();
  communicator second = world().duplicate();
  counter.watch(first);
  first = std::move(second);
  EXPECT_EQ(counter.freed(), 1) << "the old one leaks";
  expect_alive(first);
}

TEST(communicator, duplicate_is_another) {
  const communicator copy = world().duplicate();
  EXPECT_NE(copy.native(), world().native());
  EXPECT_TRUE(copy.same_ranks(world()));
  EXPECT_EQ(copy.rank(), world().rank());
}

TEST(communicator, split_by_color_and_key) {
  const int color = world().rank() % 2;
  const communicator half = world().split(color, -world().rank());
  EXPECT_EQ(half.size(), (world().size() + 1 - color) / 2);
  EXPECT_EQ(half.rank(), half.size() - 1 - world().rank() / 2);
  expect_alive(half);
}

TEST(communicator, split_with_a_bad_color_is_an_error) {
  const communicator own = world().duplicate(); // errors of a borrowed one are its owner's
  const std::string text =
      message_of<communication_error>([&] { static_cast<void>(own.split(-5)); });
  EXPECT_NE(text.find("MPI_Comm_split"), std::string::npos) << text;
}

TEST(communicator, same_ranks_in_another_order_are_not_the_same) {
  const communicator reversed = world().split(0, -world().rank());
  const bool alone = world().size() == 1;
  EXPECT_EQ(reversed.same_ranks(world()), alone);
  EXPECT_TRUE(world().split(0).same_ranks(world()));
  EXPECT_EQ(world().split(world().rank()).same_ranks(world()), alone);
}

// Otherwise MPI ends the program before the code can be looked at.
TEST(communicator, failed_calls_throw) {
  const communicator comm = world().duplicate();
  int value = 0;
  const std::string text =
      message_of<communication_error>([&] { broadcast(comm, &value, 1, comm.size() + 7); });
  EXPECT_NE(text.find("MPI_Bcast"), std::string::npos) << text;
}
