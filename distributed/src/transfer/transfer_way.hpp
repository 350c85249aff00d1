// Ways in which the messages of a plan go through MPI. What goes over the wire is the same for some
// of them and not for others, so that all ranks take the same.
#pragma once

#include <tessera/distributed/communicator.hpp>

#include <array>
#include <cstddef>

namespace tessera::detail {

enum class transfer_way {
  usual,  // what has been found to be fast: long messages in pieces, MPI packs what suits it
  whole,  // each packed, and sent as one
  pieces, // all that are longer than a piece in pieces, as only long ones usually are
  eager,  // short ones in pieces that MPI sends at once, without asking the receiver
  types   // MPI packs
};
inline constexpr std::size_t transfer_ways = 5;

/// Which way the environment variable TESSERA_TRANSFER asks for; the usual one where it does not,
/// or says something else.
struct wished_way {
  bool is_forced = false;
  transfer_way way = transfer_way::usual;
};
wished_way way_of_environment() noexcept;
/// Throws argument_error where it says something else.
void check_way_of_environment();
/// What it says.
const char* text_of_wished_way() noexcept;

/// Finds out in the first runs of a plan in which way its messages go fastest. All ranks give each
/// call the same arguments, but for the times, and get the same answers.
class way_trial {
public:
  /// `is_other` of each way: may it be faster than the usual one?
  void begin(const std::array<bool, transfer_ways>& is_other) { tried_ = is_other; }
  [[nodiscard]] bool is_on() const { return !is_over_; }
  [[nodiscard]] transfer_way way() const { return static_cast<transfer_way>(now_); }
  /// The last run took so long on this rank. Collective; afterwards, `way` may be another.
  void note_run(const communicator& comm, double seconds);
  void end() { is_over_ = true; }

private:
  void go_on();

  std::array<bool, transfer_ways> tried_{};
  std::array<double, transfer_ways> best_{};
  std::size_t now_ = 0;
  int runs_ = 0; // of this way
  bool is_over_ = false;
};

} // namespace tessera::detail
