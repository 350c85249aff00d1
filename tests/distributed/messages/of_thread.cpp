#include "messages/of_thread.hpp"

#include <gtest/gtest.h>

#include <thread>
#include <vector>

using namespace tessera::detail;

namespace {

struct numbers {
  std::vector<int> all;
};

/// Destroyed after all that its thread asks for later.
struct destroyed_last {
  bool* finds_none = nullptr;
  ~destroyed_last() {
    if (finds_none != nullptr) *finds_none = of_thread<numbers>() == nullptr;
  }
};

} // namespace

TEST(of_thread, each_has_its_own) {
  of_thread<numbers>()->all = {1, 2};
  std::thread([] {
    EXPECT_TRUE(of_thread<numbers>()->all.empty());
    of_thread<numbers>()->all = {3};
    EXPECT_EQ(of_thread<numbers>()->all.size(), 1U);
  }).join();
  EXPECT_EQ(of_thread<numbers>()->all.size(), 2U);
}

TEST(of_thread, what_is_destroyed_last_finds_none) {
  bool finds_none = false;
  std::thread([&] {
    thread_local destroyed_last late;
    late.finds_none = &finds_none;
    of_thread<numbers>()->all = {1};
  }).join();
  EXPECT_TRUE(finds_none);
}
