#include <tessera/distributed/communicator.hpp>

#include "cases.hpp"
#include "message_of.hpp"

#include <tessera/distributed/ranks/group.hpp>

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
  EXPECT_TRUE(none.is_null());
  EXPECT_FALSE(world().is_null());
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

TEST(communicator, ranks_of_no_color_get_none) {
  const bool is_left_out = world().rank() % 2 == 1;
  const communicator even = world().split(is_left_out ? no_color : 7);
  EXPECT_EQ(even.is_null(), is_left_out);
  EXPECT_EQ(even.size(), is_left_out ? 0 : (world().size() + 1) / 2);
  if (!is_left_out) {
    expect_alive(even);
  } else {
    const std::string text = message_of<communication_error>([&] { even.barrier(); });
    EXPECT_TRUE(text.starts_with("a collective call on a communicator of no ranks: it was made "
                                 "without arguments, or moved from; so may be the process grid "
                                 "that has it"))
        << text;
    EXPECT_NE(text.find("(barrier"), std::string::npos) << text;
  }
  EXPECT_TRUE(world().split(no_color).is_null());
}

TEST(communicator, created_from_a_group) {
  random_source random;
  SCOPED_TRACE(random.trace());
  const communicator comm = world().split(0, -world().rank());
  for (int i = 0; i < 20; ++i) {
    std::vector<int> ranks;
    for (int rank = 0; rank < comm.size(); ++rank)
      if (random.one_in(2)) ranks.insert(random.one_in(2) ? ranks.begin() : ranks.end(), rank);
    const group members = comm.group().include(ranks);
    const communicator made = comm.create(members);
    EXPECT_EQ(made.is_null(), members.rank() == MPI_PROC_NULL);
    EXPECT_EQ(made.group(), made.is_null() ? group() : members);
    if (!made.is_null()) {
      EXPECT_EQ(made.rank(), members.rank());
      expect_alive(made);
    }
    if (members.rank() == MPI_PROC_NULL) continue;
    const communicator by_members = comm.create_group(members, i);
    EXPECT_EQ(by_members.group(), members);
    expect_alive(by_members);
  }
}

TEST(communicator, created_from_several_groups_at_once) {
  const group all = world().group();
  const int parity = world().rank() % 2;
  const group mine = all.include_ranges({{parity, all.size() - 1, 2}});
  const communicator made = world().create(mine);
  EXPECT_EQ(made.group(), mine);
  expect_alive(made);
}

TEST(communicator, groups_that_do_not_fit_are_refused_on_all_ranks) {
  const communicator comm = world().duplicate();
  const int n = comm.size();
  if (n < 2) return;
  const communicator first = comm.split(comm.rank() == 0 ? 0 : 1);
  const std::string told = "rank 1 of the group is none of the 1 ranks of the communicator";
  if (comm.rank() == 0) {
    const group two = comm.group().include({0, 1});
    EXPECT_EQ(message_of<argument_error>([&] { static_cast<void>(first.create(two)); }),
              "create: " + told);
    EXPECT_EQ(message_of<argument_error>([&] { static_cast<void>(first.create_group(two)); }),
              "create_group: " + told);
  }
  const group mine = comm.group().include(comm.rank() == 0 ? std::vector{0, 1} : std::vector{1});
  EXPECT_EQ(message_of<argument_error>([&] { static_cast<void>(comm.create(mine)); }),
            "rank 0: create: rank 1 is in the group that rank 0 gave, and gave another one");
  expect_alive(comm);
}

TEST(communicator, only_members_create_by_themselves) {
  const communicator comm = world().duplicate();
  const std::string me = std::to_string(comm.rank());
  EXPECT_EQ(message_of<argument_error>([&] { static_cast<void>(comm.create_group(group())); }),
            "create_group: rank " + me +
                " is not in the group, whose ranks alone call it; all ranks of the communicator "
                "call create");
  EXPECT_EQ(
      message_of<argument_error>([&] { static_cast<void>(comm.create_group(comm.group(), -1)); }),
      "create_group: -1 is no tag; tags are 0, 1, ...");
}

TEST(communicator, names) {
  const communicator ocean = world().duplicate();
  const communicator copy = ocean; // NOLINT: the copy is what is tested
  ocean.set_name("ocean");
  EXPECT_EQ(copy.name(), "ocean");
  char text[MPI_MAX_OBJECT_NAME] = "";
  int length = 0;
  MPI_Comm_get_name(ocean.native(), text, &length);
  EXPECT_EQ(std::string(text), "ocean");
  EXPECT_EQ(ocean.duplicate().name(), "ocean");
  EXPECT_NE(ocean.split(0).name(), "ocean");
  EXPECT_NE(world().duplicate().name(), "MPI_COMM_WORLD");
  EXPECT_EQ(world().name(), "MPI_COMM_WORLD");
  EXPECT_EQ(communicator().name(), "");
  EXPECT_EQ(message_of<argument_error>([&] { communicator().set_name("ocean"); }),
            "set_name: \"ocean\" for no communicator");
  const std::string longest(MPI_MAX_OBJECT_NAME - 1, 'x');
  ocean.set_name(longest);
  EXPECT_EQ(ocean.name(), longest);
  EXPECT_EQ(message_of<argument_error>([&] { ocean.set_name(longest + 'x'); }),
            "set_name: \"" + longest + "x\" has 64 characters; names have at most 63");
}

TEST(communicator, names_in_errors_of_agreement) {
  const communicator ocean = world().duplicate();
  ocean.set_name("ocean");
  if (world().size() == 1) return;
  EXPECT_EQ(message_of<argument_error>([&] {
              collectively(ocean, [&] {
                if (ocean.rank() == 1) throw argument_error("no such file");
              });
            }),
            "rank 1 of communicator \"ocean\": no such file");
  const std::string text = message_of<argument_error>(
      [&] { detail::agree(ocean, "the colour", ocean.rank() == 0 ? "red" : "blue"); });
  EXPECT_TRUE(text.starts_with("ranks of communicator \"ocean\" disagree about the colour: rank 0"))
      << text;
}

// MPI has few of them at a time: each must be freed.
TEST(communicator, many_are_made_and_freed) {
  const group first = world().group().include({0});
  // Many ranks take long, and so do ranks that compare each call.
  const int rounds = checks_arguments() ? 50 : world().size() == 3 ? 10000 : 500;
  for (int i = 0; i < rounds; ++i) {
    const communicator copy = world().duplicate();
    const communicator part = world().split(world().rank() % 2);
    const communicator alone = copy.create(first);
    ASSERT_EQ(alone.is_null(), world().rank() != 0);
  }
}
