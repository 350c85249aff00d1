#include <tessera/distributed/agree.hpp>

#include "cases.hpp"
#include "message_of.hpp"

#include <filesystem>
#include <memory>
#include <stdexcept>
#include <string>

using namespace tessera_test;

namespace {

/// The message of what all ranks throw when `f` throws on some of them; the same on all ranks.
template <class Error, class F> std::string agreed_message(F&& f) {
  const std::string text = message_of<Error>([&] { collectively(world(), f); });
  EXPECT_EQ(broadcast(world(), text, 0), text) << "ranks differ";
  return text;
}

std::string prefix(int rank) {
  return world().size() > 1 ? "rank " + std::to_string(rank) + ": " : "";
}

} // namespace

TEST(agree, returns_each_ranks_own_result) {
  EXPECT_EQ(collectively(world(), [] { return 10 * world().rank(); }), 10 * world().rank());
  int calls = 0;
  collectively(world(), [&] { ++calls; });
  EXPECT_EQ(calls, 1);
  const auto owner = collectively(world(), [] { return std::make_unique<int>(7); });
  EXPECT_EQ(*owner, 7);
}

TEST(agree, one_rank_throws) {
  for (int bad = 0; bad < world().size(); ++bad) {
    const std::string text = agreed_message<file_error>([&] {
      if (world().rank() == bad) throw file_error("no such file: a.txt");
    });
    EXPECT_EQ(text, prefix(bad) + "no such file: a.txt");
  }
}

TEST(agree, some_ranks_throw) {
  if (world().size() < 3) GTEST_SKIP() << "needs three ranks";
  const std::string text = agreed_message<shape_error>([] {
    const std::string name = std::to_string(world().rank());
    if (world().rank() == 1) throw shape_error("the lowest, " + name);
    if (world().rank() > 1) throw index_error("not the lowest, " + name);
  });
  EXPECT_EQ(text, "rank 1: the lowest, 1");
}

TEST(agree, all_ranks_throw) {
  const std::string text = agreed_message<parse_error>([] { throw parse_error("line 3"); });
  EXPECT_EQ(text, "line 3");
}

TEST(agree, every_kind_keeps_its_type) {
  const int last = world().size() - 1;
  const auto check = [&]<error_kind Kind>() {
    const std::string text = agreed_message<error_of<Kind>>([&] {
      if (world().rank() == last) throw error_of<Kind>("why");
    });
    EXPECT_NE(text.find("why"), std::string::npos) << text;
  };
  check.operator()<error_kind::argument>();
  check.operator()<error_kind::shape>();
  check.operator()<error_kind::index>();
  check.operator()<error_kind::memory>();
  check.operator()<error_kind::file>();
  check.operator()<error_kind::missing_file>();
  check.operator()<error_kind::missing_dataset>();
  check.operator()<error_kind::file_format>();
  check.operator()<error_kind::element_type>();
  check.operator()<error_kind::disk_full>();
  check.operator()<error_kind::parse>();
  check.operator()<error_kind::communication>();
  check.operator()<error_kind::usage>();
}

TEST(agree, other_exceptions) {
  const int last = world().size() - 1;
  const std::string text = agreed_message<error>([&] {
    if (world().rank() == last) throw std::runtime_error("from elsewhere");
  });
  EXPECT_EQ(text, prefix(last) + "from elsewhere");
}

TEST(agree, what_is_no_exception_object) {
  const int last = world().size() - 1;
  const std::string text = agreed_message<error>([&] {
    if (world().rank() == last) throw 42; // NOLINT: users may
  });
  EXPECT_EQ(text.find(prefix(last)), 0U) << text;
}

TEST(agree, long_messages_arrive_whole) {
  const std::string longest(100000, 'x');
  const std::string text = agreed_message<file_error>([&] {
    if (world().rank() == 0) throw file_error(longest);
  });
  EXPECT_TRUE(text == prefix(0) + longest);
}

TEST(agree, goes_on_after_an_error) {
  for (int i = 0; i < 20; ++i) {
    const int bad = i % world().size();
    agreed_message<file_error>([&] {
      if (world().rank() == bad) throw file_error("again");
    });
    collectively(world(), [] {});
  }
}

TEST(agree, nested) {
  const std::string text = agreed_message<file_error>([] {
    collectively(world(), [] {
      if (world().rank() == world().size() - 1) throw file_error("inside");
    });
  });
  EXPECT_EQ(text, prefix(world().size() - 1) + "inside") << "named once";
}

TEST(agree, some_ranks_only) {
  const communicator half = world().split(world().rank() % 2);
  if (world().rank() % 2 == 0)
    message_of<file_error>([&] { collectively(half, [] { throw file_error("here"); }); });
  else
    collectively(half, [] {});
}

// What the language and other libraries throw becomes an error of the library.
TEST(agree, foreign_exceptions) {
  const auto last = [](const auto& failure) {
    return [&] {
      if (world().rank() == world().size() - 1) throw failure;
    };
  };
  const std::string memory =
      message_of<memory_error>([&] { collectively(world(), last(std::bad_alloc())); });
  EXPECT_NE(memory.find("memory"), std::string::npos);
  message_of<memory_error>([&] { collectively(world(), last(std::length_error("resize"))); });
  message_of<file_error>([&] {
    collectively(world(), last(std::filesystem::filesystem_error("stat", std::error_code())));
  });
  message_of<error>([&] { collectively(world(), last(std::runtime_error("of a caller"))); });
}
