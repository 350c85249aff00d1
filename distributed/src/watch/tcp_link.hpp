// A TCP connection between two hosts that finds out by itself when the other one cannot be reached.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace tessera::detail {

/// Carries texts in both directions and never waits, but to be made. The kernels of the two hosts
/// ask each other whether they are there, whatever the processes do: a process that a debugger has
/// stopped is no host that is cut off.
class tcp_link {
public:
  enum class state { open, closed, cut_off };

  tcp_link() = default;
  /// Takes a socket over.
  explicit tcp_link(int socket);
  tcp_link(tcp_link&& other) noexcept;
  tcp_link& operator=(tcp_link&& other) noexcept;
  tcp_link(const tcp_link&) = delete;
  tcp_link& operator=(const tcp_link&) = delete;
  ~tcp_link();

  /// Closed when nobody takes the call within a second.
  static tcp_link to(std::uint32_t address, std::uint16_t port);

  [[nodiscard]] state now() const { return state_; }
  /// For how many ms the other host has given no sign of life; it is asked for one each second.
  [[nodiscard]] int silence() const;
  /// Is this host's own end of the cable there? Yes where it cannot be told.
  [[nodiscard]] bool has_carrier() const;
  void send(std::string_view text);
  /// What has come meanwhile, one text for each `send`; also sends what had to wait.
  std::vector<std::string> receive();

private:
  void flush();
  bool read_some();
  void fail(int error);
  void close();

  int socket_ = -1;
  state state_ = state::closed;
  std::string in_;
  std::string out_;
};

/// Where others can call this host.
class tcp_listener {
public:
  tcp_listener();
  tcp_listener(const tcp_listener&) = delete;
  tcp_listener& operator=(const tcp_listener&) = delete;
  ~tcp_listener();

  /// 0 where it does not listen.
  [[nodiscard]] std::uint16_t port() const { return port_; }
  /// A call that has come; closed where there is none.
  tcp_link accept();

private:
  int socket_ = -1;
  std::uint16_t port_ = 0;
};

/// IPv4 addresses of this host, in the order of bytes of networks; that of itself is the last.
std::vector<std::uint32_t> addresses_of_host();

} // namespace tessera::detail
