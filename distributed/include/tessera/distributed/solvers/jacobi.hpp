/// @file
/// The preconditioner that divides by the diagonal.
#pragma once

#include <tessera/distributed/solvers/operator_pass.hpp>

namespace tessera {

/// Divides residuals by the diagonal of the operator: one number, or an array that lies as they do,
/// which it refers to. Members that do not say that they are collective are local.
///
///     cg(op, x, b, jacobi(diagonal));
template <class Diagonal> class jacobi {
public:
  /// Refers to the array. Local.
  explicit jacobi(const Diagonal& diagonal) : diagonal_(diagonal) {}
  /// z = r / diagonal, which may be the same array. Collective; one pass.
  template <class T, std::size_t N>
  void operator()(global_array<T, N>& z, const global_array<T, N>& r) const {
    if constexpr (detail::is_global_array<Diagonal>)
      z = r / diagonal_;
    else
      z = r * (T{1} / static_cast<T>(diagonal_));
  }

private:
  std::conditional_t<detail::is_global_array<Diagonal>, const Diagonal&, Diagonal> diagonal_;
};

} // namespace tessera
