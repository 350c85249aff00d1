#include "watch/host_links.hpp"

#include <tessera/distributed/collectives.hpp>

#include <gtest/gtest.h>

#include "world.hpp"

#include <chrono>
#include <string>
#include <thread>
#include <vector>

namespace tessera::detail {

using tessera_test::world;

namespace {

/// Those that come until there are so many, for at most a few seconds.
std::vector<host_links::message> received(host_links& links, std::size_t count) {
  std::vector<host_links::message> all;
  for (int tries = 0; tries < 5000 && all.size() < count; ++tries) {
    for (host_links::message& message : links.receive()) all.push_back(std::move(message));
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
  }
  return all;
}

} // namespace

TEST(host_links, carry_texts_of_any_length_both_ways) {
  host_links links(world());
  ASSERT_EQ(links.exist(), world().size() > 1);
  if (world().size() == 1) return;
  // Longer than what a socket takes at once.
  const std::string large(3'000'000, static_cast<char>('a' + world().rank()));
  const auto others = static_cast<std::size_t>(world().size()) - 1;
  if (links.is_hub()) {
    links.send_all("question");
    links.send_all("");
    std::vector<int> texts(others + 1);
    for (const host_links::message& m : received(links, 2 * others)) {
      ++texts[static_cast<std::size_t>(m.host)];
      if (m.text == "answer") continue;
      EXPECT_EQ(m.text, std::string(3'000'000, static_cast<char>('a' + m.host)));
    }
    for (std::size_t host = 1; host <= others; ++host) EXPECT_EQ(texts[host], 2);
  } else {
    const auto questions = received(links, 2);
    EXPECT_EQ(questions.size(), 2U);
    if (questions.size() == 2) {
      EXPECT_EQ(questions[0].text, "question");
      EXPECT_EQ(questions[1].text, "");
      EXPECT_EQ(questions[1].host, 0);
    }
    links.send(0, large);
    links.send(0, "answer");
    for (int tries = 0; tries < 20000 && links.is_open(0);
         ++tries) { // the hub closes when it has all
      static_cast<void>(links.receive());
      std::this_thread::sleep_for(std::chrono::milliseconds(1));
    }
  }
  EXPECT_TRUE(links.silent().empty());
}

TEST(host_links, tell_an_end_from_silence) {
  const bool is_hub = world().rank() == 0;
  host_links links(world());
  if (is_hub) links = host_links();
  world().barrier();
  if (is_hub || world().size() == 1) return;
  for (int tries = 0; tries < 5000 && links.is_open(0); ++tries) {
    static_cast<void>(links.receive());
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
  }
  EXPECT_FALSE(links.is_open(0));
  EXPECT_TRUE(links.silent().empty());
  links.send(0, "nobody is there");
}

TEST(host_links, call_nobody_where_nobody_listens) {
  std::uint16_t unused = 0;
  {
    const tcp_listener listener;
    unused = listener.port();
  }
  const std::uint32_t own = addresses_of_host().back();
  EXPECT_EQ(tcp_link::to(own, unused).now(), tcp_link::state::closed);
}

} // namespace tessera::detail
