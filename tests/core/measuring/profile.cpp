#include "message_of.hpp"

#include <tessera/core/error.hpp>
#include <tessera/core/profile.hpp>
#include <tessera/core/timer.hpp>

#include <gtest/gtest.h>

#include <cstdio>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>
#include <thread>

using namespace tessera;

namespace {

void spin(double seconds) {
  const timer t;
  while (t.elapsed() < seconds) {
  }
}

void leaf() {
  TESSERA_PROFILE_FUNCTION();
  spin(2e-3);
}

void work() {
  TESSERA_PROFILE_FUNCTION();
  for (int i = 0; i < 3; ++i) leaf();
  {
    TESSERA_PROFILE("tail");
    leaf();
    spin(1e-3);
  }
}

int factorial(int n) {
  const profile_region r("factorial");
  spin(1e-4);
  return n < 2 ? 1 : n * factorial(n - 1);
}

bool contains(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

std::string content_of(const std::string& path) {
  std::ostringstream text;
  text << std::ifstream(path).rdbuf();
  return text.str();
}

/// A path in the test's own folder, removed at the end.
struct scratch_file {
  explicit scratch_file(std::string name) : path(std::move(name)) {}
  ~scratch_file() { std::filesystem::remove(path); }
  std::string path;
};

} // namespace

TEST(profile, counts_calls_and_times) {
  const profile p = profile::run(work);
  ASSERT_EQ(p.size(), 3);
  EXPECT_EQ(p["work"].calls, 1);
  EXPECT_EQ(p["leaf"].calls, 4);
  EXPECT_EQ(p["tail"].calls, 1);
  EXPECT_GE(p["leaf"].own, 8e-3);
  EXPECT_GE(p["tail"].own, 1e-3);
  EXPECT_GE(p["tail"].cumulative, 3e-3);
  EXPECT_GE(p["work"].cumulative, p["leaf"].cumulative + p["tail"].own);
  EXPECT_LT(p["work"].own, p["leaf"].own);
  // What is in some region is all there is.
  EXPECT_NEAR(p.total(), p["work"].cumulative, 1e-9);
  EXPECT_TRUE(contains(p["work"].file, "profile.cpp"));
}

TEST(profile, seconds_are_those_of_the_clock) {
  const timer t;
  const profile p = profile::run([] {
    TESSERA_PROFILE("spin");
    spin(0.05);
  });
  EXPECT_GE(p["spin"].own, 0.0499);
  EXPECT_LE(p["spin"].own, t.elapsed());
}

TEST(profile, counts_recursion_once) {
  const profile p = profile::run([] { factorial(5); });
  const profile_entry& e = p["factorial"];
  EXPECT_EQ(e.calls, 5);
  EXPECT_EQ(e.primitive_calls, 1);
  EXPECT_NEAR(e.own, e.cumulative, 1e-9);
  EXPECT_TRUE(contains(p.stats(), "5/1"));
}

TEST(profile, records_only_when_asked) {
  profile::clear();
  profile::stop();
  work();
  EXPECT_EQ(profile::collected().size(), 0);
  profile::start();
  leaf();
  profile::stop();
  leaf();
  EXPECT_EQ(profile::collected()["leaf"].calls, 1);
}

TEST(profile, open_regions_count_up_to_now) {
  profile::clear();
  profile::start();
  {
    TESSERA_PROFILE("outer");
    leaf();
    const profile p = profile::collected();
    EXPECT_GE(p["outer"].cumulative, 2e-3);
    EXPECT_GE(p["outer"].own, 0);
    profile::clear();
  }
  profile::stop();
  EXPECT_EQ(profile::collected().size(), 0);
}

TEST(profile, survives_exceptions) {
  const auto f = [] {
    TESSERA_PROFILE("fails");
    throw 1;
  };
  EXPECT_THROW(profile::run(f), int);
  leaf(); // recording has stopped
  const profile p = profile::collected();
  EXPECT_EQ(p["fails"].calls, 1);
  EXPECT_EQ(p.size(), 1);
}

TEST(profile, adds_up_threads) {
  const profile p = profile::run(
      [] {
        leaf();
        std::thread(leaf).join();
        std::thread(leaf).join();
      },
      {.trace = true});
  EXPECT_EQ(p["leaf"].calls, 3);
}

TEST(profile, sorts) {
  profile p = profile::run(work);
  EXPECT_STREQ(p.sort("time")[0].name, "leaf");
  EXPECT_STREQ(p.sort("cumulative")[0].name, "work");
  EXPECT_STREQ(p.sort("calls")[0].name, "leaf");
  EXPECT_STREQ(p.sort("name")[2].name, "work");
  EXPECT_STREQ(p.sort("line")[0].name, "leaf");
  const auto message = message_of<argument_error>([&] { p.sort("size"); });
  EXPECT_TRUE(contains(message, "'size'") && contains(message, "cumulative")) << message;
}

TEST(profile, shows_tables) {
  profile p = profile::run(work);
  const std::string all = p.strip_dirs().sort("cumulative").stats();
  EXPECT_TRUE(contains(all, "6 calls of regions")) << all;
  EXPECT_TRUE(contains(all, "ncalls  tottime")) << all;
  EXPECT_LT(all.find("(work)"), all.find("(leaf)")) << all;
  EXPECT_TRUE(contains(all, " profile.cpp:")) << all;
  EXPECT_FALSE(contains(p.stats(1), "(leaf)"));
  const std::string callers = p.callers("leaf");
  EXPECT_TRUE(contains(callers, "(work)") && contains(callers, "(tail)")) << callers;
  EXPECT_FALSE(contains(p.callees("leaf"), "(work)"));
  EXPECT_TRUE(contains(p.callees("work"), "(tail)"));
}

TEST(profile, survives_a_file) {
  const scratch_file file("saved.prof");
  profile p = profile::run(work);
  p.save(file.path.c_str());
  profile q = profile::load(file.path.c_str());
  EXPECT_EQ(p.stats(), q.stats());
  EXPECT_EQ(p.callers(), q.callers());
  EXPECT_EQ(p["leaf"].own, q["leaf"].own);
  p.save(std::filesystem::path(file.path));
  EXPECT_EQ(profile::load(file.path).stats(), p.stats());
}

TEST(profile, regions_of_lambdas_have_the_name_of_their_function) {
  const auto named = [] { TESSERA_PROFILE_FUNCTION(); };
  const profile p = profile::run(named);
  ASSERT_EQ(p.size(), 1);
  EXPECT_TRUE(contains(p[0].name, "regions_of_lambdas")) << p[0].name;
}

TEST(profile, compares) {
  const profile before = profile::run(leaf);
  const profile now = profile::run(work);
  const std::string text = now.compare(before);
  EXPECT_TRUE(contains(text, "(tail)  (new)")) << text;
  EXPECT_TRUE(contains(before.compare(now), "no longer called")) << text;
}

TEST(profile, refuses_damaged_files) {
  const scratch_file file("damaged.prof");
  const auto message_for = [&](const std::string& text) {
    std::ofstream(file.path) << text;
    return message_of<parse_error>([&] { profile::load(file.path.c_str()); });
  };
  EXPECT_TRUE(contains(message_for("not one\n"), "line 1"));
  const std::string good = "tessera profile 1\nregion\tf\tf.cpp\t3\t1\t1\t0.5\t0.5\n";
  EXPECT_TRUE(contains(message_for(good), "'end' is missing"));
  EXPECT_TRUE(contains(message_for(good + "calls\t0\t1\t1\t1\t0\t0\nend\n"), "region 1 of 1"));
  EXPECT_TRUE(contains(message_for("tessera profile 1\nregion\tf\tf.cpp\tx\n"), "line 2 has 'x'"));
  EXPECT_TRUE(contains(message_for("tessera profile 1\nregion\tf\n"), "too few"));
  EXPECT_TRUE(contains(message_of<file_error>([] { profile::load("none.prof"); }), "none.prof"));
}

TEST(profile, writes_traces) {
  const scratch_file file("trace.json");
  const profile p = profile::run(work, {.trace = true});
  p.save_trace(file.path.c_str());
  const std::string text = content_of(file.path);
  EXPECT_TRUE(contains(text, "\"traceEvents\""));
  EXPECT_TRUE(contains(text, "\"name\": \"tail\""));
  const profile untraced = profile::run(work);
  EXPECT_TRUE(contains(message_of<argument_error>([&] { untraced.save_trace(file.path.c_str()); }),
                       "trace = true"));
}

TEST(profile, traces_are_bounded) {
  const scratch_file file("trace.json");
  const profile p = profile::run(work, {.trace = true, .largest_trace = 2});
  p.save_trace(file.path.c_str());
  const std::string text = content_of(file.path);
  std::size_t events = 0;
  for (std::size_t at = 0; (at = text.find("\"ph\"", at)) != std::string::npos; ++at) ++events;
  EXPECT_EQ(events, 2U);
  EXPECT_EQ(p["leaf"].calls, 4);
}

TEST(profile, traces_keep_the_latest_calls) {
  const scratch_file file("latest.json");
  const profile p = profile::run(
      [] {
        for (int k = 0; k < 10; ++k) leaf();
        TESSERA_PROFILE("last");
      },
      {.trace = true, .largest_trace = 3});
  p.save_trace(file.path.c_str());
  EXPECT_TRUE(contains(content_of(file.path), "last"));
}

TEST(profile, counts_what_goes_to_other_ranks) {
  const scratch_file file("counted.prof");
  const profile p = profile::run([] {
    TESSERA_PROFILE("outer");
    detail::count_sent(2, 100);
    {
      TESSERA_PROFILE("inner");
      detail::count_received(1, 8);
      detail::count_collective();
    }
    detail::count_sent(1, 1);
  });
  p.save(file.path);
  for (const profile& each : {p, profile::load(file.path)}) {
    EXPECT_EQ(each["outer"].sent.messages, 3);
    EXPECT_EQ(each["outer"].sent.bytes, 101);
    EXPECT_EQ(each["outer"].received.messages, 0);
    EXPECT_EQ(each["inner"].received.bytes, 8);
    EXPECT_EQ(each["inner"].collectives, 1);
  }
}

TEST(profile, waits_count_once_and_without_what_interrupts_them) {
  const profile p = profile::run([&] {
    TESSERA_PROFILE("region");
    const std::uint32_t wait = detail::enter_wait();
    EXPECT_NE(wait, 0U);
    EXPECT_EQ(detail::enter_wait(), 0U); // part of the first
    spin(2e-3);
    EXPECT_TRUE(detail::pause_wait());
    spin(20e-3);
    detail::resume_wait();
    spin(1e-3);
    detail::leave_wait(wait);
  });
  EXPECT_GE(p["region"].waiting, 3e-3);
  EXPECT_LE(p["region"].waiting, p["region"].own - 20e-3);
}

TEST(profile, regions_in_a_wait_have_their_part_of_it) {
  const profile p = profile::run([] {
    TESSERA_PROFILE("outer");
    const std::uint32_t wait = detail::enter_wait();
    spin(2e-3);
    {
      TESSERA_PROFILE("inner");
      spin(3e-3);
    }
    detail::leave_wait(wait);
  });
  EXPECT_GE(p["outer"].waiting, 2e-3);
  EXPECT_LE(p["outer"].waiting, p["outer"].own);
  EXPECT_GE(p["inner"].waiting, 3e-3);
  EXPECT_LE(p["inner"].waiting, p["inner"].own);
}

TEST(profile, what_is_outside_of_regions_has_a_place) {
  const profile p = profile::run([] { detail::count_sent(1, 5); });
  EXPECT_EQ(p["(outside of regions)"].sent.bytes, 5);
  EXPECT_EQ(p["(outside of regions)"].calls, 0);
}

TEST(profile, copies_and_moves) {
  profile p = profile::run(leaf);
  profile q = p;
  profile r = std::move(p);
  p = q;
  q.strip_dirs();
  EXPECT_EQ(r["leaf"].calls, 1);
  EXPECT_STRNE(p["leaf"].file, q["leaf"].file);
  EXPECT_EQ(message_of<argument_error>([&] { (void)r["none"]; }),
            "the profile has no region 'none'");
  EXPECT_EQ(message_of<index_error>([&] { (void)r[5]; }), "there is no region 5 in a profile of 1");
}
