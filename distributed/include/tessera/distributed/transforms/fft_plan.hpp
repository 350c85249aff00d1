/// @file
/// Fourier transforms of global arrays that are made again and again.
#pragma once

#include <tessera/core/fft.hpp>
#include <tessera/distributed/agree.hpp>
#include <tessera/distributed/transforms/fft_layout.hpp>

#include <vector>

namespace tessera {

/// From where to where a transform goes.
enum class fft_direction { forward, inverse };

namespace detail {

/// The steps of a transform between global arrays, and the copies between them. The arrays are
/// known by number: those of the plan from 0 on.
class fft_stages {
public:
  static constexpr int source = -2;
  static constexpr int target = -1;

  struct stage {
    int from;
    int to;
    bool is_copy;
    std::size_t number; ///< of the step or of the copy
  };

  void add_step(int from, int to, std::size_t step) { stages_.push_back({from, to, false, step}); }
  void add_copy(int from, int to) { stages_.push_back({from, to, true, copies_++}); }
  [[nodiscard]] const std::vector<stage>& all() const { return stages_; }
  [[nodiscard]] std::size_t copies() const { return copies_; }

private:
  std::vector<stage> stages_;
  std::size_t copies_ = 0;
};

} // namespace detail

/// A transform from one global array to another, whatever their distributions and halos: between
/// complex numbers, of real ones to half a spectrum (as rfftn), or of half a spectrum to real
/// numbers (as irfftn); the other way (as ihfft, hfft) if the direction says so. It keeps the
/// arrays and messages that it needs between them, so that a run allocates nothing but some lines
/// from the second time on. It serves all arrays that lie as those it was made with; it runs once
/// at a time.
///
/// Lines along an axis are transformed where the axis is not divided; between the steps, elements
/// travel, each to the rank that has its line: none where all axes are whole on each rank, once
/// where one axis is divided (as in slabs) and the target is `empty_spectrum`'s, once more to go
/// back to where they were, and for each further axis that is divided. Memory: the plan's arrays,
/// at most one more for each copy. The bits are those of the local functions.
///
///     auto spectrum = empty_spectrum(u);
///     fft_plan forward(u, spectrum);
///     fft_plan back(spectrum, u);            // u is real
///     forward.run(u, spectrum);
///     spectrum *= filter;
///     back.run(spectrum, u);
///
/// Members that do not say that they are collective are local.
template <class From, class To, std::size_t N> class fft_plan {
  static constexpr bool from_real = !detail::is_complex<From>;
  static constexpr bool to_real = !detail::is_complex<To>;
  static_assert(!from_real || !to_real, "a spectrum is complex: so is one of the two arrays");
  static_assert(std::is_same_v<detail::real_of<From>, detail::real_of<To>>,
                "both arrays hold numbers of one precision");
  static_assert(std::is_same_v<detail::real_of<From>, double> ||
                    std::is_same_v<detail::real_of<From>, float>,
                "transforms are of float, double and complex numbers of these");
  using Part = detail::real_of<From>;
  using C = std::complex<Part>;
  using stages = detail::fft_stages;

public:
  /// Along some of the axes, with `options.shape` points. Forwards, unless a direction is given or
  /// the target is real. Collective.
  /// @throws argument_error for axes that are not there or named twice, lengths below 1, arrays
  /// over other ranks; shape_error when the result has not the target's shape; memory_error; on all
  /// ranks.
  template <std::size_t K>
  fft_plan(const global_array<From, N>& from, const global_array<To, N>& to,
           const axis_list<K>& axes, fft_direction direction = usual_direction,
           fftn_options<K> options = {})
      : steps_(K) {
    static_assert(K >= 1 && K <= N, "a transform goes along some of the axes, each once");
    const shape_t<N> shape = from.shape();
    if (to_real && options.shape[K - 1] == as_it_is)
      options.shape[K - 1] = size_of_axis(to.shape(), axes.axes[K - 1]);
    detail::plan_fft(request(direction, options.norm), axes.axes, options.shape.data(), K,
                     shape.data(), N, steps_.data());
    shape_t<N> result = shape;
    for (const detail::fft_step& step : steps_) result[step.axis] = step.result;
    detail::check_fft_target("fft_plan", result.data(), to.shape().data(), N,
                             from.comm().same_ranks(to.comm()));
    arrange(from, to);
  }
  /// Along all axes.
  fft_plan(const global_array<From, N>& from, const global_array<To, N>& to,
           fft_direction direction = usual_direction, const fftn_options<N>& options = {})
      : fft_plan(from, to, detail::all_axes<N>(), direction, options) {}

  /// Runs it. Both may be the same array, which then is replaced. Collective.
  /// @throws argument_error on all ranks when the arrays do not lie as those of which the plan was
  /// made.
  void run(const global_array<From, N>& from, global_array<To, N>& to) const {
    for (const stages::stage& stage : stages_.all()) {
      if (stage.is_copy)
        copy(stage, from, to);
      else
        transform(stage, from, to);
    }
  }

  /// How often elements travel in one run.
  [[nodiscard]] std::size_t copies() const { return stages_.copies(); }
  /// Bytes that this rank sends to others in one run.
  [[nodiscard]] index_t bytes() const {
    index_t total = 0;
    for (const copy_plan& plan : copies_) total += plan.bytes();
    return total;
  }

  /// For functions that have found their steps.
  fft_plan(const global_array<From, N>& from, const global_array<To, N>& to,
           const detail::fft_step* steps, std::size_t count)
      : steps_(steps, steps + count) {
    arrange(from, to);
  }

private:
  static constexpr fft_direction usual_direction =
      to_real ? fft_direction::inverse : fft_direction::forward;

  static index_t size_of_axis(const shape_t<N>& shape, index_t axis) {
    return shape[detail::checked_axis(axis, N)];
  }
  static detail::fft_request request(fft_direction direction, fft_norm norm) {
    const auto kind = from_real ? detail::fft_kind::from_real
                      : to_real ? detail::fft_kind::to_real
                                : detail::fft_kind::complex;
    const bool is_inverse = direction == fft_direction::inverse;
    // Half a spectrum of the other direction is that of this one, conjugated.
    return {"fft_plan", kind, is_inverse, is_inverse != to_real && (from_real || to_real), norm};
  }

  // Finds the stages.
  void arrange(const global_array<From, N>& from, const global_array<To, N>& to) {
    collectively(from.comm(), [this] {
      for (const detail::fft_step& step : steps_)
        detail::prepare_transform<Part>(step.kind, step.n);
    });
    place_ = from.distribution();
    if constexpr (std::is_same_v<From, To>)
      if (&from == &to) at_ = stages::target;
    std::size_t k = 0;
    if constexpr (from_real) begin_from_real(from, to), k = 1;
    const std::size_t complex_steps = steps_.size() - (to_real ? 1 : 0);
    for (; k < complex_steps; ++k) add_complex_step(k, from, to);
    if constexpr (to_real)
      end_to_real(from, to);
    else if (at_ != stages::target)
      add_copy(stages::target, from, to);
  }

  [[nodiscard]] bool is_whole(const distribution<N>& d, std::size_t axis) const {
    return d.axis(axis).parts() == 1;
  }
  [[nodiscard]] bool are_whole(const distribution<N>& d, std::size_t first) const {
    for (std::size_t k = first; k < steps_.size(); ++k)
      if (!is_whole(d, steps_[k].axis)) return false;
    return true;
  }
  static bool lie_alike(const distribution<N>& a, const distribution<N>& b) {
    return a.axes() == b.axes();
  }

  template <class T>
  int add_array(std::vector<global_array<T, N>>& arrays, const communicator& comm,
                const distribution<N>& where) {
    arrays.push_back(global_array<T, N>(process_grid<N>::sharing(comm, where.dims()), where));
    return static_cast<int>(arrays.size()) - 1;
  }

  void add_copy(int to_number, const global_array<From, N>& from, const global_array<To, N>& to) {
    stages_.add_copy(at_, to_number);
    with_complex(at_, from, to, [&](const auto& source) {
      with_complex(to_number, from, to,
                   [&](const auto& target) { copies_.push_back(copy_plan(source, target)); });
    });
    at_ = to_number;
  }

  /// Real elements come to where the last axis is whole, and are transformed along it.
  void begin_from_real(const global_array<From, N>& from, const global_array<To, N>& to) {
    if (!is_whole(place_, steps_[0].axis)) {
      place_ = detail::undivided(place_, from.comm().size(), steps_.data(), 0, steps_.size());
      add_array(real_, from.comm(), place_);
      stages_.add_copy(stages::source, 0);
      copies_.push_back(copy_plan(from, real_.back()));
    }
    place_ = detail::after_step(place_, steps_[0]);
    const bool ends = lie_alike(place_, to.distribution());
    at_ = ends ? stages::target : add_array(complex_, from.comm(), place_);
    stages_.add_step(real_.empty() ? stages::source : 0, at_, 0);
  }

  void end_to_real(const global_array<From, N>& from, const global_array<To, N>& to) {
    const std::size_t last = steps_.size() - 1;
    if (!is_whole(place_, steps_[last].axis)) divide_otherwise(last, from, to);
    place_ = detail::after_step(place_, steps_[last]);
    const bool ends = lie_alike(place_, to.distribution());
    const int number = ends ? stages::target : add_array(real_, from.comm(), place_);
    stages_.add_step(at_, number, last);
    if (ends) return;
    stages_.add_copy(number, stages::target);
    copies_.push_back(copy_plan(real_.back(), to));
  }

  /// Brings the elements to where the axis of a step is whole: to the target if that will do for
  /// all the rest.
  void divide_otherwise(std::size_t k, const global_array<From, N>& from,
                        const global_array<To, N>& to) {
    if (!to_real && at_ != stages::target && place_.shape() == to.shape() &&
        are_whole(to.distribution(), k)) {
      place_ = to.distribution();
      return add_copy(stages::target, from, to);
    }
    place_ = detail::undivided(place_, from.comm().size(), steps_.data(), k, steps_.size());
    add_copy(add_array(complex_, from.comm(), place_), from, to);
  }

  void add_complex_step(std::size_t k, const global_array<From, N>& from,
                        const global_array<To, N>& to) {
    if (!is_whole(place_, steps_[k].axis)) divide_otherwise(k, from, to);
    const bool stays = steps_[k].result == place_.shape()[steps_[k].axis];
    place_ = detail::after_step_of(place_, steps_[k], stays);
    int number = at_;
    if (!to_real && lie_alike(place_, to.distribution()))
      number = stages::target;
    else if (at_ == stages::source || !stays)
      number = add_array(complex_, from.comm(), place_);
    stages_.add_step(at_, number, k);
    at_ = number;
  }

  // Runs them.
  template <class Visit>
  void with_complex(int number, const global_array<From, N>& from, const global_array<To, N>& to,
                    Visit visit) const {
    if constexpr (!from_real)
      if (number == stages::source) return visit(from);
    if constexpr (!to_real)
      if (number == stages::target) return visit(to);
    visit(complex_[static_cast<std::size_t>(number)]);
  }

  void copy(const stages::stage& stage, const global_array<From, N>& from,
            global_array<To, N>& to) const {
    const copy_plan& plan = copies_[stage.number];
    if constexpr (from_real)
      if (stage.from == stages::source) return plan.run(from, real_[0]);
    if constexpr (to_real)
      if (stage.to == stages::target) return plan.run(real_[0], to);
    with_complex(stage.from, from, to, [&](const global_array<C, N>& source) {
      if constexpr (!to_real)
        if (stage.to == stages::target) return plan.run(source, to);
      plan.run(source, complex_[static_cast<std::size_t>(stage.to)]);
    });
  }

  template <class A, class B>
  static void transform(const detail::fft_step& step, const global_array<A, N>& from,
                        global_array<B, N>& to) {
    const view<const A, N> source = from.owned();
    const view<B, N> target = detail::writable_part(to);
    // Ranks without lines may have an axis without elements, too.
    if (target.size() > 0) detail::run_fft_step(step, source, target);
  }
  void transform(const stages::stage& stage, const global_array<From, N>& from,
                 global_array<To, N>& to) const {
    const detail::fft_step& step = steps_[stage.number];
    if (step.kind == detail::line_kind::real_to_complex) {
      if constexpr (from_real) {
        const global_array<From, N>& source = stage.from == stages::source ? from : real_[0];
        transform(step, source, complex_target(stage.to, to));
      }
    } else if (step.kind == detail::line_kind::complex_to_real) {
      if constexpr (to_real)
        with_complex(stage.from, from, to, [&](const global_array<C, N>& source) {
          transform(step, source, stage.to == stages::target ? to : real_[0]);
        });
    } else {
      with_complex(stage.from, from, to, [&](const global_array<C, N>& source) {
        transform(step, source, complex_target(stage.to, to));
      });
    }
  }
  global_array<C, N>& complex_target(int number, global_array<To, N>& to) const {
    if constexpr (!to_real)
      if (number == stages::target) return to;
    return complex_[static_cast<std::size_t>(number)];
  }

  std::vector<detail::fft_step> steps_;
  stages stages_;
  std::vector<copy_plan> copies_;
  mutable std::vector<global_array<C, N>> complex_;
  mutable std::vector<global_array<Part, N>> real_;
  // While it is made: where the elements are.
  distribution<N> place_;
  int at_ = stages::source;
};

/// An array for the transform of one along some of its axes, that lies where the last step leaves
/// it: the fewest copies lead there, and back. Of real numbers the last of the axes has n / 2 + 1
/// elements. Its elements have no values yet. Collective.
/// @throws argument_error for axes that are not there or named twice; memory_error; on all ranks.
///
///     auto spectrum = empty_spectrum(u);
///     auto of_rows = empty_spectrum(u, axis(1));
template <class T, std::size_t N, std::size_t K>
auto empty_spectrum(const global_array<T, N>& u, const axis_list<K>& axes) {
  static_assert(K >= 1 && K <= N, "a transform goes along some of the axes, each once");
  using namespace detail;
  const auto kind = is_complex<T> ? fft_kind::complex : fft_kind::from_real;
  const shape_t<N> shape = u.shape();
  fft_step steps[K];
  plan_fft({"empty_spectrum", kind, false, false, fft_norm::backward}, axes.axes,
           sizes_as_they_are<K>().data(), K, shape.data(), N, steps);
  distribution<N> place = u.distribution();
  for (std::size_t k = 0; k < K; ++k) {
    if (place.axis(steps[k].axis).parts() > 1)
      place = undivided(place, u.comm().size(), steps, k, K);
    place = after_step_of(place, steps[k], steps[k].result == place.shape()[steps[k].axis]);
  }
  return global_array<std::complex<spectrum_part<T>>, N>(
      process_grid<N>::sharing(u.comm(), place.dims()), place);
}
/// The same along all axes. Collective.
template <class T, std::size_t N> auto empty_spectrum(const global_array<T, N>& u) {
  return empty_spectrum(u, detail::all_axes<N>());
}

} // namespace tessera
