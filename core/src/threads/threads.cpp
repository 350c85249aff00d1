#include <tessera/core/error.hpp>
#include <tessera/core/threads.hpp>
#include <tessera/core/threads/pieces.hpp>

#include "threads/pool.hpp"

#include <fmt/core.h>

#include <atomic>
#include <charconv>
#include <cstdlib>
#include <cstring>

namespace tessera {

namespace {

constexpr int unread = 0; // the environment

constinit std::atomic<int> wanted = unread;
constinit std::atomic<bool> is_said = false; // by set_threads
constinit std::atomic<detail::threads_check> may_have = nullptr;

bool is_in_environment() {
  const char* const text = std::getenv("TESSERA_THREADS");
  return text != nullptr && *text != '\0';
}

int threads_of_environment() {
  const char* const text = std::getenv("TESSERA_THREADS");
  if (!is_in_environment()) return 1;
  int count = 0;
  const char* const end = text + std::strlen(text);
  const auto [stop, problem] = std::from_chars(text, end, count);
  if (problem != std::errc() || stop != end || count < 1 || count > detail::most_threads)
    throw argument_error(fmt::format(
        "TESSERA_THREADS={} in the environment: the threads of each rank are a number from 1 to {}",
        text, detail::most_threads));
  return count;
}

} // namespace

int threads() {
  const int count = wanted.load(std::memory_order_relaxed);
  if (count != unread) return count;
  const int read = threads_of_environment();
  int expected = unread;
  return wanted.compare_exchange_strong(expected, read) ? read : expected;
}

namespace {

void use_threads(int count) {
  if (count < 1 || count > detail::most_threads)
    throw argument_error(
        fmt::format("{} threads in each rank: it has from 1 to {}", count, detail::most_threads));
  const detail::threads_check check = may_have.load();
  if (count > 1 && check != nullptr) check(count);
  wanted.store(count, std::memory_order_relaxed);
}

} // namespace

void set_threads(int count) {
  use_threads(count);
  is_said = true;
}

void detail::set_default_threads(int count) {
  if (!is_said && !is_in_environment()) use_threads(count);
}

void detail::check_threads_by(threads_check check) { may_have.store(check); }

} // namespace tessera
