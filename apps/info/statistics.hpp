// Smallest, largest and mean of numbers that come in pieces.
#pragma once

#include "content.hpp"

#include <tessera/core/exact_sum.hpp>

#include <cstdint>
#include <limits>
#include <string>

namespace info {

/// Every rank adds its elements, of one type; then all ask for the summary.
class statistics {
public:
  /// NumPy's name of the type.
  explicit statistics(std::string dtype);
  /// Are there such of elements of this type?
  [[nodiscard]] bool is_possible() const { return kind_ != '\0'; }

  void add(const void* elements, index_t count);
  /// Of all ranks' elements; the same for any number of ranks. Collective.
  [[nodiscard]] std::optional<summary> result(const tessera::communicator& world) const;

private:
  template <class T> void add_typed(const T* elements, index_t count);
  template <class T> struct extremes {
    T low = std::numeric_limits<T>::max();
    T high = std::numeric_limits<T>::lowest();
  };
  template <class T> static void note(extremes<T>& seen, T value) {
    if (value < seen.low) seen.low = value;
    if (value > seen.high) seen.high = value;
  }

  std::string dtype_;
  char kind_ = '\0'; // 'i', 'u', 'f'
  extremes<std::int64_t> integers_;
  extremes<std::uint64_t> counts_;
  extremes<double> reals_;
  tessera::exact_sum sum_;
  index_t count_ = 0;
  index_t nan_ = 0;
};

} // namespace info
