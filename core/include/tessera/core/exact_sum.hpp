/// @file
/// A sum of doubles without rounding errors, whose result does not depend on their order.
#pragma once

#include <tessera/core/shape.hpp>

#include <array>
#include <cstdint>

namespace tessera {

/// Adds doubles exactly: a fixed-point number as wide as the range of double, of which the value
/// is the correctly rounded sum. The order of the additions and merges plays no part, so partial
/// sums of any blocking and any number of ranks give the same bits.
///
/// A NaN, or infinities of both signs, make the sum NaN; otherwise an infinity makes it that
/// infinity. A sum that is zero is +0.
///
/// Many adjacent numbers whose exponents lie within some 70 of each other are added in vectors,
/// about as fast as memory delivers them.
///
/// After R. M. Neal, "Fast exact summation using small and large superaccumulators" (2015).
class exact_sum {
public:
  /// The state as plain integers: the states of partial sums are merged by adding them up.
  static constexpr std::size_t words = 71;
  using state = std::array<std::int64_t, words>;

  void add(double value) { add(&value, 1); }
  void add(const double* values, index_t count);
  /// Adds the products of corresponding values, each rounded to double.
  void add_products(const double* a, const double* b, index_t count);
  /// Adds what another one has summed.
  void merge(const exact_sum& other);
  /// The correctly rounded sum of all that was added.
  [[nodiscard]] double value() const;
  /// The same as float; to double first, and then to float, would round twice.
  [[nodiscard]] float value_as_float() const;

  /// The state with all carries done, so that 2^30 of them can be added up without overflow.
  [[nodiscard]] state normalized() const;
  /// A sum that continues from a state, or from several added up.
  static exact_sum from_state(const state& from);

private:
  static constexpr std::size_t digits = 68;          // of 32 bits each, in 64-bit words
  static constexpr index_t adds_before_carry = 1024; // then a digit could overflow its word
  enum special : std::size_t { positive_infinity = digits, negative_infinity, not_a_number };

  void add_special(double value);
  void add_one_by_one(const double* values, index_t count);
  void add_products_one_by_one(const double* a, const double* b, index_t count);
  [[nodiscard]] index_t least_in_bins() const;
  bool add_in_bins(const double* values, const double* factors, index_t count, index_t readable);
  void keep_in_bins(const double* sums, int window_top, int window_bins);
  bool add_to_bins(const double* sums);
  void empty_bins();
  void add_wide(const double* values, index_t count);
  static void carry(state& sum);

  state words_{};
  index_t room_ = adds_before_carry;
  // Where the last numbers lay is a guess at where the next ones do.
  int window_top_ = 0;
  int window_bins_ = 0;
  // The sums of the last blocks in bins, which are rounded alone where there was nothing else.
  bool bins_filled_ = false;
  bool words_used_ = false;
  double bins_[3]{};
};

} // namespace tessera
