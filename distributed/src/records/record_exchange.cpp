#include <tessera/distributed/records/record_exchange.hpp>

#include <tessera/core/error.hpp>
#include <tessera/distributed/agree.hpp>
#include <tessera/distributed/collective/exchange.hpp>
#include <tessera/distributed/collective/moves.hpp>

#include <fmt/core.h>

namespace tessera::detail {

void record_exchange::throw_no_rank(int rank) const {
  throw argument_error(
      fmt::format("a record for rank {}; there are ranks 0 to {}", rank, comm_.size() - 1));
}

void throw_no_cell(index_t record, const index_t* cell, const index_t* shape, std::size_t ndim) {
  throw index_error(
      fmt::format("record {} is in cell {}, outside shape {}; wrap or remove it first", record,
                  tuple_text(cell, ndim), tuple_text(shape, ndim)));
}

void record_exchange::clear() {
  check_usable(comm_);
  sent_.assign(static_cast<std::size_t>(comm_.size()), 0);
}

void record_exchange::agree_on_counts() {
  received_.resize(sent_.size());
  alltoall(comm_, message_data_of(sent_), {}, message_data_of(received_), {}, call_mode::blocking);
  places_.assign(sent_.size(), 0);
  leaving_ = total_ = first_staying_ = 0;
  for (std::size_t r = 0; r < sent_.size(); ++r) {
    places_[r] = leaving_;
    if (r != me()) leaving_ += sent_[r];
    if (r < me()) first_staying_ += received_[r];
    total_ += received_[r];
  }
  collectively(comm_, [&] {
    if (leaving_ <= capacity_) return;
    buffer_ = buffer(); // before there is another
    capacity_ = 0;
    const index_t wanted = leaving_ + leaving_ / 4; // the next time it may be a little more
    buffer_ = buffer(static_cast<std::size_t>(wanted * itemsize_));
    capacity_ = wanted;
  });
}

void record_exchange::run(std::byte* records) {
  const auto data = [this](std::byte* first, index_t at, index_t count) {
    return message_data{first + at * itemsize_, count, itemsize_, 'V', true, 1, nullptr, nullptr};
  };
  std::vector<message_data> for_ranks;
  std::vector<message_data> from_ranks;
  index_t arrived = 0;
  for (std::size_t r = 0; r < sent_.size(); ++r) {
    for_ranks.push_back(data(buffer_.data(), places_[r], r == me() ? 0 : sent_[r]));
    from_ranks.push_back(data(records, arrived, r == me() ? 0 : received_[r]));
    arrived += received_[r];
  }
  exchange_parts(comm_, for_ranks, from_ranks);
}

} // namespace tessera::detail
