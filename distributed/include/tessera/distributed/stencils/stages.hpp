/// @file
/// Many steps of several kernels on several arrays, with one exchange of halos for several steps.
#pragma once

#include <tessera/distributed/stencils/kernel_stage.hpp>

#include <string>
#include <utility>
#include <vector>

namespace tessera {

namespace detail {
/// Runs stages.
class stage_access;
} // namespace detail

/// One kernel of a step: computes the arrays of `to` from those of `from`, as `apply` does, with
/// these differences. Arrays may differ by an element at the end of an axis, as those on the faces
/// of cells do. A cell is computed where what the kernel reads, from `from`, stays in the domain,
/// or a boundary condition says what is beyond; how wide the halos are does not matter. Which
/// elements those are follows from the kernel, or from `reading`. An array that is computed may be
/// read as well: in the cell itself, or, with `on_colour`, in cells of the other colour.
///
/// A stage refers to the arrays and owns a copy of the kernel. Local.
///
///     const auto flow = stage(std::tie(h, hu), std::tie(h0, hu0), [=](auto h, auto hu) {
///       return std::pair(h(0) - c * (hu(1) - hu(-1)), hu(0) - c * g * (h(1) - h(-1)));
///     });
template <std::size_t N, class... To, class... From, class Kernel>
auto stage(const std::tuple<global_array<To, N>&...>& to,
           const std::tuple<global_array<From, N>&...>& from, Kernel kernel) {
  return kernel_stage<detail::types<To...>, detail::types<From...>, N, Kernel>(to, from,
                                                                               std::move(kernel));
}
/// The same where one array is computed.
template <class T, std::size_t N, class... From, class Kernel>
auto stage(global_array<T, N>& to, const std::tuple<global_array<From, N>&...>& from,
           Kernel kernel) {
  return stage(std::tie(to), from, std::move(kernel));
}
/// The same where one array is read.
template <class... To, class U, std::size_t N, class Kernel>
auto stage(const std::tuple<global_array<To, N>&...>& to, global_array<U, N>& from, Kernel kernel) {
  return stage(to, std::tie(from), std::move(kernel));
}
/// The same of one array each.
template <class T, class U, std::size_t N, class Kernel>
auto stage(global_array<T, N>& to, global_array<U, N>& from, Kernel kernel) {
  return stage(std::tie(to), std::tie(from), std::move(kernel));
}

/// Arrays that change places in a step: see `swapping`.
template <std::size_t N, class... T> class swap_stage final : public detail::any_stage {
public:
  /// As `swapping` makes it.
  swap_stage(const std::tuple<global_array<T, N>&...>& a,
             const std::tuple<global_array<T, N>&...>& b)
      : a_(a), b_(b) {}
  swap_stage(const swap_stage& other) : a_(other.a_), b_(other.b_) {}
  swap_stage& operator=(const swap_stage&) = delete;

  /// For those who run it. Local.
  detail::stage_facts facts(std::size_t) override {
    detail::stage_facts found;
    const auto list = [&](auto&... each) {
      (found.names.push_back(&each), ...);
      (found.blocks.push_back(detail::block_of(each)), ...);
    };
    std::apply(list, a_);
    std::apply(list, b_);
    return found;
  }
  /// The arrays change places. Local.
  void after_step() override {
    [this]<std::size_t... K>(std::index_sequence<K...>) {
      (std::swap(std::get<K>(a_), std::get<K>(b_)), ...);
    }
    (std::index_sequence_for<T...>());
  }

private:
  std::tuple<global_array<T, N>&...> a_;
  std::tuple<global_array<T, N>&...> b_;
};

/// As `std::swap` of each array of `a` with that at the same place in `b`, at this place of a step.
/// They are different arrays; those that change places have the same distribution, halo and kinds
/// of boundary conditions. Views of one show the other afterwards. Local.
///
///     swapping(std::tie(u, v), std::tie(u_next, v_next))
template <std::size_t N, class... T>
swap_stage<N, T...> swapping(const std::tuple<global_array<T, N>&...>& a,
                             const std::tuple<global_array<T, N>&...>& b) {
  return {a, b};
}
/// The same of one array each.
template <class T, std::size_t N>
swap_stage<N, T> swapping(global_array<T, N>& a, global_array<T, N>& b) {
  return {std::tie(a), std::tie(b)};
}

/// The stages of a step, in order. Refers to their arrays, and owns copies of their kernels, so
/// what kernels have captured by value stays as it was. All members but those that say so are
/// local.
///
///     stages wave(stage(before, std::tie(u, before), leapfrog), swapping(u, before));
///     iterate(wave, 1000);
class stages {
public:
  /// Of stages as `stage` and `swapping` make them; more can be added.
  template <class... Stage>
  requires(std::is_base_of_v<detail::any_stage, Stage>&&...) explicit stages(Stage... each) {
    (add(std::move(each)), ...);
  }
  stages(stages&& other) noexcept { swap(other); }
  stages& operator=(stages&& other) noexcept {
    swap(other);
    return *this;
  }
  stages(const stages&) = delete;
  stages& operator=(const stages&) = delete;
  ~stages() {
    for (const detail::any_stage* const each : list_) delete each;
  }
  /// Appends one.
  template <class Stage>
  requires(std::is_base_of_v<detail::any_stage, Stage>) stages& add(Stage stage) {
    list_.push_back(nullptr);
    list_.back() = new Stage(std::move(stage));
    return *this;
  }
  [[nodiscard]] std::size_t size() const { return list_.size(); }

  /// How they were run last, a line each: what is exchanged, how many steps go together, in which
  /// tiles, and how long a step took on the slowest rank. Empty before the first run.
  [[nodiscard]] const std::string& explain() const { return explanation_; }

private:
  friend class detail::stage_access;
  void swap(stages& other) noexcept {
    std::swap(list_, other.list_);
    std::swap(explanation_, other.explanation_);
  }

  std::vector<detail::any_stage*> list_; // owned
  std::string explanation_;
};

/// How `iterate` takes the steps of several stages. The same on all ranks.
struct stages_options {
  /// Steps between two exchanges of halos; 0: tuned, within what the halos allow.
  index_t depth = 0;
  /// How large a tile is that goes through these steps at a time: its cells along the last axis of
  /// one or two, its rows along the second axis of more. 0: tuned.
  index_t tile = 0;
  /// Each stage over the whole block before the next, as `apply` does.
  bool stage_by_stage = false;
  /// By how much a step moves the time of the arrays.
  double time_step = 0.0;
  /// Steps from one call of `on_steps` to the next.
  index_t every = 0;
  /// Called with the number of steps taken; may return a bool, of which false on any rank ends the
  /// iteration. May be collective, and change arrays, their boundary conditions and their time.
  detail::callback<index_t> on_steps = {};
};

namespace detail {

/// The same without what is called.
struct step_settings {
  index_t depth;
  index_t tile;
  bool by_stage;
  double time_step;
  index_t every;
};

/// Takes steps, and calls `after` with their number every so many: it returns, the same on all
/// ranks, whether to go on. Returns their number. Collective.
index_t take_steps(stages& step, index_t steps, const step_settings& settings,
                   const callback<index_t>& after);
/// Is it true on every rank? Collective.
bool all_agree(const communicator& comm, bool mine);

} // namespace detail

/// Takes `steps` steps of several stages each: leaves in all arrays, with the same bits, what
/// running each stage over all cells before the next would leave there. Returns the number of steps
/// taken, fewer where `on_steps` said so.
///
/// Halos are exchanged once in several steps, as many as they are deep: a step needs as many cells
/// beyond the block as its stages read from each other one after another. Cells near the sides of
/// the blocks are computed on both ranks meanwhile. All arrays go in one message to each neighbour.
/// Within a rank, tiles of the block go through all stages of these steps while they are in the
/// cache. Depth and tiles, or to go stage by stage, are found by trying during the first hundreds
/// of steps; results do not depend on what is found, and `explain` tells it.
///
/// Boundary conditions hold at every stage. Their functions, and kernels, get the time that the
/// first array had that the first stage reads, `stages_options::time_step` more at every step, and
/// a part of it where a stage says `after`; all arrays are left with the time at the end. What an
/// array holds in cells that no stage computes stays there.
///
/// Collective. The arrays are over the same ranks, and their elements line up: the same
/// distribution, or one that has an element more at the end of an axis.
/// @throws argument_error on all ranks for arrays that do not line up, halos that one stage reads
/// beyond, a stage that computes an array twice, or from neighbours in it, and for numbers that
/// make no sense; index_error for a kernel that reads farther than it was to; what a kernel, a
/// boundary condition's function or `on_steps` throws on any rank. After these, elements that are
/// computed may have been, or not.
///
///     stages step(stage(std::tie(h1, hu1), std::tie(h, hu), half), ...);
///     iterate(step, 500, {.time_step = dt, .every = 50, .on_steps = [&](index_t step) {
///       print_row(step, sum(h));
///     }});
index_t iterate(stages& step, index_t steps, const stages_options& options = {});
/// The same of stages that are not needed any more.
inline index_t iterate(stages&& step, index_t steps, const stages_options& options = {}) {
  return iterate(step, steps, options);
}
/// The same of a step of one stage. Collective.
template <class Stage>
requires(std::is_base_of_v<detail::any_stage, Stage>) index_t
    iterate(const Stage& stage, index_t steps, const stages_options& options = {}) {
  return iterate(stages(stage), steps, options);
}
/// One step: `iterate(step, 1)`. Collective.
inline void apply(stages& step) { iterate(step, 1); }
/// The same of stages that are not needed any more. Collective.
inline void apply(stages&& step) { iterate(step, 1); }
/// The same of a step of one stage. Collective.
template <class Stage>
requires(std::is_base_of_v<detail::any_stage, Stage>) void apply(const Stage& stage) {
  iterate(stages(stage), 1);
}

// What follows implements the above.

template <class... To, class... From, std::size_t N, class Kernel>
template <class K, class... More>
auto kernel_stage<detail::types<To...>, detail::types<From...>, N, Kernel>::with_kernel(
    K kernel, const std::tuple<global_array<More, N>*...>& more) const {
  const auto refer = [](auto*... a) { return std::tie(*a...); };
  kernel_stage<detail::types<To...>, detail::types<From..., More...>, N, K> result(
      std::apply(refer, to_), std::apply(refer, std::tuple_cat(from_, more)), std::move(kernel));
  for (std::size_t k = 0; k < inputs; ++k) {
    result.radius_[k] = radius_[k];
    result.is_declared_[k] = is_declared_[k];
  }
  for (std::size_t k = inputs; k < inputs + sizeof...(More); ++k)
    result.is_declared_[k] = is_declared_[0];
  result.within_ = within_;
  result.delay_ = delay_;
  result.has_colour_ = has_colour_;
  return result;
}

template <class... To, class... From, std::size_t N, class Kernel>
auto kernel_stage<detail::types<To...>, detail::types<From...>, N, Kernel>::on_colour(
    index_t colour) const {
  if (colour != 0 && colour != 1) detail::throw_no_such_colour(colour);
  using coloured = detail::coloured_kernel<N, Kernel, detail::types<From...>, detail::types<To...>>;
  auto result = with_kernel(coloured(kernel_, colour), to_);
  result.has_colour_ = true;
  return result;
}

template <class... To, class... From, std::size_t N, class Kernel>
auto kernel_stage<detail::types<To...>, detail::types<From...>, N, Kernel>::only_where(
    global_array<bool, N>& mask) const {
  using masked = detail::masked_kernel<N, Kernel, detail::types<From...>, detail::types<To...>>;
  return with_kernel(masked(kernel_), std::tuple_cat(pointers(std::tie(mask)), to_));
}

template <class... To, class... From, std::size_t N, class Kernel>
void kernel_stage<detail::types<To...>, detail::types<From...>, N, Kernel>::find_reach(
    std::size_t number, const detail::kernel_reach<N, inputs>& known,
    detail::stage_facts& found) const {
  detail::reach_record<N> tried[inputs];
  bool is_declared = true;
  for (const bool one : is_declared_) is_declared = is_declared && one;
  if (!known.is_exact && !is_declared) {
    try {
      detail::kernel_probe<N, Kernel, detail::types<From...>>::try_out(kernel_, tried);
    } catch (...) {
      detail::throw_reach_unknown(number);
    }
  }
  for (std::size_t k = 0; k < inputs; ++k)
    for (std::size_t d = 0; d < N; ++d) {
      const detail::read_range read =
          known.is_exact ? known.records[k].along[d] : tried[k].along[d];
      const index_t radius = radius_[k][d];
      found.reach.push_back(is_declared_[k] ? detail::read_range{radius, radius} : read);
    }
}

template <class... To, class... From, std::size_t N, class Kernel>
bool kernel_stage<detail::types<To...>, detail::types<From...>, N, Kernel>::is_within_bound(
    const detail::kernel_reach<N, inputs>& known) const {
  if (!known.cannot_throw || known.bound < 0 || has_colour_) return false;
  for (std::size_t k = 0; k < inputs; ++k)
    for (const index_t radius : radius_[k])
      if (!is_declared_[k] || radius < known.bound) return false;
  return true;
}

template <class... To, class... From, std::size_t N, class Kernel>
detail::stage_facts
kernel_stage<detail::types<To...>, detail::types<From...>, N, Kernel>::facts(std::size_t number) {
  detail::stage_facts found;
  found.outputs = outputs;
  const auto list = [&](auto*... a) {
    (found.names.push_back(a), ...);
    (found.blocks.push_back(detail::block_of(*a)), ...);
  };
  std::apply(list, to_);
  std::apply(list, from_);
  const auto known = detail::kernel_probe<N, Kernel, detail::types<From...>>::of(kernel_);
  find_reach(number, known, found);
  found.within = within_;
  found.delay = delay_;
  found.has_colour = has_colour_;
  found.has_cell = code::stencil::bound::has_cell;
  code_.kernel = &kernel_;
  code_.number = number;
  code_.has_colour = has_colour_;
  const auto strides_of = [](const detail::global_block& block) {
    shape_t<N> strides{};
    for (std::size_t d = 0; d < N; ++d) strides[d] = block.layout().strides[d];
    return strides;
  };
  for (std::size_t k = 0; k < outputs; ++k) code_.to_strides[k] = strides_of(*found.blocks[k]);
  for (std::size_t k = 0; k < inputs; ++k) {
    const detail::global_block* const block = found.blocks[outputs + k];
    halo<N> reach;
    code_.is_computed[k] = false;
    for (std::size_t o = 0; o < outputs; ++o)
      code_.is_computed[k] = code_.is_computed[k] || found.blocks[o] == block;
    for (std::size_t d = 0; d < N; ++d) {
      reach.lower[d] = found.reach[k * N + d].lower;
      reach.upper[d] = found.reach[k * N + d].upper;
    }
    code_.around[k] = {strides_of(*block), reach};
    if (known.is_exact) code_.check_record(k, known.records[k]);
  }
  const bool must_watch = !known.is_exact && !is_within_bound(known);
  found.code = {must_watch ? &code::watch : &code::run, &code_, must_watch};
  found.box = &code::run_in_box;
  return found;
}

} // namespace tessera
