// What is computed once for all lines of a length.
#pragma once

#include "transforms/passes.hpp"
#include "transforms/unit_roots.hpp"

#include <memory>
#include <mutex>
#include <vector>

namespace tessera::detail {

template <class T> class line_plan;

/// A length with a large prime factor: by a convolution with a chirp, of a length without one.
/// (Bluestein, 1970.)
template <class T> struct chirp {
  std::shared_ptr<const line_plan<T>> inner;
  std::vector<T> turns;    ///< e^(-i pi k^2 / n), k = 0 ... n - 1
  std::vector<T> spectrum; ///< the transform of their conjugates, divided by the inner length
};

/// Factors and twiddles of the transform of n complex numbers.
template <class T> class line_plan {
public:
  explicit line_plan(index_t n);

  [[nodiscard]] index_t length() const { return n_; }
  [[nodiscard]] const std::vector<stockham_pass<T>>& passes() const { return passes_; }
  /// Null where passes of the length itself do.
  [[nodiscard]] const chirp<T>* by_chirp() const { return chirp_.get(); }
  /// e^(-2 pi i k / 2n) for k = 0 ... n: what lines of 2n real numbers need. Made when first asked
  /// for.
  [[nodiscard]] const T* half_turns() const;
  /// Can its first pass work on several elements of one line at once?
  [[nodiscard]] bool takes_single_lines() const;
  /// Of elements that the first pass reads as one part.
  [[nodiscard]] index_t first_stretch() const {
    return passes_.empty() ? n_ : passes_.front().parts;
  }

private:
  void make_passes(const std::vector<int>& factors);
  void add_twiddles(const unit_roots& roots, stockham_pass<T>& pass);
  void make_chirp();

  index_t n_;
  std::vector<stockham_pass<T>> passes_;
  std::vector<std::unique_ptr<T[]>> tables_;
  std::unique_ptr<chirp<T>> chirp_;
  mutable std::once_flag has_half_turns_;
  mutable std::vector<T> half_turns_;
};

/// The plan of a length: made when it is first asked for, and kept for some time. Any thread may
/// call.
template <class T> std::shared_ptr<const line_plan<T>> plan_of(index_t n);

} // namespace tessera::detail
