/// @file
/// Geometric multigrid, as a solver and as a preconditioner.
///
/// A part of it lies in multigrid.cpp.
#pragma once

#include <tessera/distributed/multigrid/coarsest_grid.hpp>
#include <tessera/distributed/multigrid/grid_level.hpp>
#include <tessera/distributed/multigrid/smoothers.hpp>

#include <deque>
#include <optional>
#include <utility>
#include <vector>

namespace tessera {

/// How often each coarser grid is visited.
enum class multigrid_cycle : int { v = 1, w = 2 };

/// How a multigrid method works.
struct multigrid_options {
  smoother smoothing = smoother::chebyshev;
  index_t steps = 2; ///< of smoothing, before and after the coarser grid
  multigrid_cycle cycle = multigrid_cycle::v;
  /// Begins a solution on the coarsest grid: full multigrid.
  bool full = false;
};

namespace detail {

/// @throws argument_error on all ranks.
void check_multigrid(const multigrid_options& options, index_t size);
void check_two_coloured(bool is_two_coloured);
/// Do its x lie as that of which the method was made?
void check_fits_multigrid(const global_block& x, const global_block& finest);

template <class T, std::size_t N, class Kernel> struct multigrid_grid {
  std::vector<grid_axis> axes;
  stencil_operator<Kernel> op;
  kernel_symbol symbol;
  global_array<T, N> x; // but for the finest grid, whose x is the caller's
  global_array<T, N> b;
  global_array<T, N> other;
  std::optional<grid_link<T, N>> link; // to the next

  multigrid_grid(std::vector<grid_axis> of, Kernel kernel)
      : axes(std::move(of)), op(std::move(kernel)), symbol(symbol_of<T, N>(op.kernel())) {}
};

} // namespace detail

/// Geometric multigrid for operators like Laplace's: elliptic, with coefficients that are constant,
/// on grids of any shape. `make_kernel(spacing)` gives the stencil of the operator on a grid of a
/// spacing, a `std::array<double, N>`; its diagonal is positive, and the halo of x is wide enough
/// for it. What lies beyond the ends of the axes is that of x: periodic; reflecting (the derivative
/// is zero there), antireflecting (the value is zero half a cell beyond the last unknown); or fixed
/// (the value is given one cell beyond it; it takes part in the solution as in `apply`).
///
/// Each grid has half as many unknowns along an axis as the next finer one, rounded up, over the
/// same domain, so that any number of them is as good as a power of two; axes with larger spacings
/// are left as they are until the others have caught up. Values go up by linear interpolation and
/// down by its transpose. Grids whose blocks would be thin (below 4 cells) go to fewer ranks, those
/// of few cells (8192) to one; the coarsest is solved directly. With Chebyshev's or Jacobi's
/// smoother the method is symmetric, also as a preconditioner: `cg(op, x, b, mg)`.
///
/// Where all ends are periodic or reflecting and the operator takes constants to zero, the mean of
/// b is taken away, and x gets the mean zero.
///
/// All members that are not said to be local are collective. The arrays of all grids are kept: 4 of
/// the size of x, and a seventh (2-D: a third) of 4 more. A V-cycle of two steps costs five
/// applications of the operator per grid, with one halo update each, two updates more for the
/// transfers; no reductions. The same bits on any number of ranks.
///
/// After A. Brandt, "Multi-level adaptive solutions to boundary-value problems" (1977), and
/// U. Trottenberg and others, "Multigrid" (2001).
///
///     x.set_boundary(boundary::antireflecting);
///     multigrid mg(x, {h, h}, [](const std::array<double, 2>& spacing) {
///       return poisson_kernel(spacing);
///     });
///     mg.solve(x, b, {.tolerance = 1e-10}).check();
template <class T, std::size_t N, class MakeKernel> class multigrid {
  using kernel_type = decltype(std::declval<const MakeKernel&>()(std::array<double, N>()));
  using grid_type = detail::multigrid_grid<T, N, kernel_type>;

public:
  /// For systems whose x lies as `x` does, with its conditions. Collective.
  /// @throws argument_error on all ranks: an array without elements, cyclic axes, other conditions,
  /// spacings that are not positive, kernels that are not linear or have no positive diagonal, and
  /// smoothers that they do not suit.
  multigrid(const global_array<T, N>& x, const std::array<double, N>& spacing,
            const MakeKernel& make_kernel, const multigrid_options& options = {})
      : options_(options) {
    detail::check_multigrid(options, x.size());
    std::vector<detail::grid_axis> axes = detail::grid_axes(detail::block_ref(x), spacing.data());
    is_moved_ = detail::is_thin(detail::block_ref(x));
    if (is_moved_) {
      for (global_array<T, N>* array : {&own_x_, &own_b_, &own_other_}) *array = like_x(x);
      add_grid(axes, make_kernel, detail::array_on_fewer_ranks<T, N>(x, axes, x.shape()));
    } else {
      add_grid(axes, make_kernel, x);
    }
    while (true) {
      const std::vector<detail::grid_axis> fine = axes;
      if (!detail::coarsen(axes)) break;
      grid_type& last = grids_.back();
      last.link.emplace(last.x, fine, axes);
      add_grid(axes, make_kernel, last.link->next());
    }
    gather_coarsest();
    invert_coarsest();
  }

  /// Solves A x = b by cycles, from what x holds; see `cg`. They must not be one array. Collective.
  /// @throws argument_error on all ranks: x does not lie as that of which this was made.
  solve_result solve(global_array<T, N>& x, const global_array<T, N>& b,
                     const solve_options& options = {}) const {
    TESSERA_PROFILE("multigrid");
    detail::check_system("multigrid", detail::block_ref(x), detail::block_ref(b));
    detail::check_fits_multigrid(detail::block_ref(x), detail::block_ref(own_x()));
    const detail::first_norms first =
        detail::first_residual(grids_.front().op, x, b, own_b(), own_other());
    solve_result result("multigrid", detail::target_of("multigrid", options, first));
    double norm = is_singular_ ? norm_without_mean(own_b()) : first.of_r;
    for (bool is_first = true; !result.note(norm, options); is_first = false) {
      cycle_from_zero(own_x(), own_b(), is_first && options_.full);
      x += own_x();
      norm = residual(x, b);
    }
    if (is_singular_) take_mean(x);
    return result;
  }

  /// One cycle from zero, z and r must not be one array: z is about the solution of A z = r; for
  /// solvers, as a preconditioner. Collective.
  void operator()(global_array<T, N>& z, const global_array<T, N>& r) const {
    TESSERA_PROFILE("multigrid");
    cycle_from_zero(z, without_mean(r), false);
    if (is_singular_) take_mean(z);
  }

  /// How many grids there are. Local.
  [[nodiscard]] std::size_t grids() const { return grids_.size(); }
  /// The shape of a grid; the finest is number 0. Local.
  [[nodiscard]] shape_t<N> shape(std::size_t grid) const {
    shape_t<N> result{};
    for (std::size_t d = 0; d < N; ++d) result[d] = grids_[grid].axes[d].size;
    return result;
  }

private:
  static global_array<T, N> like_x(const global_array<T, N>& x) {
    return detail::array_on_grid<T, N>(x.grid(), x.distribution(), x.halo(), detail::block_ref(x));
  }
  global_array<T, N>& own_x() const { return is_moved_ ? own_x_ : grids_.front().x; }
  global_array<T, N>& own_b() const { return is_moved_ ? own_b_ : grids_.front().b; }
  global_array<T, N>& own_other() const { return is_moved_ ? own_other_ : grids_.front().other; }

  void add_grid(const std::vector<detail::grid_axis>& axes, const MakeKernel& make_kernel,
                const global_array<T, N>& like) {
    std::array<double, N> spacing{};
    bool has_free_ends = true;
    for (std::size_t d = 0; d < N; ++d) {
      spacing[d] = axes[d].spacing;
      for (const detail::boundary_kind kind : {axes[d].lower, axes[d].upper})
        has_free_ends = has_free_ends && (kind == detail::boundary_kind::periodic ||
                                          kind == detail::boundary_kind::reflecting);
    }
    grids_.emplace_back(axes, make_kernel(spacing));
    grid_type& grid = grids_.back();
    detail::check_symbol(grid.symbol);
    if (options_.smoothing == smoother::red_black)
      detail::check_two_coloured(grid.symbol.is_two_coloured);
    const double of_constant = grid.symbol.of_constant;
    is_singular_ = has_free_ends && of_constant <= 1e-12 * grid.symbol.diagonal &&
                   of_constant >= -1e-12 * grid.symbol.diagonal;
    for (global_array<T, N>* array : {&grid.x, &grid.b, &grid.other})
      *array = detail::array_on_grid<T, N>(like.grid(), like.distribution(), like.halo(),
                                           detail::block_ref(like));
    grid.op(grid.b, grid.x); // says so where it reads beyond the halo
    grid.b = T{};
  }

  void gather_coarsest() {
    const grid_type& coarsest = grids_.back();
    grid_dims<N> one;
    one.fill(1);
    const auto single = process_grid<N>::on_first_ranks(coarsest.b.comm(), one);
    whole_ = global_array<T, N>(single, distribution<N>(coarsest.b.shape(), one));
  }
  /// The columns of the operator are its images of unit vectors.
  void invert_coarsest() {
    grid_type& grid = grids_.back();
    const auto n = static_cast<std::size_t>(grid.b.size());
    std::vector<double> matrix(n * n);
    for (std::size_t k = 0; k < n; ++k) {
      const shape_t<N> steps = row_major_strides(grid.x.shape());
      grid.x.fill([&steps, k](auto... i) noexcept {
        index_t at = 0;
        std::size_t d = 0;
        ((at += i * steps[d++]), ...);
        return at == static_cast<index_t>(k) ? T{1} : T{};
      });
      grid.op(grid.b, grid.x);
      redistribute(grid.b, whole_);
      const view<const T, N> column = std::as_const(whole_).owned();
      for (std::size_t i = 0; i < static_cast<std::size_t>(column.size()); ++i)
        matrix[i * n + k] = static_cast<double>(column.data()[i]);
    }
    collectively(grid.b.comm(), [&] {
      if (grid.b.comm().rank() == 0) inverse_ = detail::small_inverse(matrix, n, is_singular_);
    });
  }

  void solve_coarsest(global_array<T, N>& x, const global_array<T, N>& b) const {
    move(to_whole_, b, whole_);
    const view<T, N> cells = detail::writable_part(whole_);
    std::vector<double> values(cells.data(), cells.data() + cells.size());
    std::vector<double> result(values.size());
    if (!values.empty()) inverse_.apply(values.data(), result.data());
    for (std::size_t i = 0; i < result.size(); ++i) cells.data()[i] = static_cast<T>(result[i]);
    move(from_whole_, whole_, x);
  }
  /// Arrays of the coarsest grid lie alike at every call, unless it is the only one.
  void move(std::optional<copy_plan>& plan, const global_array<T, N>& from,
            global_array<T, N>& to) const {
    if (grids_.size() == 1) return redistribute(from, to);
    if (!plan) plan.emplace(from, to);
    plan->run(from, to);
  }

  /// On the ranks that have the finest grid.
  void cycle_from_zero(global_array<T, N>& z, const global_array<T, N>& r, bool is_full) const {
    grid_type& finest = grids_.front();
    global_array<T, N>& x = is_moved_ ? finest.x : z;
    if (is_moved_) redistribute(r, finest.b);
    const global_array<T, N>& b = is_moved_ ? finest.b : r;
    if (is_full)
      full_cycle(0, x, b);
    else
      cycle(0, x, b, true);
    if (is_moved_) redistribute(x, z);
  }

  void smooth(std::size_t k, global_array<T, N>& x, const global_array<T, N>& b, bool from_zero,
              bool is_last) const {
    grid_type& grid = grids_[k];
    if (options_.smoothing == smoother::red_black) {
      if (from_zero) x = T{};
      return detail::relax_red_black(grid.op.kernel(), grid.symbol, options_.steps, is_last, x, b);
    }
    detail::relax_steps(grid.op, grid.symbol, options_.smoothing, options_.steps, from_zero, x, b,
                        grid.other, grid.link->residual);
  }

  void cycle(std::size_t k, global_array<T, N>& x, const global_array<T, N>& b,
             bool from_zero) const {
    if (k + 1 == grids_.size()) return solve_coarsest(x, b);
    grid_type& grid = grids_[k];
    grid_type& next = grids_[k + 1];
    smooth(k, x, b, from_zero, false);
    subtract_image(k, x, b, grid.link->residual);
    grid.link->restrict_to(next.b);
    // The coarsest grid is solved: once more is in vain.
    const int visits = k + 2 == grids_.size() ? 1 : static_cast<int>(options_.cycle);
    for (int visit = 0; visit < visits; ++visit) cycle(k + 1, next.x, next.b, visit == 0);
    grid.link->prolong_from(next.x, x);
    smooth(k, x, b, false, true);
  }

  void full_cycle(std::size_t k, global_array<T, N>& x, const global_array<T, N>& b) const {
    if (k + 1 == grids_.size()) return solve_coarsest(x, b);
    grid_type& grid = grids_[k];
    grid_type& next = grids_[k + 1];
    grid.link->residual = b;
    grid.link->restrict_to(next.b);
    full_cycle(k + 1, next.x, next.b);
    x = T{};
    grid.link->prolong_from(next.x, x);
    cycle(k, x, b, false);
  }

  /// r = b - A x.
  void subtract_image(std::size_t k, global_array<T, N>& x, const global_array<T, N>& b,
                      global_array<T, N>& r) const {
    const auto body = [](index_t n, const auto& image, const T* b_row, T* r_row) {
#pragma omp simd
      for (index_t i = 0; i < n; ++i) r_row[i] = b_row[i] - image(i);
    };
    detail::pass_operator(grids_[k].op, x, r, body, b, r);
  }

  /// That of x, to the finest b; its norm.
  double residual(global_array<T, N>& x, const global_array<T, N>& b) const {
    detail::sum_of_terms squares;
    const auto body = [&squares](index_t n, const auto& image, const T* b_row, T* r_row) {
#pragma omp simd
      for (index_t i = 0; i < n; ++i) r_row[i] = b_row[i] - image(i);
      squares.add_products(r_row, r_row, n);
    };
    detail::pass_operator(grids_.front().op, x, own_other(), body, b, own_b());
    if (is_singular_) return norm_without_mean(own_b());
    return detail::sqrt_of(std::get<0>(reduce_all(x.comm(), lazy::parts(squares.total()))));
  }
  static double norm_without_mean(global_array<T, N>& a) {
    take_mean(a);
    return static_cast<double>(std::get<0>(reduce_all(lazy::norm(a))));
  }

  const global_array<T, N>& without_mean(const global_array<T, N>& b) const {
    if (!is_singular_) return b;
    global_array<T, N>& copy = own_b();
    copy = b;
    take_mean(copy);
    return copy;
  }
  static void take_mean(global_array<T, N>& a) {
    a -= static_cast<T>(std::get<0>(reduce_all(lazy::mean(a))));
  }

  multigrid_options options_;
  mutable std::deque<grid_type> grids_; // finest first; they stay where they are
  mutable global_array<T, N> whole_;    // of the coarsest, on one rank
  mutable std::optional<copy_plan> to_whole_;
  mutable std::optional<copy_plan> from_whole_;
  bool is_moved_ = false; // have other ranks the finest grid than those of x?
  mutable global_array<T, N> own_x_;
  mutable global_array<T, N> own_b_;
  mutable global_array<T, N> own_other_;
  detail::small_inverse inverse_;
  bool is_singular_ = false;
};

} // namespace tessera
