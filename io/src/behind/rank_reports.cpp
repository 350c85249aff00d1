#include "behind/rank_reports.hpp"
#include "files/piece_hash.hpp"

#include <tessera/distributed/agree.hpp>
#include <tessera/distributed/messages.hpp>
#include <tessera/io/input_file.hpp>
#include <tessera/io/shared_output_file.hpp>

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <thread>
#include <vector>

namespace tessera::detail {

namespace {

enum state : std::int64_t { nothing = 0, done = 1, failed = 2 };

/// What a rank has told; the first bytes of the file are one for each.
struct report {
  std::int64_t state;
  std::int64_t place; // of the text in the file
  std::int64_t bytes;
  std::uint64_t check; // of all this and the text: what is not there as a whole is not there yet
};

std::uint64_t check_of(const report& told, const std::string& text) {
  piece_hash hash;
  for (const std::int64_t value : {told.state, told.place, told.bytes})
    hash.add(&value, sizeof value);
  hash.add(text.data(), static_cast<index_t>(text.size()));
  return hash.value();
}

constexpr auto report_bytes = static_cast<index_t>(sizeof(report));

/// The text that belongs to a report, if both are there.
std::optional<std::string> text_of(const input_file& file, const report& told) {
  if (told.bytes < 0 || told.place < 0 || told.place > file.size() - told.bytes) return {};
  std::string text(static_cast<std::size_t>(told.bytes), '\0');
  file.read_at(told.place, text.data(), told.bytes);
  return told.check == check_of(told, text) ? std::optional(text) : std::nullopt;
}

} // namespace

rank_reports::rank_reports(const communicator& comm, const std::string& path, index_t longest)
    : rank_(comm.rank()), ranks_(comm.size()),
      place_(report_bytes * ranks_ + scan(comm, longest) - longest),
      file_(shared_output_file(comm, path).release()) {
  // That there is no room has to be found now: later, it could not be told.
  collectively(comm, [&] {
    const std::string zeros(static_cast<std::size_t>(std::max(longest, report_bytes)), '\0');
    file_.write_at(place_, zeros.data(), longest);
    file_.write_at(report_bytes * rank_, zeros.data(), report_bytes);
  });
}

void rank_reports::tell(std::int64_t state, const std::string& text) const {
  report told{state, place_, static_cast<std::int64_t>(text.size()), 0};
  told.check = check_of(told, text);
  file_.write_at(place_, text.data(), told.bytes);
  file_.write_at(report_bytes * rank_, &told, report_bytes);
  file_.sync(); // on NFS, others find it then
}

void rank_reports::tell_done(const std::string& text) const { tell(done, text); }

void rank_reports::tell_failed() const noexcept {
  try {
    tell(failed, "");
  } catch (...) { // nobody can be told; who waits gives up when the program ends
  }
}

std::optional<std::string> rank_reports::look(bool& has_failed) const {
  const input_file file(file_.temporary());
  std::vector<report> told(static_cast<std::size_t>(ranks_), report{});
  const index_t there = std::min(file.size(), report_bytes * ranks_);
  file.read_at(0, told.data(), there);
  std::string all;
  for (const report& one : told) {
    const auto text = one.state == nothing ? std::nullopt : text_of(file, one);
    has_failed = has_failed || (text && one.state == failed);
    if (!text) return {};
    all += *text;
  }
  return all;
}

std::optional<std::string> rank_reports::wait_for_all(const background_work& work) const {
  using namespace std::chrono_literals;
  constexpr std::chrono::milliseconds longest = 100ms;
  bool has_failed = false;
  for (std::chrono::milliseconds pause = 1ms; !work.is_given_up();
       pause = std::min(2 * pause, longest)) {
    auto all = look(has_failed);
    if (has_failed) return {};
    if (all) return all;
    std::this_thread::sleep_for(pause);
  }
  return {};
}

} // namespace tessera::detail
