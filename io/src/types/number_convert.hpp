/// @file
/// Numbers as files hold them, and the one rule for reading them as other types.
#pragma once

#include "types/value_unpacking.hpp"

#include <tessera/core/shape.hpp>
#include <tessera/io/types/dtype.hpp>

#include <cstddef>
#include <optional>
#include <vector>

namespace tessera::detail {

/// A floating-point format: where its bits are, counted from the lowest.
struct float_format {
  int sign;
  int exponent;
  int exponent_bits;
  int mantissa;
  int mantissa_bits;
  index_t bias;
  bool has_hidden_bit;
  friend constexpr bool operator==(const float_format&, const float_format&) = default;
};

/// How a number or a text lies in a file. Of a complex number, this is a part.
struct stored_number {
  dtype type;            ///< that holds all of its values; {'f', 2} for half precision
  int size;              ///< bytes in the file
  bool swapped = false;  ///< the bytes are in the other order than in memory
  int bits = 0;          ///< of an integer that does not fill its bytes; 0: all of them
  int first_bit = 0;     ///< where it begins, counted from the lowest
  bool is_odd = false;   ///< a floating-point number in `format`, which no type here has
  float_format format{}; ///< of an odd one
  char padding = '\0';   ///< of a text: '\0', ' ', or 't' where it ends at the first zero byte
};

/// Has every value of `from` its place in `to`? As NumPy's "safe" casting, but without 64-bit
/// integers in doubles. Texts have theirs in longer ones.
bool holds_all_values(dtype from, dtype to);

/// The type of this kind that programs use for values of a file: half precision is read as float.
dtype type_in_memory(dtype stored);

/// Some numbers of an element, from their place in the file's element to that in memory's.
struct number_move {
  index_t from;
  index_t to;
  stored_number stored;
  dtype wanted;
  index_t count;
};

/// How elements of a file become elements of memory.
class element_conversion {
public:
  /// Bytes of an element in the file and in memory.
  element_conversion(index_t stored_size, index_t size) : stored_size_(stored_size), size_(size) {}

  void add(const number_move& move) { moves_.push_back(move); }
  /// What no move reaches becomes zero.
  void begin_with_zeros() { begins_with_zeros_ = true; }
  /// What has been converted stands for doubles, which are wanted.
  void unpack(const value_unpacking& unpacking) {
    unpacking_ = unpacking;
    size_ = sizeof(double);
  }

  [[nodiscard]] index_t stored_size() const { return stored_size_; }
  [[nodiscard]] index_t size() const { return size_; }
  /// Are the bytes of elements the same?
  [[nodiscard]] bool is_copy() const;
  /// Are they the same for what memory may hold? (A byte of a file may be no bool.)
  [[nodiscard]] bool has_same_bytes() const;
  /// Converts elements that follow each other. The memories do not overlap.
  void run(const void* from, void* to, index_t count) const;

private:
  void run_unpacking(const std::byte* from, std::byte* to, index_t count) const;
  void run_moves(const std::byte* from, std::byte* to, index_t count) const;
  [[nodiscard]] bool is_one_move() const;

  index_t stored_size_;
  index_t size_;
  bool begins_with_zeros_ = false;
  std::vector<number_move> moves_;
  std::optional<value_unpacking> unpacking_;
};

} // namespace tessera::detail
