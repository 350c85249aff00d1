// Connections between the hosts of a job: from that of rank 0 to each of the others. See
// decision 28.
#pragma once

#include "watch/tcp_link.hpp"

#include <tessera/distributed/communicator.hpp>

#include <string>
#include <string_view>
#include <vector>

namespace tessera::detail {

/// Between one rank of each host, the leaders. They need MPI to find each other, and nothing of it
/// afterwards: so a thread that may not call MPI can use them.
class host_links {
public:
  struct message {
    int host = 0; ///< whose: the rank among the leaders
    std::string text;
  };

  host_links() = default;
  /// Collective. None of them are open where one of the hosts cannot be reached.
  explicit host_links(const communicator& leaders);

  [[nodiscard]] bool exist() const { return !links_.empty(); }
  [[nodiscard]] bool is_hub() const { return host_ == 0; }
  [[nodiscard]] int host() const { return host_; }
  [[nodiscard]] int hosts() const { return hosts_; }
  /// To a host that this one has a link to: any from the first, the first from any.
  void send(int host, std::string_view text);
  void send_all(std::string_view text);
  std::vector<message> receive();
  /// Hosts that have given no sign of life for two seconds; one whose processes have ended is none.
  [[nodiscard]] std::vector<int> silent() const;
  [[nodiscard]] bool is_silent(int host) const;
  /// Has this host a network? Yes where it cannot be told.
  [[nodiscard]] bool has_carrier() const;
  /// Whether the host's leader may still answer.
  [[nodiscard]] bool is_open(int host) const;

private:
  bool call_hub(const std::vector<std::uint32_t>& addresses, std::uint16_t port, const char* word);
  void take_calls(tcp_listener& listener, const char* word, const communicator& leaders);
  [[nodiscard]] const tcp_link& link_to(int host) const;

  int host_ = 0;
  int hosts_ = 1;
  std::vector<tcp_link> links_; // of the hub: by host, its own is closed; of others: one
};

} // namespace tessera::detail
