#include "measuring/trace_lines.hpp"

#include <tessera/core/measuring/profile_lines.hpp>

#include <fmt/core.h>

#include <algorithm>
#include <cmath>
#include <cstdint>

namespace tessera::detail {

namespace {

/// In whole nanoseconds, as microseconds: what lies inside something else does so when it is
/// rounded, too.
std::string microseconds(std::int64_t nanoseconds) {
  return fmt::format("{}.{:03}", nanoseconds / 1000, nanoseconds % 1000);
}
std::int64_t nanoseconds_of(double seconds) {
  return std::max<std::int64_t>(std::llround(1e9 * seconds), 0);
}

} // namespace

trace_lines::trace_lines(int rank) : rank_(rank) {
  text_ = fmt::format(R"({{"ph": "M", "pid": {0}, "name": "process_name", )"
                      R"("args": {{"name": "rank {0}"}}}},)"
                      "\n"
                      R"({{"ph": "M", "pid": {0}, "name": "process_sort_index", )"
                      R"("args": {{"sort_index": {0}}}}})",
                      rank);
}

void trace_lines::add(const char* kind, std::size_t thread, double when) {
  text_ += fmt::format(",\n"
                       R"({{"ph": "{}", "pid": {}, "tid": {}, "ts": {})",
                       kind, rank_, thread, microseconds(nanoseconds_of(when)));
}

void trace_lines::add_call(const profile_entry& region, bool is_wait, std::size_t thread,
                           double begin, double duration) {
  add("X", thread, begin);
  text_ += fmt::format(R"(, "dur": {}, "name": {}, "cat": "{}", )"
                       R"("args": {{"file": {}, "line": {}}}}})",
                       microseconds(nanoseconds_of(begin + duration) - nanoseconds_of(begin)),
                       json_text(is_wait ? "waiting" : region.name), is_wait ? "waiting" : "region",
                       json_text(region.file), region.line);
}

/// A flow starts and ends at slices: so each end has one of its own.
void trace_lines::add_message(const message_event& m, double when, bool has_arrow) {
  const std::string bytes = fmt::format(R"("args": {{"bytes": {}}})", m.bytes);
  add("X", 0, when);
  text_ += fmt::format(R"(, "dur": 0, "name": "{} {}", "cat": "message", {}}})",
                       m.is_sent ? "to" : "from", m.is_sent ? m.to : m.from, bytes);
  if (!has_arrow) return;
  add(m.is_sent ? "s" : "f", 0, when);
  text_ += fmt::format(R"(, {}"id": "{}-{}-{}-{}", "name": "message", "cat": "message", {}}})",
                       m.is_sent ? "" : R"("bp": "e", )", m.from, m.to, m.channel, m.number, bytes);
}

} // namespace tessera::detail
