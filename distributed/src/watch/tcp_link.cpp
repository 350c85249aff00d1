#include "watch/tcp_link.hpp"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <ifaddrs.h>
#include <net/if.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>
#include <utility>

namespace tessera::detail {

namespace {

constexpr int until_asked = 1; // seconds of silence
constexpr int between_questions = 1;
constexpr int most_questions = 20;
constexpr int longest_unheard = 20'000; // ms, of what was sent
constexpr int longest_call = 1000;      // ms
constexpr int most_waiting_calls = 1024;

template <class T> void set_option(int socket, int level, int option, T value) {
  static_cast<void>(::setsockopt(socket, level, option, &value, sizeof value));
}

/// By the kernel, which the other one's answers, whatever its processes do.
void ask_whether_alive(int socket) {
  set_option(socket, SOL_SOCKET, SO_KEEPALIVE, 1);
  set_option(socket, IPPROTO_TCP, TCP_NODELAY, 1);
#ifdef TCP_KEEPIDLE
  set_option(socket, IPPROTO_TCP, TCP_KEEPIDLE, until_asked);
  set_option(socket, IPPROTO_TCP, TCP_KEEPINTVL, between_questions);
  set_option(socket, IPPROTO_TCP, TCP_KEEPCNT, most_questions);
#endif
#ifdef TCP_USER_TIMEOUT
  set_option(socket, IPPROTO_TCP, TCP_USER_TIMEOUT, longest_unheard);
#endif
}

sockaddr_in address_of(std::uint32_t address, std::uint16_t port) {
  sockaddr_in result{};
  result.sin_family = AF_INET;
  result.sin_addr.s_addr = address;
  result.sin_port = htons(port);
  return result;
}

bool is_about_network(int error) {
  return error == ETIMEDOUT || error == EHOSTUNREACH || error == ENETUNREACH || error == ENETDOWN ||
         error == EHOSTDOWN;
}

bool has_been_taken(int socket) {
  pollfd waits{socket, POLLOUT, 0};
  int error = 0;
  socklen_t length = sizeof error;
  return ::poll(&waits, 1, longest_call) == 1 &&
         ::getsockopt(socket, SOL_SOCKET, SO_ERROR, &error, &length) == 0 && error == 0;
}

int new_socket() { return ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0); }

} // namespace

tcp_link::tcp_link(int socket)
    : socket_(socket), state_(socket >= 0 ? state::open : state::closed) {
  if (socket >= 0) ask_whether_alive(socket);
}

tcp_link::tcp_link(tcp_link&& other) noexcept
    : socket_(std::exchange(other.socket_, -1)), state_(std::exchange(other.state_, state::closed)),
      in_(std::move(other.in_)), out_(std::move(other.out_)) {}

tcp_link& tcp_link::operator=(tcp_link&& other) noexcept {
  if (this == &other) return *this;
  close();
  socket_ = std::exchange(other.socket_, -1);
  state_ = std::exchange(other.state_, state::closed);
  in_ = std::move(other.in_);
  out_ = std::move(other.out_);
  return *this;
}

tcp_link::~tcp_link() { close(); }

void tcp_link::close() {
  if (socket_ >= 0) ::close(socket_);
  socket_ = -1;
}

tcp_link tcp_link::to(std::uint32_t address, std::uint16_t port) {
  const int socket = new_socket();
  if (socket < 0) return {};
  tcp_link result(socket);
  const sockaddr_in whom = address_of(address, port);
  const int code = ::connect(socket, reinterpret_cast<const sockaddr*>(&whom), sizeof whom);
  if ((code == 0 || errno == EINPROGRESS) && has_been_taken(socket)) return result;
  return {};
}

int tcp_link::silence() const {
  if (state_ != state::open) return state_ == state::cut_off ? longest_unheard : 0;
#ifdef TCP_INFO
  tcp_info info{};
  socklen_t length = sizeof info;
  if (::getsockopt(socket_, IPPROTO_TCP, TCP_INFO, &info, &length) == 0)
    return static_cast<int>(std::min(info.tcpi_last_ack_recv, info.tcpi_last_data_recv));
#endif
  return 0;
}

bool tcp_link::has_carrier() const {
  sockaddr_in own{};
  socklen_t length = sizeof own;
  ifaddrs* first = nullptr;
  if (::getsockname(socket_, reinterpret_cast<sockaddr*>(&own), &length) != 0) return true;
  if (::getifaddrs(&first) != 0) return true;
  bool result = true;
  for (const ifaddrs* each = first; each != nullptr; each = each->ifa_next) {
    if (each->ifa_addr == nullptr || each->ifa_addr->sa_family != AF_INET) continue;
    sockaddr_in address{};
    std::memcpy(&address, each->ifa_addr, sizeof address);
    if (address.sin_addr.s_addr == own.sin_addr.s_addr)
      result = (each->ifa_flags & IFF_UP) != 0 && (each->ifa_flags & IFF_RUNNING) != 0;
  }
  ::freeifaddrs(first);
  return result;
}

void tcp_link::fail(int error) {
  state_ = is_about_network(error) ? state::cut_off : state::closed;
  close();
}

void tcp_link::send(std::string_view text) {
  const auto length = static_cast<std::uint32_t>(text.size());
  char head[sizeof length];
  std::memcpy(head, &length, sizeof length);
  out_.append(head, sizeof head).append(text);
  flush();
}

void tcp_link::flush() {
  while (state_ == state::open && !out_.empty()) {
    const ssize_t sent = ::send(socket_, out_.data(), out_.size(), MSG_NOSIGNAL);
    if (sent > 0)
      out_.erase(0, static_cast<std::size_t>(sent));
    else if (errno == EAGAIN || errno == EWOULDBLOCK)
      return;
    else if (errno != EINTR)
      fail(errno);
  }
}

bool tcp_link::read_some() {
  char bytes[4096];
  const ssize_t count = ::recv(socket_, bytes, sizeof bytes, 0);
  if (count > 0) in_.append(bytes, static_cast<std::size_t>(count));
  if (count == 0) fail(0);
  if (count < 0 && errno == EINTR) return true;
  if (count < 0 && errno != EAGAIN && errno != EWOULDBLOCK) fail(errno);
  return count > 0;
}

std::vector<std::string> tcp_link::receive() {
  flush();
  while (state_ == state::open && read_some()) {
  }
  std::vector<std::string> texts;
  std::uint32_t length = 0;
  while (in_.size() >= sizeof length) {
    std::memcpy(&length, in_.data(), sizeof length);
    if (in_.size() - sizeof length < length) break;
    texts.push_back(in_.substr(sizeof length, length));
    in_.erase(0, sizeof length + length);
  }
  return texts;
}

tcp_listener::tcp_listener() : socket_(new_socket()) {
  if (socket_ < 0) return;
  sockaddr_in any = address_of(htonl(INADDR_ANY), 0);
  socklen_t length = sizeof any;
  if (::bind(socket_, reinterpret_cast<sockaddr*>(&any), length) == 0 &&
      ::listen(socket_, most_waiting_calls) == 0 &&
      ::getsockname(socket_, reinterpret_cast<sockaddr*>(&any), &length) == 0)
    port_ = ntohs(any.sin_port);
}

tcp_listener::~tcp_listener() {
  if (socket_ >= 0) ::close(socket_);
}

tcp_link tcp_listener::accept() {
  return tcp_link(::accept4(socket_, nullptr, nullptr, SOCK_CLOEXEC | SOCK_NONBLOCK));
}

std::vector<std::uint32_t> addresses_of_host() {
  std::vector<std::uint32_t> addresses;
  std::vector<std::uint32_t> own;
  ifaddrs* first = nullptr;
  if (::getifaddrs(&first) != 0) return addresses;
  for (const ifaddrs* each = first; each != nullptr; each = each->ifa_next) {
    if (each->ifa_addr == nullptr || each->ifa_addr->sa_family != AF_INET) continue;
    if ((each->ifa_flags & IFF_UP) == 0) continue;
    sockaddr_in address{};
    std::memcpy(&address, each->ifa_addr, sizeof address);
    const bool is_own = (each->ifa_flags & IFF_LOOPBACK) != 0;
    (is_own ? own : addresses).push_back(address.sin_addr.s_addr);
  }
  ::freeifaddrs(first);
  addresses.insert(addresses.end(), own.begin(), own.end());
  return addresses;
}

} // namespace tessera::detail
