// What one rank gave to a raw collective call.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include <mpi.h>

namespace tessera::detail {

/// What one rank sends to another, or means to receive from it.
struct rank_share {
  int peer;
  bool is_sent;
  std::uint64_t signature;
  std::string text; ///< where texts are wanted
};

/// Takes the operands of a call one by one: as a number that all ranks must have alike, as a number
/// whose sum over the ranks is zero where all send what others receive, and, where texts are
/// wanted, as text.
class operands {
public:
  operands(const char* call, int rank, bool wants_text);

  /// The same sequence of basic types on all ranks.
  operands& elements(std::int64_t count, MPI_Datatype type);
  operands& elements(const int* counts, int ranks, MPI_Datatype type);
  operands& operation(MPI_Op op);
  operands& root(int rank) { return number("root ", rank); }
  operands& number(const char* what, std::int64_t value);
  operands& numbers(const char* what, const int* values, int count);
  operands& word(const char* what, const char* value);

  /// What this rank sends to another one, which is to receive the same sequence.
  operands& sends(int to, std::int64_t count, MPI_Datatype type) {
    return share(to, true, count, type);
  }
  operands& receives(int from, std::int64_t count, MPI_Datatype type) {
    return share(from, false, count, type);
  }

  [[nodiscard]] const char* call() const { return call_; }
  [[nodiscard]] std::uint64_t hash() const { return hash_; }
  [[nodiscard]] std::uint64_t balance() const { return balance_; }
  [[nodiscard]] const std::string& text() const { return text_; }
  [[nodiscard]] const std::vector<rank_share>& shares() const { return shares_; }

private:
  void add(std::uint64_t value);
  void say(const std::string& text);
  operands& share(int peer, bool is_sent, std::int64_t count, MPI_Datatype type);

  const char* call_;
  int rank_;
  bool wants_text_;
  std::uint64_t hash_;
  std::uint64_t balance_ = 0;
  std::string text_;
  std::vector<rank_share> shares_;
};

} // namespace tessera::detail
