// Stretches of a rank's part of the shared memory, and sets of them.
#pragma once

#include <tessera/core/shape.hpp>

#include <cstdint>
#include <vector>

namespace tessera::detail {

/// A place in a rank's part of the shared memory: the number of the window and the distance from
/// where the part begins, in one word.
using shared_place = std::uint64_t;
inline constexpr shared_place nowhere = 0;

/// So many bytes from a place on.
struct stretch {
  shared_place place = nowhere;
  index_t bytes = 0;

  [[nodiscard]] shared_place end() const { return place + static_cast<shared_place>(bytes); }
};

/// Bytes, as stretches that neither overlap nor touch, in the order of their places.
class stretch_set {
public:
  /// What is added is not in the set.
  void add(const stretch& s);
  /// Takes out what is in the set of a stretch.
  void cut(const stretch& s);
  /// What is in the set of a stretch.
  [[nodiscard]] std::vector<stretch> parts_in(const stretch& s) const;
  [[nodiscard]] index_t bytes_in(const stretch& s) const;

  [[nodiscard]] const std::vector<stretch>& all() const { return all_; }
  [[nodiscard]] index_t bytes() const { return bytes_; }

private:
  /// Number of the first stretch that ends behind a place.
  [[nodiscard]] std::size_t first_behind(shared_place place) const;

  std::vector<stretch> all_;
  index_t bytes_ = 0;
};

} // namespace tessera::detail
