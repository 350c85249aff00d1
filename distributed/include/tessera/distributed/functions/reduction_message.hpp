/// @file
/// The partial results of several reductions, merged over ranks in one message.
///
/// Its parts lie in reduction_message.cpp.
#pragma once

#include <tessera/core/reductions/accumulators.hpp>
#include <tessera/distributed/communicator.hpp>
#include <tessera/distributed/messages/request.hpp>

#include <bit>
#include <cstdint>
#include <limits>
#include <vector>

namespace tessera::detail {

/// Makes `comm` that of the arrays of a call, unless it is already.
/// @throws argument_error where they are those of different ranks.
void take_ranks(communicator& comm, const communicator& of_array);

/// Numbers of this rank, of which sums or maxima over ranks are asked for.
class reduction_message {
public:
  void add(std::int64_t term) { sums_.push_back(term); }
  void add(const exact_sum& sum);
  void add_maximum(std::int64_t value) { maxima_.push_back(value); }
  /// A term of a sum that is rounded as MPI adds it.
  void add_plain(double term) { plain_.push_back(term); }

  /// The first time on. What was added may not be changed any more. In the background, or, which
  /// is quicker, until all is there. Collective.
  void send(const communicator& comm, bool in_background);
  [[nodiscard]] bool test() { return under_way_.test(); }
  void wait() { under_way_.wait(); }

  /// The results, in the order in which they were added.
  std::int64_t next_sum() { return result()[at_sum_++]; }
  std::int64_t next_maximum() { return result()[sums_.size() + at_maximum_++]; }
  double next_plain() {
    return std::bit_cast<double>(result()[sums_.size() + maxima_.size() + at_plain_++]);
  }
  exact_sum next_exact_sum();

private:
  [[nodiscard]] const std::int64_t* result() const { return words_.data() + header_; }

  std::vector<std::int64_t> sums_;
  std::vector<std::int64_t> maxima_;
  std::vector<double> plain_;
  std::vector<std::int64_t> words_;
  std::size_t header_ = 0;
  std::size_t at_sum_ = 0;
  std::size_t at_maximum_ = 0;
  std::size_t at_plain_ = 0;
  request under_way_; // goes before what it writes to
};

/// Integers in the order of real numbers, NaN the largest of all.
template <class T> std::int64_t order_of(T value, bool reversed) {
  static_assert(sizeof(T) <= sizeof(std::int64_t), "extrema of long double come alone: use max");
  std::int64_t key = 0;
  if constexpr (std::is_floating_point_v<T>) {
    if (value != value) return INT64_MAX;
    const auto bits = std::bit_cast<std::int64_t>(static_cast<double>(value));
    key = bits < 0 ? bits ^ INT64_MAX : bits;
  } else if constexpr (std::is_same_v<T, std::uint64_t>) {
    key = static_cast<std::int64_t>(value ^ (std::uint64_t{1} << 63U));
  } else {
    key = static_cast<std::int64_t>(value);
  }
  return reversed ? ~key : key;
}
/// The number that has a place in this order.
template <class T> T number_at(std::int64_t key, bool reversed) {
  if constexpr (std::is_floating_point_v<T>) {
    if (key == INT64_MAX) return std::numeric_limits<T>::quiet_NaN();
    const std::int64_t order = reversed ? ~key : key;
    return static_cast<T>(std::bit_cast<double>(order < 0 ? order ^ INT64_MAX : order));
  } else {
    const std::int64_t order = reversed ? ~key : key;
    if constexpr (std::is_same_v<T, std::uint64_t>)
      return static_cast<std::uint64_t>(order) ^ (std::uint64_t{1} << 63U);
    else
      return static_cast<T>(order);
  }
}

template <class T>
requires(!is_fixed<T>) void put(reduction_message& message, const sum_accumulator<T>& partial) {
  if constexpr (is_complex<T>) {
    message.add(partial.real_part.total);
    message.add(partial.imaginary_part.total);
  } else if constexpr (std::is_integral_v<T>) {
    message.add(static_cast<std::int64_t>(partial.total));
  } else {
    message.add(partial.total);
  }
}
template <class T>
requires(!is_fixed<T>) void take(reduction_message& message, sum_accumulator<T>& total) {
  if constexpr (is_complex<T>) {
    total.real_part.total = message.next_exact_sum();
    total.imaginary_part.total = message.next_exact_sum();
  } else if constexpr (std::is_integral_v<T>) {
    total.total = static_cast<std::uint64_t>(message.next_sum());
  } else {
    total.total = message.next_exact_sum();
  }
}

/// In pieces whose sums over all ranks have room.
void put(reduction_message& message, const integer_total& partial);
void take(reduction_message& message, integer_total& total);
template <class T> void put(reduction_message& message, const total_accumulator<T>& partial) {
  put(message, partial.total);
}
template <class T> void take(reduction_message& message, total_accumulator<T>& total) {
  take(message, total.total);
}

template <class T, bool Largest>
requires(!is_fixed<T>) void put(reduction_message& message,
                                const extremum_accumulator<T, Largest>& partial) {
  message.add_maximum(order_of(partial.value(), !Largest));
}
template <class T, bool Largest>
requires(!is_fixed<T>) void take(reduction_message& message,
                                 extremum_accumulator<T, Largest>& total) {
  total.best = number_at<T>(message.next_maximum(), !Largest);
  total.has_nan = total.best != total.best;
}

template <class T> void put(reduction_message& message, const fast_sum_accumulator<T>& partial) {
  message.add_plain(static_cast<double>(partial.total));
}
template <class T> void take(reduction_message& message, fast_sum_accumulator<T>& total) {
  total.total = static_cast<T>(message.next_plain());
}

template <class T, class Part>
void put(reduction_message& message, const accumulators_of_numbers<T, Part>& partial) {
  for (const Part& part : partial.parts) put(message, part);
}
template <class T, class Part>
void take(reduction_message& message, accumulators_of_numbers<T, Part>& total) {
  for (Part& part : total.parts) take(message, part);
}

} // namespace tessera::detail
