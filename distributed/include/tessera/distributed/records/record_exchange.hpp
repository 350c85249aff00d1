/// @file
/// How many records go from which rank to which, and the messages for them: what does not depend on
/// their type.
#pragma once

#include <tessera/core/memory.hpp>
#include <tessera/core/shape.hpp>
#include <tessera/distributed/communicator.hpp>

#include <vector>

namespace tessera::detail {

/// Records that leave and arrive. Keeps its memory from one exchange to the next.
class record_exchange {
public:
  record_exchange() = default;
  record_exchange(const communicator& comm, index_t itemsize) : comm_(comm), itemsize_(itemsize) {}

  [[nodiscard]] const communicator& comm() const { return comm_; }
  /// Begins to count anew what goes to each rank.
  void clear();
  /// Room for one more record for a rank. @throws argument_error unless there is such a rank.
  void count(int rank) {
    if (rank < 0 || rank >= comm_.size()) throw_no_rank(rank);
    ++sent_[static_cast<std::size_t>(rank)];
  }
  /// Tells the ranks how much comes, and takes memory for what leaves. Collective.
  void agree_on_counts();

  /// Records that stay, and those that others send here.
  [[nodiscard]] index_t total() const { return total_; }
  [[nodiscard]] index_t staying() const { return sent_[me()]; }
  [[nodiscard]] index_t leaving() const { return leaving_; }
  [[nodiscard]] index_t arriving() const { return total_ - staying(); }
  /// Those that lower ranks send lie before those that stay.
  [[nodiscard]] index_t first_staying() const { return first_staying_; }
  /// Where those that leave lie, and where in it those for each rank begin.
  [[nodiscard]] std::byte* leaving_records() const { return buffer_.data(); }
  [[nodiscard]] const std::vector<index_t>& places() const { return places_; }
  /// Sends, and receives to both sides of those that stay. Collective.
  void run(std::byte* records);

private:
  [[nodiscard]] std::size_t me() const { return static_cast<std::size_t>(comm_.rank()); }
  [[noreturn]] void throw_no_rank(int rank) const;

  communicator comm_;
  index_t itemsize_ = 1;
  std::vector<index_t> sent_; // to each rank, those that stay as well
  std::vector<index_t> received_;
  std::vector<index_t> places_;
  index_t leaving_ = 0;
  index_t total_ = 0;
  index_t first_staying_ = 0;
  buffer buffer_;
  index_t capacity_ = 0; // of that, in records
};

/// Throws index_error for a record whose cell is outside.
[[noreturn]] void throw_no_cell(index_t record, const index_t* cell, const index_t* shape,
                                std::size_t ndim);

} // namespace tessera::detail
