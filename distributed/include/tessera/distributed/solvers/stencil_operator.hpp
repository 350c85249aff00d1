/// @file
/// Linear operators that are stencils, and preconditioners that need nothing but a diagonal.
#pragma once

#include <tessera/distributed/stencils/stencil.hpp>

#include <utility>

namespace tessera {

/// The operator y = A x of a stencil kernel, for solvers: what they compute from A x is computed in
/// the pass in which the stencil runs. Any callable `(y, x)` is an operator as well, `x` and `y`
/// being global arrays, and costs a pass more in each iteration. Members that do not say that they
/// are collective are local.
///
///     const stencil_operator laplacian([=](auto c) {
///       return (4.0 * c(0, 0) - c(-1, 0) - c(1, 0) - c(0, -1) - c(0, 1)) / (h * h);
///     });
///     cg(laplacian, x, b).check();
template <class Kernel> class stencil_operator {
public:
  /// Of a kernel as `apply` takes it.
  explicit stencil_operator(Kernel kernel) : kernel_(std::move(kernel)) {}
  /// y = A x. Collective; as `apply`.
  template <class T, std::size_t N>
  void operator()(global_array<T, N>& y, global_array<T, N>& x) const {
    apply(y, x, kernel_);
  }
  [[nodiscard]] const Kernel& kernel() const { return kernel_; }

private:
  Kernel kernel_;
};

/// Leaves residuals as they are: no preconditioner, and no pass for it.
struct no_preconditioner {};

} // namespace tessera
