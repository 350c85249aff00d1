/// @file
/// Layouts of structs that are found in files.
#pragma once

#include <tessera/core/error.hpp>
#include <tessera/distributed/distribution/axis_distribution.hpp>
#include <tessera/io/text/stored_rows.hpp>

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

namespace tessera::detail {

/// Structs of memory whose members follow each other without gaps, one inside another.
class record_layout {
public:
  /// Puts a member behind the others.
  void add(const std::string& name, dtype type, std::vector<index_t> shape) {
    struct_member member{name, size_, type, std::move(shape)};
    index_t bytes = type.size;
    for (const index_t n : member.shape)
      if (__builtin_mul_overflow(bytes, n, &bytes)) bytes = largest + 1;
    if (bytes > largest - size_)
      throw element_type_error("its elements are too large to be read as one");
    size_ += bytes;
    members_.push_back(std::move(member));
  }

  /// The struct, whose layout `found` keeps.
  [[nodiscard]] dtype keep(found_type& found) && {
    auto layout = std::make_shared<const struct_layout>(struct_layout{std::move(members_)});
    found.layouts.push_back(layout);
    return {'V', static_cast<int>(size_), layout.get()};
  }

private:
  static constexpr index_t largest = index_t{1} << 30U; // bytes
  std::vector<struct_member> members_;
  index_t size_ = 0;
};

/// The part of so many rows that is a rank's.
inline interval share_of_rows(const communicator& comm, index_t rows) {
  const auto first_of = [&](index_t rank) {
    return rows / comm.size() * rank + std::min<index_t>(rank, rows % comm.size());
  };
  return {first_of(comm.rank()), first_of(comm.rank() + 1)};
}

} // namespace tessera::detail
