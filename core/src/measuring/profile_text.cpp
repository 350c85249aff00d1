// Profiles as tables, in the form of Python's pstats.
#include <tessera/core/measuring/profile_data.hpp>

#include <fmt/core.h>

#include <algorithm>
#include <cstring>
#include <string>

namespace tessera {

namespace {

using detail::profile_data;
using detail::profile_edge;

std::string place(const profile_entry& e) {
  return fmt::format("{}:{}({})", e.file, e.line, e.name);
}

/// "120/1": calls, and those that are not inside another.
template <class Counted> std::string call_text(const Counted& c) {
  return c.primitive_calls == c.calls ? std::to_string(c.calls)
                                      : fmt::format("{}/{}", c.calls, c.primitive_calls);
}

// With >, since {fmt} would put inf and nan to the left.
std::string seconds_text(double seconds) { return fmt::format("{:>8.3f}", seconds); }

std::string per_call(double seconds, index_t calls) {
  // Regions are often far shorter than the milliseconds that pstats shows.
  return calls == 0 ? fmt::format("{:>9}", "-")
                    : fmt::format("{:>9.3g}", seconds / static_cast<double>(calls));
}

std::string table_row(const profile_entry& e) {
  return fmt::format("{:>9} {} {} {} {} {}\n", call_text(e), seconds_text(e.own),
                     per_call(e.own, e.calls), seconds_text(e.cumulative),
                     per_call(e.cumulative, e.primitive_calls), place(e));
}

std::size_t shown(index_t limit, std::size_t all) {
  return limit > 0 && static_cast<std::size_t>(limit) < all ? static_cast<std::size_t>(limit) : all;
}

std::string relation_row(const profile_edge& edge, const profile_entry& other) {
  return fmt::format("{:>9} {} {}  {}\n", call_text(edge), seconds_text(edge.own),
                     seconds_text(edge.cumulative), place(other));
}

/// One block for each region: its name, then a line for each region on the other end of its pairs.
std::string relations(const profile_data& data, const char* name, const char* title,
                      const char* arrow, std::size_t profile_edge::*self,
                      std::size_t profile_edge::*other) {
  std::size_t width = 8;
  for (const profile_entry& e : data.entries) width = std::max(width, place(e).size());
  std::string text = "Function" + std::string(width - 8, ' ') + ' ' + title + '\n' +
                     std::string(width + 3, ' ') + "   ncalls  tottime  cumtime\n";
  for (const std::size_t k : data.order) {
    if (std::strstr(data.entries[k].name, name) == nullptr) continue;
    const std::string label = place(data.entries[k]);
    std::string lead = label + std::string(width - label.size(), ' ') + ' ' + arrow;
    bool any = false;
    for (const profile_edge& edge : data.edges) {
      if (edge.*self != k) continue;
      text += lead + relation_row(edge, data.entries[edge.*other]);
      lead.assign(lead.size(), ' ');
      any = true;
    }
    if (!any) text += lead + '\n';
  }
  return text;
}

const profile_entry* same_region(const profile_data& data, const profile_entry& e) {
  for (const profile_entry& other : data.entries)
    if (std::strcmp(other.name, e.name) == 0 && std::strcmp(other.file, e.file) == 0) return &other;
  return nullptr;
}

std::string ratio_text(double now, double before) {
  return before > 0 ? fmt::format("{:>8.2f}", now / before) : fmt::format("{:>8}", "-");
}

} // namespace

std::string profile::stats(index_t limit) const {
  index_t calls = 0;
  index_t primitive = 0;
  for (const profile_entry& e : data_->entries) {
    calls += e.calls;
    primitive += e.primitive_calls;
  }
  std::string text =
      fmt::format("{} calls of regions ({} primitive calls) in {:.3f} seconds\n\n"
                  "   ncalls  tottime   percall  cumtime   percall filename:lineno(function)\n",
                  calls, primitive, total());
  const std::size_t rows = shown(limit, data_->order.size());
  for (std::size_t k = 0; k < rows; ++k) text += table_row(data_->entries[data_->order[k]]);
  return text;
}

std::string profile::callers(const char* name) const {
  return relations(*data_, name, "was called by...", "<-", &profile_edge::callee,
                   &profile_edge::caller);
}

std::string profile::callees(const char* name) const {
  return relations(*data_, name, "called...", "->", &profile_edge::caller, &profile_edge::callee);
}

std::string profile::compare(const profile& before, index_t limit) const {
  std::string text = " tottime   before    ratio  cumtime   before    ratio "
                     "filename:lineno(function)\n";
  const std::size_t rows = shown(limit, data_->order.size());
  for (std::size_t k = 0; k < rows; ++k) {
    const profile_entry& e = data_->entries[data_->order[k]];
    const profile_entry* const old = same_region(*before.data_, e);
    const profile_entry none;
    const profile_entry& b = old != nullptr ? *old : none;
    text += fmt::format("{} {} {} {} {} {} {}{}\n", seconds_text(e.own), seconds_text(b.own),
                        ratio_text(e.own, b.own), seconds_text(e.cumulative),
                        seconds_text(b.cumulative), ratio_text(e.cumulative, b.cumulative),
                        place(e), old != nullptr ? "" : "  (new)");
  }
  for (const profile_entry& b : before.data_->entries)
    if (same_region(*data_, b) == nullptr)
      text +=
          fmt::format("no longer called: {}, {} seconds before\n", place(b), seconds_text(b.own));
  return text;
}

} // namespace tessera
