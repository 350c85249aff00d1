#include "transforms/line_plan.hpp"

#include "transforms/butterflies.hpp"
#include "transforms/line_run.hpp"

#include <algorithm>
#include <bit>

namespace tessera::detail {

namespace {

/// Eights first, then at most two fours or a two, then odd primes.
std::vector<int> factors_of(index_t n) {
  std::vector<int> factors;
  const int twos = std::countr_zero(static_cast<std::uint64_t>(n));
  n >>= twos;
  const int fours = twos % 3 == 1 && twos > 1 ? 2 : twos % 3 == 2 ? 1 : 0;
  factors.assign(static_cast<std::size_t>((twos - 2 * fours) / 3), 8);
  factors.insert(factors.end(), static_cast<std::size_t>(fours), 4);
  if (twos == 1) factors.push_back(2);
  for (index_t f = 3; f * f <= n; f += 2)
    for (; n % f == 0; n /= f) factors.push_back(static_cast<int>(std::min<index_t>(f, INT32_MAX)));
  if (n > 1) factors.push_back(static_cast<int>(std::min<index_t>(n, INT32_MAX)));
  return factors;
}

/// Additions and multiplications of passes, about.
double cost_of(index_t n, const std::vector<int>& factors) {
  double cost = 0;
  for (const int f : factors) cost += f <= 5 || f == 8 ? 5.0 : 2.0 * f;
  return cost * static_cast<double>(n);
}

/// The least power of two times 1, 3, 5, 9 or 15 that is not smaller.
index_t convenient_length(index_t least) {
  index_t best = static_cast<index_t>(std::bit_ceil(static_cast<std::uint64_t>(least)));
  for (const index_t odd : {3, 5, 9, 15}) {
    index_t n = 8 * odd;
    while (n < least) n *= 2;
    best = std::min(best, n);
  }
  return best;
}

} // namespace

template <class T> line_plan<T>::line_plan(index_t n) : n_(n) {
  const std::vector<int> factors = factors_of(n);
  const bool has_large =
      std::any_of(factors.begin(), factors.end(), [](int f) { return f > largest_radix; });
  const index_t longer = convenient_length(2 * n - 1);
  if (has_large || 2.5 * cost_of(longer, factors_of(longer)) < cost_of(n, factors))
    make_chirp();
  else
    make_passes(factors);
}

template <class T> const T* line_plan<T>::half_turns() const {
  std::call_once(has_half_turns_, [this] {
    const unit_roots roots(2 * n_);
    for (index_t k = 0; k <= n_; ++k) {
      const unit_roots::point w = roots(k);
      half_turns_.push_back(static_cast<T>(w.cosine));
      half_turns_.push_back(static_cast<T>(-w.sine));
    }
  });
  return half_turns_.data();
}

template <class T> void line_plan<T>::make_passes(const std::vector<int>& factors) {
  const unit_roots roots(n_);
  index_t before = 1;
  for (std::size_t i = 0; i < factors.size(); ++i) {
    const int next = i + 1 < factors.size() ? factors[i + 1] : 1;
    stockham_pass<T> pass{factors[i], n_ / before / factors[i], before, next, nullptr, nullptr,
                          nullptr};
    add_twiddles(roots, pass);
    passes_.push_back(pass);
    before *= factors[i];
  }
}

template <class T>
void line_plan<T>::add_twiddles(const unit_roots& roots, stockham_pass<T>& pass) {
  const index_t radix = pass.radix;
  const bool has_across = pass.before == 1 && (radix == 4 || radix == 8);
  const index_t count = 2 * (radix - 1) * pass.parts;
  tables_.push_back(
      std::make_unique<T[]>(static_cast<std::size_t>(count * (has_across ? 2 : 1) + 2 * radix)));
  T* const twiddles = tables_.back().get();
  T* const across = twiddles + 2 * radix + count;
  T* const points = twiddles + count;
  for (index_t p = 0; p < pass.parts; ++p) {
    for (index_t j = 1; j < radix; ++j) {
      const unit_roots::point w = roots(p * j * pass.before % n_);
      T* const to = twiddles + 2 * (p * (radix - 1) + j - 1);
      to[0] = static_cast<T>(w.cosine);
      to[1] = static_cast<T>(-w.sine);
      if (has_across) across[(2 * j - 2) * pass.parts + p] = to[0];
      if (has_across) across[(2 * j - 1) * pass.parts + p] = to[1];
    }
  }
  for (index_t k = 0; k < radix; ++k) {
    const unit_roots::point w = roots(k * (n_ / radix));
    points[2 * k] = static_cast<T>(w.cosine);
    points[2 * k + 1] = static_cast<T>(w.sine);
  }
  pass.twiddles = twiddles;
  pass.roots = points;
  if (has_across) pass.across = across;
}

template <class T> bool line_plan<T>::takes_single_lines() const {
  return chirp_ == nullptr && passes_.size() > 1 && passes_.front().across != nullptr;
}

template <class T> void line_plan<T>::make_chirp() {
  chirp_ = std::make_unique<chirp<T>>();
  const index_t longer = convenient_length(2 * n_ - 1);
  chirp_->inner = plan_of<T>(longer);
  const unit_roots roots(2 * n_);
  // k^2 modulo 2n, by steps: (k + 1)^2 = k^2 + 2k + 1.
  for (index_t k = 0, square = 0; k < n_; ++k, square = (square + 2 * k - 1) % (2 * n_)) {
    const unit_roots::point w = roots(square);
    chirp_->turns.push_back(static_cast<T>(w.cosine));
    chirp_->turns.push_back(static_cast<T>(-w.sine));
  }
  const auto size = static_cast<std::size_t>(buffer_size(*chirp_->inner, 1));
  std::vector<T> memory(4 * size, T(0));
  line_buffers<T> buffers{{{memory.data(), memory.data() + size},
                           {memory.data() + 2 * size, memory.data() + 3 * size}}};
  const index_t stretch = chirp_->inner->first_stretch();
  const auto place = [&](index_t i) { return i + i / stretch * part_gap<T>; };
  for (index_t k = 0; k < n_; ++k) {
    for (const index_t i : {k, (longer - k) % longer}) {
      buffers.lines().re[place(i)] = chirp_->turns[static_cast<std::size_t>(2 * k)];
      buffers.lines().im[place(i)] = -chirp_->turns[static_cast<std::size_t>(2 * k + 1)];
    }
  }
  run_lines(*chirp_->inner, 1, buffers);
  for (index_t i = 0; i < longer; ++i) {
    chirp_->spectrum.push_back(buffers.lines().re[i] / static_cast<T>(longer));
    chirp_->spectrum.push_back(buffers.lines().im[i] / static_cast<T>(longer));
  }
}

namespace {

/// The plans that were asked for last.
template <class T> class plan_cache {
public:
  using plan = std::shared_ptr<const line_plan<T>>;

  plan find(index_t n) {
    const std::lock_guard lock(mutex_);
    const auto found = std::find_if(plans_.begin(), plans_.end(),
                                    [n](const plan& each) { return each->length() == n; });
    if (found == plans_.end()) return nullptr;
    std::rotate(found, found + 1, plans_.end());
    return plans_.back();
  }
  void keep(const plan& made) {
    constexpr std::size_t most_plans = 16;
    constexpr index_t most_kept = index_t{1} << 24; // of all of them
    if (made->length() > most_kept) return;
    const std::lock_guard lock(mutex_);
    plans_.push_back(made);
    index_t points = 0;
    for (const plan& each : plans_) points += each->length();
    while (plans_.size() > most_plans || points > most_kept) {
      points -= plans_.front()->length();
      plans_.erase(plans_.begin());
    }
  }

private:
  std::mutex mutex_;
  std::vector<plan> plans_; // latest last
};

} // namespace

template <class T> std::shared_ptr<const line_plan<T>> plan_of(index_t n) {
  static plan_cache<T> cache;
  if (auto found = cache.find(n)) return found;
  // Threads may make the same one at once. A plan may ask for another one.
  auto made = std::make_shared<const line_plan<T>>(n);
  cache.keep(made);
  return made;
}

template class line_plan<float>;
template class line_plan<double>;
template std::shared_ptr<const line_plan<float>> plan_of(index_t);
template std::shared_ptr<const line_plan<double>> plan_of(index_t);

} // namespace tessera::detail
