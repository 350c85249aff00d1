// Profiles of ranks as tables.
#include <tessera/distributed/measuring/parallel_profile_data.hpp>

#include <fmt/core.h>

#include <algorithm>
#include <cmath>
#include <cstring>
#include <string>

namespace tessera {

namespace {

using detail::parallel_profile_data;
using detail::profile_edge;

std::string place_text(const parallel_profile_entry& e) {
  return e.line > 0 ? fmt::format("{}:{}({})", e.file, e.line, e.name) : std::string(e.name);
}

template <class Counted> std::string calls_text(const Counted& c) {
  return c.primitive_calls == c.calls ? fmt::format("{}", c.calls)
                                      : fmt::format("{}/{}", c.calls, c.primitive_calls);
}

/// "  1.234 (3)": which rank, unless all have the same.
std::string of_rank(double value, int rank) {
  return fmt::format("{:>9.3f} {:<7}", value, fmt::format("({})", rank));
}

/// "1.50 MB"
std::string bytes_text(double bytes) {
  static constexpr const char* units[] = {"B", "kB", "MB", "GB", "TB", "PB"};
  std::size_t k = 0;
  while (bytes >= 1000 && k + 1 < std::size(units)) {
    bytes /= 1000;
    ++k;
  }
  return k == 0 ? fmt::format("{:.0f} B", bytes) : fmt::format("{:.3g} {}", bytes, units[k]);
}

std::string rank_row(const parallel_profile_entry& e) {
  return fmt::format(
      "{:>11} {:>9.3f} {} {} {:>6.2f} {:>9.3f} {:>9.3f} {:>9} {:>9} {:>9} {:>9} {}\n",
      calls_text(e), e.own.mean, of_rank(e.own.least, e.own.least_rank),
      of_rank(e.own.most, e.own.most_rank), e.own.imbalance(), e.waiting.mean, e.cumulative.mean,
      e.sent.messages, bytes_text(static_cast<double>(e.sent.bytes)), e.cumulative_sent.messages,
      bytes_text(static_cast<double>(e.cumulative_sent.bytes)), place_text(e));
}

std::size_t rows_shown(index_t limit, std::size_t all) {
  return limit > 0 ? std::min(static_cast<std::size_t>(limit), all) : all;
}

double mean_waiting(const parallel_profile_data& data) {
  double sum = 0;
  for (const parallel_profile_entry& e : data.entries) sum += e.waiting.mean;
  return sum;
}

std::string header(const parallel_profile_data& data) {
  index_t calls = 0;
  message_count sent;
  for (const parallel_profile_entry& e : data.entries) {
    calls += e.calls;
    sent.messages += e.sent.messages;
    sent.bytes += e.sent.bytes;
  }
  const double seconds = data.seconds.mean;
  return fmt::format("{} {}, {:.3f} seconds each, {:.1f} % of them waiting\n{} calls of regions, "
                     "{} messages, {}\n",
                     data.ranks, data.ranks == 1 ? "rank" : "ranks", seconds,
                     seconds > 0 ? 100 * mean_waiting(data) / seconds : 0, calls, sent.messages,
                     bytes_text(static_cast<double>(sent.bytes)));
}

std::string memory_table(const parallel_profile_data& data) {
  std::string text = "\nmemory of a rank         now: mean            most      peak: mean"
                     "            most\n";
  for (int k = 0; k < detail::memory_kinds; ++k) {
    const memory_spread& use = data.memory[static_cast<std::size_t>(k)];
    const auto pair = [](const rank_spread& s) {
      return fmt::format("{:>12} {:>15}", bytes_text(s.mean),
                         fmt::format("{} ({})", bytes_text(s.most), s.most_rank));
    };
    text += fmt::format("{:<22} {} {}\n", detail::name_of(static_cast<detail::memory_kind>(k)),
                        pair(use.now), fmt::format("   {}", pair(use.most)));
  }
  return text;
}

/// A row for each stencil, or nothing.
std::string stencil_table(const parallel_profile_data& data, double triad) {
  std::string rows;
  for (const std::size_t k : data.order) {
    const parallel_profile_entry& e = data.entries[k];
    const double seconds = e.own.mean - e.waiting.mean;
    if (e.moved == 0 || seconds <= 0) continue;
    const auto bytes = static_cast<double>(e.moved);
    const double rate = bytes / seconds; // of all ranks
    const std::string share = triad > 0 ? fmt::format("{:.0f} %", 100 * rate / triad) : "-";
    rows += fmt::format("{:>9} {:>11} {:>9} {}\n", bytes_text(bytes), bytes_text(rate) + "/s",
                        share, place_text(e));
  }
  if (rows.empty()) return "";
  const std::string what = triad > 0 ? fmt::format("; a triad moves {}/s", bytes_text(triad)) : "";
  return fmt::format("\nstencils, a hint: bytes moved at least, all ranks together{}\n    bytes  "
                     "       rate  of triad filename:lineno(function)\n{}",
                     what, rows);
}

/// One block for each region: its name, then a line for each region on the other end of its pairs.
std::string relations_of_ranks(const parallel_profile_data& data, const char* name,
                               const char* title, const char* arrow,
                               std::size_t profile_edge::*self, std::size_t profile_edge::*other) {
  std::size_t width = 8;
  for (const parallel_profile_entry& e : data.entries)
    width = std::max(width, place_text(e).size());
  std::string text = fmt::format("{:<{}} {}\n{:{}}   ncalls  tottime  cumtime\n", "Function", width,
                                 title, "", width + 3);
  for (const std::size_t k : data.order) {
    if (std::strstr(data.entries[k].name, name) == nullptr) continue;
    std::string lead = fmt::format("{:<{}} {}", place_text(data.entries[k]), width, arrow);
    bool any = false;
    for (const profile_edge& e : data.edges) {
      if (e.*self != k) continue;
      text +=
          fmt::format("{}{:>9} {:>8.3f} {:>8.3f}  {}\n", lead, calls_text(e), e.own / data.ranks,
                      e.cumulative / data.ranks, place_text(data.entries[e.*other]));
      lead.assign(lead.size(), ' ');
      any = true;
    }
    if (!any) text += lead + '\n';
  }
  return text;
}

const parallel_profile_entry* same_in(const parallel_profile_data& data,
                                      const parallel_profile_entry& e) {
  for (const parallel_profile_entry& other : data.entries)
    if (std::strcmp(other.name, e.name) == 0 && std::strcmp(other.file, e.file) == 0) return &other;
  return nullptr;
}

} // namespace

namespace detail {

scaling scaling_of(double before, int ranks_before, double now, int ranks_now) {
  scaling s;
  if (now <= 0 || before <= 0) return s;
  const double more = static_cast<double>(ranks_now) / ranks_before;
  s.speedup = before / now;
  s.efficiency = s.speedup / more;
  // Karp and Flatt: from what the ranks before needed, as if they were one.
  if (more > 1) s.serial = (1 / s.speedup - 1 / more) / (1 - 1 / more);
  if (more < 1) s.serial = (s.speedup - more) / (1 - more);
  return s;
}

} // namespace detail

std::string parallel_profile::stats(index_t limit) const {
  std::string text =
      header(*data_) +
      "\n     ncalls   tottime     least (rank)      most (rank)  imbal   waiting   cumtime"
      "  messages     bytes   cummess  cumbytes filename:lineno(function)\n";
  const std::size_t rows = rows_shown(limit, data_->order.size());
  for (std::size_t k = 0; k < rows; ++k) text += rank_row(data_->entries[data_->order[k]]);
  return text + stencil_table(*data_, triad()) + memory_table(*data_);
}

std::string parallel_profile::callers(const char* name) const {
  return relations_of_ranks(*data_, name, "was called by...", "<-", &profile_edge::callee,
                            &profile_edge::caller);
}

std::string parallel_profile::callees(const char* name) const {
  return relations_of_ranks(*data_, name, "called...", "->", &profile_edge::caller,
                            &profile_edge::callee);
}

std::string parallel_profile::compare(const parallel_profile& before, index_t limit) const {
  const int ranks = data_->ranks;
  const int old_ranks = before.data_->ranks;
  std::string text = fmt::format("{} ranks, before: {} ranks; times of the slowest rank\n"
                                 " tottime   before  speedup  effic.  serial  waiting   before "
                                 "filename:lineno(function)\n",
                                 ranks, old_ranks);
  const auto number = [](double value) {
    return std::isnan(value) ? std::string("-") : fmt::format("{:.2f}", value);
  };
  const auto row = [&](double now, double old, double waiting, double old_waiting,
                       const std::string& what) {
    const detail::scaling s = detail::scaling_of(old, old_ranks, now, ranks);
    text += fmt::format("{:>8.3f} {:>8.3f} {:>8} {:>7} {:>7} {:>8.3f} {:>8.3f} {}\n", now, old,
                        number(s.speedup), number(s.efficiency), number(s.serial), waiting,
                        old_waiting, what);
  };
  row(data_->seconds.most, before.data_->seconds.most, mean_waiting(*data_),
      mean_waiting(*before.data_), "all");
  const std::size_t rows = rows_shown(limit, data_->order.size());
  for (std::size_t k = 0; k < rows; ++k) {
    const parallel_profile_entry& e = data_->entries[data_->order[k]];
    const parallel_profile_entry* const old = same_in(*before.data_, e);
    const parallel_profile_entry uncalled;
    const parallel_profile_entry& b = old != nullptr ? *old : uncalled;
    row(e.own.most, b.own.most, e.waiting.most, b.waiting.most,
        place_text(e) + (old != nullptr ? "" : "  (new)"));
  }
  for (const parallel_profile_entry& b : before.data_->entries)
    if (same_in(*data_, b) == nullptr)
      text +=
          fmt::format("no longer called: {}, {:.3f} seconds before\n", place_text(b), b.own.most);
  return text;
}

} // namespace tessera
