#include <tessera/distributed/boost_mpi.hpp>

#include "cases.hpp"

#include <boost/mpi/collectives/broadcast.hpp>
#include <boost/serialization/map.hpp>
#include <boost/serialization/string.hpp>

#include <map>
#include <string>

using namespace tessera_test;

using table = std::map<std::string, double>;

TEST(boost_mpi, there) {
  const boost::mpi::communicator there = to_boost(world());
  EXPECT_EQ(there.rank(), world().rank());
  EXPECT_EQ(there.size(), world().size());
  EXPECT_EQ(static_cast<MPI_Comm>(there), world().native());
}

TEST(boost_mpi, and_back) {
  const communicator own = world().duplicate();
  {
    const boost::mpi::communicator there = to_boost(own);
    const communicator back = from_boost(there);
    EXPECT_EQ(back.native(), own.native());
    EXPECT_EQ(back.rank(), own.rank());
    EXPECT_EQ(back.size(), own.size());
  }
  // Neither of them freed it.
  EXPECT_EQ(allreduce_sum(own, 1), own.size());
}

TEST(boost_mpi, communicator_made_by_boost) {
  const boost::mpi::communicator half = to_boost(world()).split(world().rank() % 2);
  global_array<double, 1> u(process_grid<1>(from_boost(half)), {9});
  fill_numbered(u);
  EXPECT_EQ(wrong_elements(u.gather_all()), 0);
}

TEST(boost_mpi, map_from_one_rank_to_all) {
  table values;
  if (world().rank() == world().size() - 1) values = {{"diffusivity", 0.5}, {"spacing", 0.01}};
  boost::mpi::broadcast(to_boost(world()), values, world().size() - 1);
  EXPECT_EQ(values, (table{{"diffusivity", 0.5}, {"spacing", 0.01}}));
}

TEST(boost_mpi, map_from_rank_to_rank) {
  const boost::mpi::communicator comm = to_boost(world());
  if (comm.size() == 1) GTEST_SKIP() << "needs two ranks";
  const table sent{{"rank", comm.rank()}};
  const int right = (comm.rank() + 1) % comm.size();
  const int left = (comm.rank() + comm.size() - 1) % comm.size();
  table received;
  if (comm.rank() % 2 == 0) {
    comm.send(right, 3, sent);
    comm.recv(left, 3, received);
  } else {
    comm.recv(left, 3, received);
    comm.send(right, 3, sent);
  }
  EXPECT_EQ(received, (table{{"rank", left}}));
}
