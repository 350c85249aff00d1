#include "watch/stall_report.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace tessera::detail {

namespace {

using doing = rank_state::doing;

rank_state in_call(const char* site) { return {doing::waits_for_all, -1, site, "", {site}}; }
rank_state waits_for(int peer) {
  return {doing::waits_for_message,
          peer,
          "recv at a.cpp:1",
          "waits for rank " + std::to_string(peer),
          {}};
}

} // namespace

TEST(stall_report, names_ranks_that_are_at_the_same_place_together) {
  const rank_state left{doing::has_left, -1, "returned 0", "", {}};
  const std::vector<rank_state> ranks{in_call("sum at heat.cpp:41"),
                                      in_call("sum at heat.cpp:41"),
                                      in_call("sum at heat.cpp:41"),
                                      in_call("update_halo at heat.cpp:57"),
                                      left,
                                      in_call("sum at heat.cpp:41")};
  EXPECT_EQ(stall_report(ranks, 10),
            "ranks have waited for others for 10 s: ranks 0-2, 5: sum at heat.cpp:41; rank 3: "
            "update_halo at heat.cpp:57; rank 4: returned 0; all ranks must make the same "
            "collective calls, in the same order, before they return");
}

TEST(stall_report, stays_short_on_many_ranks) {
  std::vector<rank_state> ranks(10'000, in_call("sum at heat.cpp:41"));
  for (std::size_t rank = 1; rank < ranks.size(); rank += 1000)
    ranks[rank].text = "computes at heat.cpp:" + std::to_string(rank);
  const std::string text = stall_report(ranks, 10);
  EXPECT_LT(text.size(), 600U);
  EXPECT_NE(text.find("ranks 0, 2-1000, 1002-2000, "), std::string::npos) << text;
  EXPECT_NE(text.find("and 6 others"), std::string::npos) << text;
}

TEST(stall_report, finds_circles_of_any_length) {
  EXPECT_TRUE(circle_of_waits({waits_for(1), waits_for(2), in_call("sum")}).empty());
  EXPECT_TRUE(circle_of_waits({waits_for(-1), waits_for(0)}).empty());
  EXPECT_EQ(circle_of_waits({waits_for(1), waits_for(0)}), (std::vector<int>{0, 1}));
  EXPECT_EQ(
      circle_of_waits({waits_for(1), waits_for(3), in_call("sum"), waits_for(4), waits_for(1)}),
      (std::vector<int>{1, 3, 4}));
  EXPECT_EQ(circle_of_waits({waits_for(0)}), (std::vector<int>{0}));
}

TEST(stall_report, tells_what_few_ranks_wait_for_and_where_many_do) {
  const std::string few = stall_report({waits_for(1), waits_for(0)}, 1);
  EXPECT_NE(few.find("rank 0: recv at a.cpp:1, waits for rank 1; rank 1: "), std::string::npos);
  EXPECT_NE(few.find("each other: 0 for 1 for 0;"), std::string::npos) << few;
  std::vector<rank_state> many;
  for (int rank = 0; rank < 1000; ++rank) many.push_back(waits_for((rank + 1) % 1000));
  const std::string text = stall_report(many, 1);
  EXPECT_NE(text.find("ranks 0-999: recv at a.cpp:1; "), std::string::npos) << text;
  EXPECT_NE(text.find("6 for 7 for ... for 0;"), std::string::npos) << text;
}

TEST(stall_report, knows_who_is_late_in_the_call_of_the_others) {
  const rank_state waits = in_call("fill at heat.cpp:5");
  rank_state computes{
      doing::computes, -1, "computes at heat.cpp:6", "", {"computes at heat.cpp:6"}};
  EXPECT_FALSE(are_late_only({waits, computes, waits}));
  computes.calls.emplace_back("fill at heat.cpp:5");
  EXPECT_TRUE(are_late_only({waits, computes, waits}));
  EXPECT_FALSE(are_late_only({waits, waits}));
}

TEST(stall_report, knows_ranks_that_left_from_those_that_wait_for_messages) {
  const rank_state left{doing::has_left, -1, "called exit(3)", "", {}};
  const rank_state ends{doing::waits, -1, "MPI_Finalize at a.cpp:9", "", {}};
  EXPECT_NE(stall_report({ends, left}, 1).find("before they return"), std::string::npos);
  EXPECT_NE(stall_report({ends, waits_for(0)}, 1).find("no message"), std::string::npos);
}

TEST(stall_report, says_that_one_call_was_made_on_different_communicators) {
  const std::vector<rank_state> ranks(3, in_call("barrier at heat.cpp:9"));
  EXPECT_NE(stall_report(ranks, 1).find("on different communicators"), std::string::npos);
}

} // namespace tessera::detail
