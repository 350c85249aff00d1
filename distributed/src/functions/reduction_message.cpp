#include <tessera/core/error.hpp>
#include <tessera/distributed/collective/reduce_ranks.hpp>
#include <tessera/distributed/functions/reduction_message.hpp>

#include <algorithm>
#include <bit>

namespace tessera::detail {

namespace {

constexpr std::size_t header_words = 3; // how many sums, maxima and plain sums follow

void add_words(const void* lower, void* higher, index_t messages, const void* /*context*/) {
  const auto* a = static_cast<const std::int64_t*>(lower);
  auto* b = static_cast<std::int64_t*>(higher);
  for (; messages > 0; --messages) {
    const auto first_maximum = header_words + static_cast<std::size_t>(a[0]);
    const auto first_plain = first_maximum + static_cast<std::size_t>(a[1]);
    const auto all = first_plain + static_cast<std::size_t>(a[2]);
    std::size_t i = header_words;
    for (; i < first_maximum; ++i)
      b[i] = static_cast<std::int64_t>(static_cast<std::uint64_t>(a[i]) +
                                       static_cast<std::uint64_t>(b[i]));
    for (; i < first_plain; ++i) b[i] = std::max(a[i], b[i]);
    for (; i < all; ++i)
      b[i] = std::bit_cast<std::int64_t>(std::bit_cast<double>(a[i]) + std::bit_cast<double>(b[i]));
    a += all;
    b += all;
  }
}

/// The words as one element, which MPI does not cut into pieces.
message_data one_element(std::vector<std::int64_t>& words) {
  return {reinterpret_cast<std::byte*>(words.data()),
          1,
          static_cast<index_t>(words.size() * sizeof(std::int64_t)),
          'V',
          true,
          0,
          nullptr,
          nullptr};
}

} // namespace

void take_ranks(communicator& comm, const communicator& of_array) {
  if (comm.size() == 0)
    comm = of_array;
  else if (!comm.same_ranks(of_array))
    throw argument_error("reductions that are made together are of arrays over different ranks: "
                         "make those over other ranks by a call of their own");
}

void reduction_message::add(const exact_sum& sum) {
  const exact_sum::state state = sum.normalized();
  sums_.insert(sums_.end(), state.begin(), state.end());
}

exact_sum reduction_message::next_exact_sum() {
  exact_sum::state state;
  for (std::int64_t& word : state) word = next_sum();
  return exact_sum::from_state(state);
}

void reduction_message::send(const communicator& comm, bool in_background) {
  const bool is_mixed = !maxima_.empty() || (!sums_.empty() && !plain_.empty());
  header_ = is_mixed ? header_words : 0;
  words_.clear();
  if (is_mixed)
    words_ = {static_cast<std::int64_t>(sums_.size()), static_cast<std::int64_t>(maxima_.size()),
              static_cast<std::int64_t>(plain_.size())};
  words_.insert(words_.end(), sums_.begin(), sums_.end());
  words_.insert(words_.end(), maxima_.begin(), maxima_.end());
  for (const double term : plain_) words_.push_back(std::bit_cast<std::int64_t>(term));
  if (comm.size() == 1) return;
  const call_mode mode = in_background ? call_mode::started : call_mode::blocking;
  const auto reduce = [&](const message_data& data, const rank_operation& by) {
    return request(reduce_ranks(comm, reduce_kind::allreduce, in_place_data, data, by, 0, mode));
  };
  message_data words = message_data_of(words_);
  if (is_mixed) {
    under_way_ = reduce(one_element(words_), {&add_words, nullptr, true, false});
  } else if (sums_.empty()) {
    words.kind = 'f';
    under_way_ = reduce(words, operation_of<double>(op::plain_sum));
  } else {
    under_way_ = reduce(words, operation_of<std::int64_t>(op::plain_sum));
  }
}

void put(reduction_message& message, const integer_total& partial) {
  constexpr std::uint64_t half = 0xffffffffU;
  message.add(static_cast<std::int64_t>(partial.low & half));
  message.add(static_cast<std::int64_t>(partial.low >> 32U));
  message.add(partial.high);
}

void take(reduction_message& message, integer_total& total) {
  constexpr std::uint64_t half = 0xffffffffU;
  const std::int64_t lowest = message.next_sum();
  const std::int64_t upper = message.next_sum() + (lowest >> 32U);
  total.low = static_cast<std::uint64_t>(lowest) & half;
  total.low |= static_cast<std::uint64_t>(upper) << 32U;
  total.high = message.next_sum() + (upper >> 32U);
}

} // namespace tessera::detail
