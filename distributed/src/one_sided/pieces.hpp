// How a view of a global array divides into what lies with one owner.
#pragma once

#include "one_sided/state.hpp"

#include <vector>

namespace tessera::detail {

/// Elements of a view that one rank owns, at equal distances along each axis, beside those of a
/// local array: no step of the owner's is negative.
struct owned_piece {
  int owner = 0;
  index_t at = 0; // bytes from the start of the owner's memory
  std::byte* local = nullptr;
  index_t shape[max_ndim];
  index_t steps[max_ndim];         // bytes, of the owner's elements
  index_t strides[max_ndim];       // the same in elements
  index_t local_strides[max_ndim]; // elements

  [[nodiscard]] index_t size(std::size_t ndim) const {
    index_t product = 1;
    for (std::size_t m = 0; m < ndim; ++m) product *= shape[m];
    return product;
  }
};

/// The pieces of a view, one after another.
class piece_walk {
public:
  /// Beside a local array of the same shape.
  piece_walk(const one_sided_state& state, const view_ref& part, const array_ref& local);

  /// Goes to the first or next piece; false when there is none left.
  bool next();
  [[nodiscard]] const owned_piece& piece() const { return piece_; }

private:
  void take_stretch(std::size_t m, index_t from);
  bool advance();
  void place_piece();

  const one_sided_state& state_;
  const view_ref& part_;
  const array_ref& local_;
  bool is_empty_ = false;
  bool has_begun_ = false;
  int fixed_owner_ = 0;
  index_t fixed_local_[max_ndim] = {}; // along axes of the array
  index_t first_[max_ndim];            // of the present stretch, along axes of the view
  index_t end_[max_ndim];
  int owner_[max_ndim];
  index_t where_[max_ndim]; // its first element in the owner's block
  owned_piece piece_;
};

} // namespace tessera::detail
