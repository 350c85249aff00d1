/// @file
/// Places of elements that follow no rule.
#pragma once

#include <tessera/core/shape.hpp>

#include <cstdint>

namespace tessera::detail {

/// Places in memory, in elements, in any order, each as often as one likes. Copies share the list,
/// which never changes; those below 2^32 take four bytes each.
class place_list {
public:
  place_list() = default;
  place_list(const index_t* places, index_t count);
  place_list(const place_list& other) noexcept;
  place_list(place_list&& other) noexcept;
  place_list& operator=(place_list other) noexcept;
  ~place_list();

  [[nodiscard]] bool empty() const { return count_ == 0; }
  [[nodiscard]] index_t size() const { return count_; }
  [[nodiscard]] index_t operator[](index_t k) const;
  /// Some that follow each other in the list.
  [[nodiscard]] place_list part(index_t first, index_t count) const;
  /// How many follow each other in memory, on average.
  [[nodiscard]] index_t mean_stretch() const;

  /// The first of them where they take four bytes, otherwise null; or the other way round.
  [[nodiscard]] const std::uint32_t* narrow() const;
  [[nodiscard]] const index_t* wide() const;

private:
  struct shared;
  shared* list_ = nullptr;
  index_t first_ = 0;
  index_t count_ = 0;
};

} // namespace tessera::detail
