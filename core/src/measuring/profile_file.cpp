// Profiles in files: lines of fields with tabs between them, and traces as JSON.
#include <tessera/core/error.hpp>
#include <tessera/core/files/file_errors.hpp>
#include <tessera/core/files/output_file.hpp>
#include <tessera/core/measuring/profile_data.hpp>
#include <tessera/core/measuring/profile_lines.hpp>
#include <tessera/core/types/number_text.hpp>

#include <fmt/core.h>

#include <cerrno>
#include <fstream>
#include <string>
#include <vector>

namespace tessera {

namespace {

using detail::escaped;
using detail::json_text;
using detail::number_text;
using detail::profile_data;
using detail::profile_edge;
using detail::profile_event;
using detail::profile_reader;
using detail::unescaped;

constexpr const char* first_line = "tessera profile 1";

void write(const std::string& path, const std::string& text) {
  output_file file = output_file::create(path);
  file.write_at(0, text.data(), static_cast<index_t>(text.size()));
  file.commit();
}

template <class Counted> std::string count_fields(const Counted& c) {
  return '\t' + number_text(c.calls) + '\t' + number_text(c.primitive_calls) + '\t' +
         number_text(c.own) + '\t' + number_text(c.cumulative) + '\n';
}

profile_entry read_entry(profile_reader& in) {
  profile_entry e;
  e.name = detail::interned(unescaped(in.text()));
  e.file = detail::interned(unescaped(in.text()));
  e.line = in.number<int>();
  in.times(e);
  in.end_line();
  return e;
}

/// What has to do with other ranks, of regions that have it.
void read_counts(profile_reader& in, std::vector<profile_entry>& entries) {
  profile_entry& e = entries[in.place(entries.size())];
  e.waiting = in.number<double>();
  in.messages(e.sent);
  in.messages(e.received);
  in.messages(e.cumulative_sent);
  in.messages(e.cumulative_received);
  e.moved = in.number<index_t>();
  e.collectives = in.number<index_t>();
  in.end_line();
}

std::string counts_line(const profile_entry& e, std::size_t place) {
  const index_t messages = e.cumulative_sent.messages + e.cumulative_received.messages;
  if (e.waiting == 0 && messages + e.moved + e.collectives == 0) return "";
  std::string text = "counts\t" + number_text(place) + '\t' + number_text(e.waiting);
  for (const message_count& c : {e.sent, e.received, e.cumulative_sent, e.cumulative_received})
    text += '\t' + number_text(c.messages) + '\t' + number_text(c.bytes);
  text += '\t' + number_text(e.moved);
  return text + '\t' + number_text(e.collectives) + '\n';
}

profile_edge read_edge(profile_reader& in, std::size_t entries) {
  const std::size_t caller = in.place(entries);
  profile_edge edge{caller, in.place(entries)};
  in.times(edge);
  in.end_line();
  return edge;
}

} // namespace

void profile::save(const char* path) const {
  std::string text = std::string(first_line) + '\n';
  for (const profile_entry& e : data_->entries)
    text += "region\t" + escaped(e.name) + '\t' + escaped(e.file) + '\t' + number_text(e.line) +
            count_fields(e);
  for (std::size_t k = 0; k < data_->entries.size(); ++k) text += counts_line(data_->entries[k], k);
  for (const profile_edge& e : data_->edges)
    text += "calls\t" + number_text(e.caller) + '\t' + number_text(e.callee) + count_fields(e);
  write(path, text + "end\n");
}

profile profile::load(const char* path) {
  std::ifstream file(path);
  if (!file) detail::throw_file_error("read", path, errno);
  profile_reader in(file, path);
  if (!in.next_line() || in.text() != first_line) in.fail(fmt::format("is not '{}'", first_line));
  profile result;
  profile_data& data = *result.data_;
  while (true) {
    if (!in.next_line()) in.fail("is the last, but 'end' is missing");
    const std::string& kind = in.text();
    if (kind == "end") break;
    if (kind == "region")
      data.entries.push_back(read_entry(in));
    else if (kind == "calls")
      data.edges.push_back(read_edge(in, data.entries.size()));
    else if (kind == "counts")
      read_counts(in, data.entries);
    else
      in.fail(fmt::format("starts with '{}'", kind));
  }
  data.order.resize(data.entries.size());
  result.sort("name");
  return result;
}

void profile::save_trace(const char* path) const {
  if (!data_->traced)
    throw argument_error("the profile has no trace: record it with profile_options{.trace = true}");
  std::string text = "{\"displayTimeUnit\": \"ns\", \"traceEvents\": [";
  const char* separator = "\n";
  for (const profile_event& e : data_->events) {
    const profile_entry& entry = data_->entries[e.entry];
    text += separator;
    text += "{\"ph\": \"X\", \"pid\": 0, \"tid\": " + number_text(e.thread) +
            ", \"ts\": " + number_text(1e6 * e.begin) +
            ", \"dur\": " + number_text(1e6 * e.duration) +
            ", \"name\": " + json_text(e.is_wait ? "waiting" : entry.name) +
            ", \"args\": {\"file\": " + json_text(entry.file) +
            ", \"line\": " + number_text(entry.line) + "}}";
    separator = ",\n";
  }
  write(path, text + "\n]}\n");
}

} // namespace tessera
