#include "watch/host_links.hpp"

#include <tessera/distributed/collectives.hpp>

#include <fmt/core.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <random>
#include <thread>

namespace tessera::detail {

namespace {

using clock = std::chrono::steady_clock;
constexpr auto longest_greeting = std::chrono::seconds(1);
constexpr auto short_pause = std::chrono::milliseconds(2);
constexpr int longest_silence = 2000; // ms
constexpr std::size_t most_addresses = 16;

/// By which those of this job are told from others that call a port.
std::string secret_word() {
  std::random_device device;
  return fmt::format("{:08x}{:08x}{:08x}", device(), device(), device());
}

/// Where the hub listens, as it tells the others.
struct invitation {
  char word[32] = "";
  std::uint32_t addresses[most_addresses] = {};
  std::int32_t count = 0;
  std::uint16_t port = 0;
};

invitation invite(const tcp_listener& listener) {
  invitation result;
  const std::string word = secret_word();
  word.copy(result.word, sizeof result.word - 1);
  result.port = listener.port();
  for (const std::uint32_t address : addresses_of_host())
    if (result.count < static_cast<std::int32_t>(most_addresses))
      result.addresses[result.count++] = address;
  return result;
}

/// The first text that comes, within a second.
std::string first_text(tcp_link& link) {
  const auto deadline = clock::now() + longest_greeting;
  while (link.now() == tcp_link::state::open && clock::now() < deadline) {
    if (std::vector<std::string> texts = link.receive(); !texts.empty()) return texts.front();
    std::this_thread::sleep_for(short_pause);
  }
  return {};
}

/// The host that says the word; -1 for others.
int host_of_greeting(const std::string& text, const std::string& word, int hosts) {
  int host = -1;
  if (text.rfind(word + " ", 0) != 0) return -1;
  if (std::sscanf(text.c_str() + word.size(), "%d", &host) != 1) return -1;
  return host > 0 && host < hosts ? host : -1;
}

} // namespace

host_links::host_links(const communicator& leaders)
    : host_(leaders.rank()), hosts_(leaders.size()) {
  if (hosts_ < 2) return;
  int linked = 1;
  if (is_hub()) {
    tcp_listener listener;
    invitation all = invite(listener);
    broadcast_bytes(leaders, &all, sizeof all, 0);
    take_calls(listener, all.word, leaders);
    for (int host = 1; host < hosts_; ++host)
      if (!is_open(host)) linked = 0;
  } else {
    invitation all;
    broadcast_bytes(leaders, &all, sizeof all, 0);
    const std::vector<std::uint32_t> addresses(all.addresses, all.addresses + all.count);
    linked = call_hub(addresses, all.port, all.word) ? 1 : 0;
    MPI_Request said = MPI_REQUEST_NULL;
    check_mpi(MPI_Ibarrier(leaders.native(), &said), "MPI_Ibarrier");
    check_mpi(MPI_Wait(&said, MPI_STATUS_IGNORE), "MPI_Wait");
  }
  if (allreduce_min(leaders, linked) == 0) links_.clear();
}

bool host_links::call_hub(const std::vector<std::uint32_t>& addresses, std::uint16_t port,
                          const char* word) {
  for (const std::uint32_t address : addresses) {
    tcp_link link = tcp_link::to(address, port);
    if (link.now() != tcp_link::state::open) continue;
    link.send(fmt::format("{} {}", word, host_));
    if (first_text(link) != word) continue; // a host with the same address, such as its own
    links_.push_back(std::move(link));
    return true;
  }
  return false;
}

/// Until all others have called, or given up.
void host_links::take_calls(tcp_listener& listener, const char* word, const communicator& leaders) {
  links_.resize(static_cast<std::size_t>(hosts_));
  MPI_Request all_said = MPI_REQUEST_NULL;
  check_mpi(MPI_Ibarrier(leaders.native(), &all_said), "MPI_Ibarrier");
  std::vector<tcp_link> callers;
  int done = 0;
  while (done == 0) {
    if (tcp_link link = listener.accept(); link.now() == tcp_link::state::open)
      callers.push_back(std::move(link));
    for (tcp_link& caller : callers)
      for (const std::string& text : caller.receive()) {
        const int host = host_of_greeting(text, word, hosts_);
        if (host < 0) continue;
        caller.send(word);
        links_[static_cast<std::size_t>(host)] = std::move(caller);
        break;
      }
    check_mpi(MPI_Test(&all_said, &done, MPI_STATUS_IGNORE), "MPI_Test");
    std::this_thread::sleep_for(short_pause);
  }
}

const tcp_link& host_links::link_to(int host) const {
  return links_[is_hub() ? static_cast<std::size_t>(host) : 0];
}

bool host_links::is_open(int host) const { return link_to(host).now() == tcp_link::state::open; }

void host_links::send(int host, std::string_view text) {
  links_[is_hub() ? static_cast<std::size_t>(host) : 0].send(text);
}

void host_links::send_all(std::string_view text) {
  for (tcp_link& link : links_)
    if (link.now() == tcp_link::state::open) link.send(text);
}

std::vector<host_links::message> host_links::receive() {
  std::vector<message> all;
  for (std::size_t k = 0; k < links_.size(); ++k)
    for (std::string& text : links_[k].receive())
      all.push_back({is_hub() ? static_cast<int>(k) : 0, std::move(text)});
  return all;
}

bool host_links::is_silent(int host) const { return link_to(host).silence() >= longest_silence; }

bool host_links::has_carrier() const {
  return std::all_of(links_.begin(), links_.end(),
                     [](const tcp_link& link) { return link.has_carrier(); });
}

std::vector<int> host_links::silent() const {
  std::vector<int> hosts;
  for (int host = 0; host < (is_hub() ? hosts_ : 1); ++host)
    if (is_silent(host)) hosts.push_back(host);
  return hosts;
}

} // namespace tessera::detail
