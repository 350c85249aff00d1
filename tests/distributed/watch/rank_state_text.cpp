#include "watch/rank_state_text.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace tessera::detail {

TEST(rank_state_text, states_of_some_ranks_come_back) {
  using doing = rank_state::doing;
  const std::vector<rank_state> states{
      {doing::waits_for_all, -1, "sum at heat.cpp:41", "", {"sum at heat.cpp:41", "main, 2"}},
      {doing::unknown, -1, "on another node", "", {}},
      {doing::waits_for_message, 3, "", "waits for a message from rank 3, tag 5", {}},
      {doing::has_left, -1, "returned 0", "", {}}};
  std::vector<rank_state> taken(states.size());
  take_states(text_of_states(states, {0, 2, 3}), taken);
  for (const std::size_t rank : {0U, 2U, 3U}) {
    EXPECT_EQ(taken[rank].what, states[rank].what);
    EXPECT_EQ(taken[rank].peer, states[rank].peer);
    EXPECT_EQ(taken[rank].text, states[rank].text);
    EXPECT_EQ(taken[rank].note, states[rank].note);
    EXPECT_EQ(taken[rank].calls, states[rank].calls);
  }
  EXPECT_EQ(taken[1].text, "");
}

TEST(rank_state_text, what_is_no_state_changes_nothing) {
  std::vector<rank_state> taken(2);
  take_states("7\x1f"
              "0\x1f\x1e"
              "x\x1e\x1e",
              taken);
  EXPECT_EQ(taken[0].what, rank_state::doing::unknown);
  EXPECT_EQ(taken[1].what, rank_state::doing::unknown);
}

} // namespace tessera::detail
