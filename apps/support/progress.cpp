#include "progress.hpp"

#include <mpi.h>
#include <unistd.h>

#include <cstdio>
#include <string>

namespace apps {

namespace {
constexpr double seconds_between = 0.1;
constexpr std::size_t width = 40;
} // namespace

progress::progress(tessera::index_t total, bool wanted)
    : total_(total), shown_(wanted && total > 0 && isatty(STDERR_FILENO) != 0) {}

progress::~progress() {
  if (shown_ && last_drawn_ > 0) std::fputs("\r\033[K", stderr);
}

void progress::update(tessera::index_t done) {
  if (!shown_) return;
  const double now = MPI_Wtime();
  if (now - last_drawn_ < seconds_between) return;
  last_drawn_ = now;
  const double part = static_cast<double>(done) / static_cast<double>(total_);
  const auto filled = static_cast<std::size_t>(part * static_cast<double>(width));
  const std::string bar = std::string(filled, '#') + std::string(width - filled, '.');
  std::fprintf(stderr, "\r[%s] %3.0f %%  step %lld of %lld", bar.c_str(), 100.0 * part,
               static_cast<long long>(done), static_cast<long long>(total_));
}

} // namespace apps
