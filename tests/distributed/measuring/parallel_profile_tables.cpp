// What a profile over ranks shows, keeps in files and counts of messages.
#include <tessera/distributed/parallel_profile.hpp>

#include "cases.hpp"
#include "message_of.hpp"
#include "messages/ring.hpp"
#include "spin_for.hpp"

#include <tessera/distributed/measuring/parallel_profile_data.hpp>
#include <tessera/distributed/messages.hpp>
#include <tessera/distributed/reduce.hpp>
#include <tessera/distributed/stencils/iterate.hpp>
#include <tessera/distributed/stencils/stencil_fields.hpp>

#include <cmath>
#include <filesystem>
#include <sstream>
#include <string>

using namespace tessera_test;

namespace {

bool contains(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

std::string scratch_path(const char* name) {
  return std::string(name) + "." + std::to_string(world().size());
}

} // namespace

TEST(parallel_profile_tables, sorts_and_shows_tables) {
  parallel_profile p = parallel_profile::run(world(), [&] {
    TESSERA_PROFILE("outer");
    for (int k = 0; k < 3; ++k) {
      TESSERA_PROFILE("inner");
      spin_for(1e-3);
    }
    world().barrier();
  });
  if (world().rank() != 0) return;
  EXPECT_STREQ(p.sort("calls")[0].name, "inner");
  EXPECT_STREQ(p.sort("cumulative")[0].name, "outer");
  EXPECT_STREQ(p.sort("waiting")[0].name, "outer");
  for (const char* key : {"pcalls", "time", "imbalance", "messages", "bytes", "file"}) p.sort(key);
  EXPECT_STREQ(p.sort("name")[0].name, "inner");
  EXPECT_STREQ(p.sort("line")[0].name, "outer");
  const std::string message = message_of<argument_error>([&] { p.sort("size"); });
  EXPECT_TRUE(contains(message, "'size'") && contains(message, "waiting")) << message;
  const std::string table = p.strip_dirs().sort("cumulative").stats();
  EXPECT_LT(table.find("(outer)"), table.find("(inner)")) << table;
  EXPECT_TRUE(contains(table, " parallel_profile_tables.cpp:")) << table;
  EXPECT_TRUE(contains(table, "windows")) << table;
  EXPECT_FALSE(contains(p.stats(1), "(inner)"));
  EXPECT_TRUE(contains(p.callers("inner"), "(outer)"));
  EXPECT_FALSE(contains(p.callees("inner"), "(outer)"));
}

TEST(parallel_profile_tables, messages_of_inner_regions_are_in_outer_ones) {
  const std::vector<int> data(3);
  std::vector<int> into(3);
  const auto send_once = [&] { sendrecv(world(), data, right(), into, left()); };
  const parallel_profile p = parallel_profile::run(world(), [&] {
    TESSERA_PROFILE("outer");
    send_once();
    for (int k = 0; k < 2; ++k) {
      TESSERA_PROFILE("inner");
      send_once();
      TESSERA_PROFILE("innermost");
      send_once();
    }
  });
  if (world().rank() != 0) return;
  const auto expect = [&](const char* region, index_t own, index_t with_inner) {
    const parallel_profile_entry& e = p[region];
    EXPECT_EQ(e.sent.messages, own * world().size()) << region;
    EXPECT_EQ(e.received.messages, own * world().size()) << region;
    EXPECT_EQ(e.cumulative_sent.messages, with_inner * world().size()) << region;
    EXPECT_EQ(e.cumulative_sent.bytes, 12 * with_inner * world().size()) << region;
    EXPECT_EQ(e.cumulative_received.messages, with_inner * world().size()) << region;
  };
  expect("outer", 1, 5);
  expect("inner", 2, 4);
  expect("innermost", 2, 2);
}

TEST(parallel_profile_tables, messages_of_a_recursion_count_once) {
  const std::vector<int> data(3);
  std::vector<int> into(3);
  const auto recur = [&](const auto& self, int depth) -> void {
    TESSERA_PROFILE("recursion");
    sendrecv(world(), data, right(), into, left());
    if (depth > 0) self(self, depth - 1);
  };
  const parallel_profile p = parallel_profile::run(world(), [&] { recur(recur, 3); });
  if (world().rank() != 0) return;
  EXPECT_EQ(p["recursion"].sent.messages, 4 * world().size());
  EXPECT_EQ(p["recursion"].cumulative_sent.messages, 4 * world().size());
}

TEST(parallel_profile_tables, tells_how_near_stencils_come_to_memory) {
  const process_grid<2> grid(world());
  global_array<double, 2> u(grid, {50, 70}, halo<2>(1));
  global_array<float, 2> f(grid, {50, 70}, halo<2>(1));
  u.fill(1.0);
  f.fill(1.0F);
  global_array<double, 2> v = u;
  const parallel_profile p = parallel_profile::run(world(), [&] {
    const auto kernel = [](auto c) { return 0.5 * (c(-1, 0) + c(1, 0)); };
    for (int k = 0; k < 3; ++k) apply(v, u, kernel);
    {
      TESSERA_PROFILE("fields");
      apply(v, std::tie(u, f), [](auto a, auto b) { return a(0, 0) + b(0, 1); });
    }
    iterate(u, v, 4, kernel);
  });
  if (world().rank() != 0) return;
  constexpr index_t cells = 50 * 70;
  index_t applied = 0;
  index_t iterated = 0;
  for (index_t k = 0; k < p.size(); ++k)
    (std::string(p[k].name) == "apply" ? applied : iterated) += p[k].moved;
  EXPECT_EQ(applied, cells * (3 * 16 + 20));
  EXPECT_EQ(iterated, cells * 4 * 16);
  EXPECT_GT(p.triad(), 1e8);
  EXPECT_LT(p.triad(), 1e14);
  const std::string table = p.stats();
  EXPECT_TRUE(contains(table, "stencils, a hint")) << table;
  EXPECT_TRUE(contains(table, " a triad moves ")) << table;
  EXPECT_FALSE(contains(parallel_profile().stats(), "stencils"));
}

TEST(parallel_profile_tables, survives_a_file) {
  parallel_profile p = parallel_profile::run(world(), [&] {
    TESSERA_PROFILE("outer\tregion");
    TESSERA_PROFILE("inner");
    const std::vector<int> data(3);
    std::vector<int> into(3);
    sendrecv(world(), data, right(), into, left());
  });
  if (world().rank() != 0) return;
  const std::string path = scratch_path("ranks.prof");
  p.save(path);
  const parallel_profile q = parallel_profile::load(path);
  std::filesystem::remove(path);
  EXPECT_EQ(p.stats(), q.stats());
  EXPECT_EQ(p.callers(), q.callers());
  EXPECT_EQ(p.seconds().most, q.seconds().most);
  for (int from = 0; from < world().size(); ++from)
    EXPECT_EQ(q.sent(from, (from + 1) % world().size()).bytes, 12);
  EXPECT_TRUE(contains(q.compare(p), "    1.00    1.00")) << q.compare(p);
}

TEST(parallel_profile_tables, refuses_damaged_files) {
  const auto message_for = [](const std::string& text) {
    std::istringstream lines(text);
    return message_of<parse_error>([&] { detail::parse_profile(lines, "damaged.prof"); });
  };
  const std::string first = "tessera profile of ranks 1\n";
  const std::string ranks = "ranks\t0\t2\t1\t1\t0\t1.5\t2\t1\n";
  EXPECT_TRUE(contains(message_for("tessera profile 1\n"), "line 1 is not"));
  EXPECT_TRUE(contains(message_for(first), "'end' is missing"));
  EXPECT_TRUE(contains(message_for(first + "end\n"), "'ranks' is missing"));
  EXPECT_TRUE(contains(message_for(first + "ranks\t0\t-1\t1\t1\t0\t1\t2\t1\nend\n"), "-1 ranks"));
  EXPECT_TRUE(contains(message_for(first + ranks + "calls\t0\t1\t1\t1\t0\t0\nend\n"), "of 0"));
  EXPECT_TRUE(contains(message_for(first + ranks + "sent\t2\t0\t1\t1\nend\n"), "rank 2 of 2"));
  EXPECT_TRUE(contains(message_for(first + ranks + "memory\tx\nend\n"), "memory for 'x'"));
  EXPECT_TRUE(contains(message_for(first + ranks + "region\tx\nend\n"), "too few"));
  EXPECT_TRUE(contains(message_for(first + ranks + "what\nend\n"), "starts with 'what'"));
}

TEST(parallel_profile_tables, records_only_when_asked) {
  parallel_profile::run(world(), [] { TESSERA_PROFILE("recorded"); });
  TESSERA_PROFILE("not recorded");
  const std::vector<int> data(3);
  std::vector<int> into(3);
  sendrecv(world(), data, right(), into, left());
  const parallel_profile p = parallel_profile::collected(world());
  if (world().rank() != 0) return;
  EXPECT_EQ(p.size(), 1);
  EXPECT_EQ(p.sent(0, right()).messages, 0);
  EXPECT_TRUE(contains(message_of<argument_error>([&] { (void)p["none"]; }), "'none'"));
  EXPECT_TRUE(contains(message_of<index_error>([&] { (void)p[9]; }), "region 9 in a profile of 1"));
}

namespace {

/// Rank r spends r + 1 seconds in "all", and each tenth one 1 second in "some".
detail::parallel_profile_data simulated(int rank) {
  detail::parallel_profile_data data;
  data.first_rank = rank;
  data.ranks = 1;
  const auto same = [&](double value) { return rank_spread{value, value, value, rank, rank}; };
  data.seconds = same(rank + 1);
  const auto add = [&](const char* name, double seconds) {
    parallel_profile_entry e;
    e.name = name;
    e.file = "simulated.cpp";
    e.ranks = 1;
    e.calls = 1;
    e.own = e.cumulative = same(seconds);
    e.waiting = e.sent_bytes = same(0);
    data.entries.push_back(e);
  };
  add("all", rank + 1);
  if (rank % 10 == 3) add("some", 1);
  return data;
}

/// As the ranks merge their profiles, each as text.
detail::parallel_profile_data merged(int first, int last, std::size_t& longest) {
  if (last - first == 1) return simulated(first);
  int step = 1;
  while (2 * step < last - first) step *= 2;
  detail::parallel_profile_data data = merged(first, first + step, longest);
  const std::string text = detail::profile_text(merged(first + step, last, longest));
  longest = std::max(longest, text.size());
  std::istringstream lines(text);
  detail::merge(data, detail::parse_profile(lines, "another rank"));
  return data;
}

} // namespace

TEST(parallel_profile_tables, ten_thousand_ranks_need_no_more_memory_than_two) {
  if (world().rank() != 0) return;
  std::size_t longest = 0;
  constexpr int ranks = 10000;
  const detail::parallel_profile_data data = merged(0, ranks, longest);
  EXPECT_LE(longest, 3 * detail::profile_text(simulated(3)).size());
  ASSERT_EQ(data.ranks, ranks);
  ASSERT_EQ(data.entries.size(), 2U);
  const parallel_profile_entry& all_of_them = data.entries[0];
  EXPECT_EQ(all_of_them.calls, ranks);
  EXPECT_EQ(all_of_them.own.least, 1);
  EXPECT_EQ(all_of_them.own.most, ranks);
  EXPECT_EQ(all_of_them.own.most_rank, ranks - 1);
  EXPECT_NEAR(all_of_them.own.mean, 0.5 * (ranks + 1), 1e-8);
  const parallel_profile_entry& some = data.entries[1];
  EXPECT_EQ(some.ranks, ranks / 10);
  EXPECT_EQ(some.own.least, 0);
  EXPECT_EQ(some.own.least_rank, 0);
  EXPECT_EQ(some.own.most_rank, 3);
  EXPECT_NEAR(some.own.mean, 0.1, 1e-12);
}

TEST(parallel_profile_tables, scaling_is_that_of_amdahls_law) {
  // A tenth of it is serial.
  const auto seconds = [](int ranks) { return 0.1 + 0.9 / ranks; };
  const detail::scaling up = detail::scaling_of(seconds(1), 1, seconds(8), 8);
  EXPECT_NEAR(up.speedup, 1 / seconds(8), 1e-12);
  EXPECT_NEAR(up.efficiency, up.speedup / 8, 1e-12);
  EXPECT_NEAR(up.serial, 0.1, 1e-12);
  // The other way round, it is the same part.
  EXPECT_NEAR(detail::scaling_of(seconds(8), 8, seconds(1), 1).serial, 0.1, 1e-12);
  EXPECT_TRUE(std::isnan(detail::scaling_of(1, 2, 0.5, 2).serial));
  EXPECT_TRUE(std::isnan(detail::scaling_of(0, 1, 1, 2).speedup));
}
