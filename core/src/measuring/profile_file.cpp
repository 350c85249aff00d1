// Profiles in files: lines of fields with tabs between them, and traces as JSON.
#include "measuring/profile_data.hpp"

#include <tessera/core/error.hpp>
#include <tessera/core/files/file_errors.hpp>
#include <tessera/core/files/output_file.hpp>
#include <tessera/core/types/number_text.hpp>

#include <fmt/core.h>

#include <cerrno>
#include <charconv>
#include <fstream>
#include <string>
#include <vector>

namespace tessera {

namespace {

using detail::number_text;
using detail::profile_data;
using detail::profile_edge;
using detail::profile_event;

constexpr const char* first_line = "tessera profile 1";

/// Tabs, newlines and backslashes within a field.
std::string escaped(const std::string& field) {
  std::string text;
  for (const char c : field) {
    if (c == '\t' || c == '\n' || c == '\\') text += '\\';
    text += c == '\t' ? 't' : c == '\n' ? 'n' : c;
  }
  return text;
}

std::string unescaped(const std::string& text) {
  std::string field;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const bool escape = text[i] == '\\' && i + 1 < text.size();
    if (escape) ++i;
    field += escape && text[i] == 't' ? '\t' : escape && text[i] == 'n' ? '\n' : text[i];
  }
  return field;
}

void write(const std::string& path, const std::string& text) {
  output_file file = output_file::create(path);
  file.write_at(0, text.data(), static_cast<index_t>(text.size()));
  file.commit();
}

template <class Counted> std::string count_fields(const Counted& c) {
  return '\t' + number_text(c.calls) + '\t' + number_text(c.primitive_calls) + '\t' +
         number_text(c.own) + '\t' + number_text(c.cumulative) + '\n';
}

/// Reads the fields of the lines of one file.
class field_reader {
public:
  explicit field_reader(const std::string& path) : path_(path), file_(path) {
    if (!file_) detail::throw_file_error("read", path, errno);
  }

  bool next_line() {
    std::string line;
    if (!std::getline(file_, line)) {
      if (file_.bad()) detail::throw_file_error("read", path_, errno);
      return false;
    }
    ++number_;
    fields_.clear();
    at_ = 0;
    for (std::size_t start = 0; start <= line.size();) {
      const std::size_t end = std::min(line.find('\t', start), line.size());
      fields_.push_back(line.substr(start, end - start));
      start = end + 1;
    }
    return true;
  }

  const std::string& text() {
    if (at_ == fields_.size()) fail("has too few fields");
    return fields_[at_++];
  }
  template <class Number> Number number() {
    const std::string& field = text();
    Number value{};
    const char* const end = field.data() + field.size();
    const auto [stop, code] = std::from_chars(field.data(), end, value);
    if (code != std::errc() || stop != end)
      fail(fmt::format("has '{}' where a number must be", field));
    return value;
  }
  std::size_t place(std::size_t count) {
    const auto k = number<std::size_t>();
    if (k >= count) fail(fmt::format("names region {} of {}", k, count));
    return k;
  }
  template <class Counted> void counts(Counted& c) {
    c.calls = number<index_t>();
    c.primitive_calls = number<index_t>();
    c.own = number<double>();
    c.cumulative = number<double>();
    if (at_ != fields_.size()) fail("has too many fields");
  }
  [[noreturn]] void fail(const std::string& what) const {
    throw parse_error(fmt::format("'{}' is not a profile: line {} {}", path_, number_, what));
  }

private:
  std::string path_;
  std::ifstream file_;
  std::vector<std::string> fields_;
  std::size_t at_ = 0;
  index_t number_ = 0;
};

profile_entry read_entry(field_reader& in) {
  profile_entry e;
  e.name = detail::interned(unescaped(in.text()));
  e.file = detail::interned(unescaped(in.text()));
  e.line = in.number<int>();
  in.counts(e);
  return e;
}

profile_edge read_edge(field_reader& in, std::size_t entries) {
  const std::size_t caller = in.place(entries);
  profile_edge edge{caller, in.place(entries)};
  in.counts(edge);
  return edge;
}

std::string json_text(const std::string& text) {
  static constexpr char digits[] = "0123456789abcdef";
  std::string json = "\"";
  for (const char c : text) {
    const auto code = static_cast<unsigned char>(c);
    if (c == '"' || c == '\\') json += '\\';
    if (code >= 0x20)
      json += c;
    else
      json += {'\\', 'u', '0', '0', digits[code >> 4U], digits[code & 15U]};
  }
  return json + '"';
}

} // namespace

void profile::save(const char* path) const {
  std::string text = std::string(first_line) + '\n';
  for (const profile_entry& e : data_->entries)
    text += "region\t" + escaped(e.name) + '\t' + escaped(e.file) + '\t' + number_text(e.line) +
            count_fields(e);
  for (const profile_edge& e : data_->edges)
    text += "calls\t" + number_text(e.caller) + '\t' + number_text(e.callee) + count_fields(e);
  write(path, text + "end\n");
}

profile profile::load(const char* path) {
  field_reader in(path);
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
            ", \"dur\": " + number_text(1e6 * e.duration) + ", \"name\": " + json_text(entry.name) +
            ", \"args\": {\"file\": " + json_text(entry.file) +
            ", \"line\": " + number_text(entry.line) + "}}";
    separator = ",\n";
  }
  write(path, text + "\n]}\n");
}

} // namespace tessera
