// Profiles of ranks as lines of fields with tabs between them: in files, and from rank to rank.
#include <tessera/core/files/output_file.hpp>
#include <tessera/core/measuring/profile_lines.hpp>
#include <tessera/distributed/measuring/parallel_profile_data.hpp>

#include <cerrno>
#include <fstream>
#include <numeric>
#include <string>

namespace tessera {

namespace detail {

namespace {

constexpr const char* first_line_of_ranks = "tessera profile of ranks 1";

/// Appends fields to a line.
class line_writer {
public:
  explicit line_writer(const char* kind) : text_(kind) {}
  template <class Number> line_writer& number(Number value) {
    text_ += '\t' + number_text(value);
    return *this;
  }
  line_writer& text(const char* value) {
    text_ += '\t' + escaped(value);
    return *this;
  }
  line_writer& spread(const rank_spread& s) {
    return number(s.least).number(s.least_rank).number(s.mean).number(s.most).number(s.most_rank);
  }
  line_writer& messages(const message_count& c) { return number(c.messages).number(c.bytes); }
  [[nodiscard]] std::string end() const { return text_ + '\n'; }

private:
  std::string text_;
};

std::string entry_line(const parallel_profile_entry& e) {
  line_writer line("region");
  line.text(e.name).text(e.file).number(e.line).number(e.ranks);
  line.number(e.calls).number(e.primitive_calls);
  for (const rank_spread& s : {e.own, e.cumulative, e.waiting, e.sent_bytes}) line.spread(s);
  for (const message_count& c : {e.sent, e.received, e.cumulative_sent, e.cumulative_received})
    line.messages(c);
  return line.number(e.collectives).number(e.moved).end();
}

std::string edge_line(const profile_edge& e) {
  line_writer line("calls");
  line.number(e.caller).number(e.callee).number(e.calls).number(e.primitive_calls);
  return line.number(e.own).number(e.cumulative).end();
}

rank_spread read_spread(profile_reader& in) {
  rank_spread s;
  s.least = in.number<double>();
  s.least_rank = in.number<int>();
  s.mean = in.number<double>();
  s.most = in.number<double>();
  s.most_rank = in.number<int>();
  return s;
}

parallel_profile_entry read_rank_entry(profile_reader& in) {
  parallel_profile_entry e;
  e.name = interned(unescaped(in.text()));
  e.file = interned(unescaped(in.text()));
  e.line = in.number<int>();
  e.ranks = in.number<int>();
  e.calls = in.number<index_t>();
  e.primitive_calls = in.number<index_t>();
  for (rank_spread* s : {&e.own, &e.cumulative, &e.waiting, &e.sent_bytes}) *s = read_spread(in);
  for (message_count* c : {&e.sent, &e.received, &e.cumulative_sent, &e.cumulative_received})
    in.messages(*c);
  e.collectives = in.number<index_t>();
  e.moved = in.number<index_t>();
  return e;
}

void read_ranks(profile_reader& in, parallel_profile_data& data) {
  data.first_rank = in.number<int>();
  data.ranks = in.number<int>();
  data.has_traffic = in.number<int>() != 0;
  if (data.ranks < 1) in.fail("names " + number_text(data.ranks) + " ranks");
  data.seconds = read_spread(in);
}

void read_memory(profile_reader& in, parallel_profile_data& data) {
  const std::string& name = in.text();
  for (int k = 0; k < memory_kinds; ++k) {
    if (name != name_of(static_cast<memory_kind>(k))) continue;
    data.memory[static_cast<std::size_t>(k)].now = read_spread(in);
    data.memory[static_cast<std::size_t>(k)].most = read_spread(in);
    return;
  }
  in.fail("names memory for '" + name + "'");
}

int read_rank(profile_reader& in, const parallel_profile_data& data) {
  const int rank = in.number<int>();
  if (rank < 0 || rank >= data.first_rank + data.ranks)
    in.fail("names rank " + number_text(rank) + " of " + number_text(data.ranks));
  return rank;
}

void read_line(profile_reader& in, const std::string& kind, parallel_profile_data& data) {
  if (kind == "ranks") {
    read_ranks(in, data);
  } else if (kind == "triad") {
    data.triad = in.number<double>();
  } else if (kind == "memory") {
    read_memory(in, data);
  } else if (kind == "region") {
    data.entries.push_back(read_rank_entry(in));
  } else if (kind == "calls") {
    profile_edge edge{in.place(data.entries.size()), in.place(data.entries.size())};
    in.times(edge);
    data.edges.push_back(edge);
  } else if (kind == "sent") {
    // A rank may send to others than those of this part of a profile.
    traffic t{read_rank(in, data), in.number<int>(), {}};
    in.messages(t.sent);
    data.messages.push_back(t);
  } else {
    in.fail("starts with '" + kind + "'");
  }
  in.end_line();
}

} // namespace

std::string profile_text(const parallel_profile_data& data) {
  std::string text = std::string(first_line_of_ranks) + '\n';
  line_writer ranks("ranks");
  ranks.number(data.first_rank).number(data.ranks).number(data.has_traffic ? 1 : 0);
  text += ranks.spread(data.seconds).end();
  for (int k = 0; k < memory_kinds; ++k) {
    const memory_spread& use = data.memory[static_cast<std::size_t>(k)];
    line_writer line("memory");
    text += line.text(name_of(static_cast<memory_kind>(k))).spread(use.now).spread(use.most).end();
  }
  if (data.triad > 0) text += line_writer("triad").number(data.triad).end();
  for (const parallel_profile_entry& e : data.entries) text += entry_line(e);
  for (const profile_edge& e : data.edges) text += edge_line(e);
  for (const traffic& t : data.messages)
    text += line_writer("sent").number(t.from).number(t.to).messages(t.sent).end();
  return text + "end\n";
}

parallel_profile_data parse_profile(std::istream& lines, const std::string& path) {
  profile_reader in(lines, path);
  if (!in.next_line() || in.text() != first_line_of_ranks)
    in.fail(std::string("is not '") + first_line_of_ranks + "'");
  parallel_profile_data data;
  while (true) {
    if (!in.next_line()) in.fail("is the last, but 'end' is missing");
    const std::string kind = in.text();
    if (kind == "end") break;
    read_line(in, kind, data);
  }
  if (data.ranks == 0) in.fail("is the last, but 'ranks' is missing");
  data.order.resize(data.entries.size());
  std::iota(data.order.begin(), data.order.end(), std::size_t{0});
  return data;
}

} // namespace detail

void parallel_profile::save(const char* path) const {
  const std::string text = detail::profile_text(*data_);
  output_file file = output_file::create(path);
  file.write_at(0, text.data(), static_cast<index_t>(text.size()));
  file.commit();
}

parallel_profile parallel_profile::load(const char* path) {
  std::ifstream file(path);
  if (!file) detail::throw_file_error("read", path, errno);
  return parallel_profile(new detail::parallel_profile_data(detail::parse_profile(file, path)));
}

} // namespace tessera
