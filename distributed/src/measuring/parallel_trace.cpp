// What all ranks did in time, as JSON in the format of Chrome's traces.
#include "measuring/clock_alignment.hpp"
#include "measuring/message_ends.hpp"
#include "measuring/trace_lines.hpp"

#include <tessera/core/error.hpp>
#include <tessera/core/files/output_file.hpp>
#include <tessera/core/measuring/profile_data.hpp>
#include <tessera/distributed/agree.hpp>
#include <tessera/distributed/parallel_profile.hpp>
#include <tessera/distributed/ranks/traffic.hpp>
#include <tessera/distributed/ranks/waiting.hpp>

#include <algorithm>
#include <exception>
#include <limits>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace tessera {

namespace detail {

namespace {

constexpr int trace_tag = 3;
constexpr index_t longest_part = index_t{1} << 30;

/// Turns what a rank has recorded into text, in microseconds from a moment that all ranks share.
class rank_trace {
public:
  /// Collective.
  rank_trace(const communicator& comm, profile recorded)
      : rank_(comm.rank()), recorded_(std::move(recorded)), messages_(recorded_messages()),
        have_arrows_(have_other_end(comm, messages_)), last_(measured_offset(comm)) {}

  /// When the first thing happened, by the clock of rank 0; infinite where nothing did.
  double first() {
    const profile_data& data = data_of(recorded_);
    double earliest = std::numeric_limits<double>::infinity();
    for (const profile_event& e : data.events)
      earliest = std::min(earliest, time_of(data.first + e.begin));
    for (const message_event& m : messages_)
      earliest = std::min(earliest, time_of(seconds_of_ticks(m.ticks)));
    return earliest;
  }

  std::string text(double zero) {
    trace_lines lines(rank_);
    const profile_data& data = data_of(recorded_);
    for (const profile_event& e : data.events) {
      const double begin = time_of(data.first + e.begin);
      const double end = time_of(data.first + e.begin + e.duration);
      lines.add_call(data.entries[e.entry], e.is_wait, e.thread, begin - zero, end - begin);
    }
    for (std::size_t k = 0; k < messages_.size(); ++k) {
      const double when = time_of(seconds_of_ticks(messages_[k].ticks)) - zero;
      lines.add_message(messages_[k], when, have_arrows_[k]);
    }
    return lines.text();
  }

private:
  [[nodiscard]] double time_of(double reading) const {
    return aligned(reading, offset_at_start(), last_);
  }

  int rank_;
  profile recorded_;
  std::vector<message_event> messages_;
  std::vector<bool> have_arrows_;
  clock_offset last_;
};

/// Writes the parts of all ranks in their order, while no rank has more than its own and one other.
class trace_writer {
public:
  explicit trace_writer(const char* path) : file_(output_file::create(path)) {
    write("{\"displayTimeUnit\": \"ns\", \"traceEvents\": [\n");
  }
  void write(const std::string& text) {
    file_.write_at(at_, text.data(), static_cast<index_t>(text.size()));
    at_ += static_cast<index_t>(text.size());
  }
  void end() {
    write("\n]}\n");
    file_.commit();
  }

private:
  output_file file_;
  index_t at_ = 0;
};

/// In pieces that MPI can count, after their length.
void send_trace(const communicator& comm, const std::string& text) {
  const auto length = static_cast<index_t>(text.size());
  check_mpi(MPI_Send(&length, 1, MPI_INT64_T, 0, trace_tag, comm.native()), "MPI_Send");
  for (index_t at = 0; at < length; at += longest_part)
    check_mpi(MPI_Send(text.data() + at, static_cast<int>(std::min(longest_part, length - at)),
                       MPI_CHAR, 0, trace_tag, comm.native()),
              "MPI_Send");
}

std::string receive_trace(const communicator& comm, int from) {
  index_t length = 0;
  check_mpi(MPI_Recv(&length, 1, MPI_INT64_T, from, trace_tag, comm.native(), MPI_STATUS_IGNORE),
            "MPI_Recv");
  std::string text(static_cast<std::size_t>(length), '\0');
  for (index_t at = 0; at < length; at += longest_part)
    check_mpi(MPI_Recv(text.data() + at, static_cast<int>(std::min(longest_part, length - at)),
                       MPI_CHAR, from, trace_tag, comm.native(), MPI_STATUS_IGNORE),
              "MPI_Recv");
  return text;
}

/// Rank 0 asks one after another, so that nobody's text waits in its memory, also after an error:
/// the others wait for that.
void write_parts(const communicator& comm, trace_writer& file, const std::string& own) {
  std::exception_ptr failure;
  for (int rank = 0; rank < comm.size(); ++rank) {
    char go = 1;
    if (rank > 0) check_mpi(MPI_Send(&go, 1, MPI_CHAR, rank, trace_tag, comm.native()), "MPI_Send");
    const std::string text = rank > 0 ? receive_trace(comm, rank) : own;
    if (failure != nullptr) continue;
    try {
      if (rank > 0) file.write(",\n");
      file.write(text);
    } catch (...) {
      failure = std::current_exception();
    }
  }
  if (failure != nullptr) std::rethrow_exception(failure);
  file.end();
}

void write_trace(const communicator& comm, const char* path, const std::string& mine) {
  std::optional<trace_writer> file;
  collectively(comm, [&] {
    if (comm.rank() == 0) file.emplace(path);
  });
  collectively(comm, [&] {
    if (comm.rank() == 0) return write_parts(comm, *file, mine);
    char go = 0;
    check_mpi(MPI_Recv(&go, 1, MPI_CHAR, 0, trace_tag, comm.native(), MPI_STATUS_IGNORE),
              "MPI_Recv");
    send_trace(comm, mine);
  });
}

} // namespace

} // namespace detail

void save_trace(const communicator& comm, const char* path) {
  using namespace detail;
  check_usable(comm);
  const bool was_on = profile_is_recorded();
  stop_profile(); // what follows is not the program's
  const communicator own = comm.duplicate();
  rank_trace mine(own, profile::collected());
  double zero = mine.first();
  check_mpi(MPI_Allreduce(MPI_IN_PLACE, &zero, 1, MPI_DOUBLE, MPI_MIN, own.native()),
            "MPI_Allreduce");
  if (was_on) __atomic_store_n(&profile_is_on, true, __ATOMIC_RELAXED);
  if (zero == std::numeric_limits<double>::infinity())
    throw argument_error(
        "no rank has a trace: start with parallel_profile::start(world, {.trace = true})");
  write_trace(own, path, mine.text(zero));
}

} // namespace tessera
