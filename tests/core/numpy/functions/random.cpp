// Random numbers.
#include "function.hpp"

#include <tessera/core/random.hpp>

using namespace tessera;

namespace {

/// A generator at a position of a stream.
generator source(arguments& in) {
  const auto seed = static_cast<std::uint64_t>(in.integer());
  const auto stream = static_cast<std::uint64_t>(in.integer());
  generator rng(seed, stream);
  rng.skip(in.integer());
  return rng;
}

/// Two parameters, though most distributions take one.
struct parameters {
  double a, b;
};
template <class Draw> void call(arguments& in, results& out, Draw draw) {
  generator rng = source(in);
  const double a = in.number();
  const parameters p{a, in.number()};
  const index_t count = in.integer();
  out(draw(rng, p, count));
}

#define DISTRIBUTION(name, ...)                                                                    \
  const add_function call_##name("random_" #name, [](arguments& in, results& out) {                \
    call(in, out, [](generator& rng, [[maybe_unused]] const parameters& p, index_t n) {            \
      return rng.name(__VA_ARGS__ n);                                                              \
    });                                                                                            \
  });
DISTRIBUTION(random)
DISTRIBUTION(uniform, p.a, p.b, )
DISTRIBUTION(standard_normal)
DISTRIBUTION(normal, p.a, p.b, )
DISTRIBUTION(lognormal, p.a, p.b, )
DISTRIBUTION(exponential, p.a, )
DISTRIBUTION(laplace, p.a, p.b, )
DISTRIBUTION(rayleigh, p.a, )
DISTRIBUTION(weibull, p.a, )
DISTRIBUTION(pareto, p.a, )
DISTRIBUTION(gumbel, p.a, p.b, )
DISTRIBUTION(logistic, p.a, p.b, )
DISTRIBUTION(gamma, p.a, p.b, )
DISTRIBUTION(beta, p.a, p.b, )
DISTRIBUTION(chisquare, p.a, )
DISTRIBUTION(standard_t, p.a, )
DISTRIBUTION(geometric, p.a, )
DISTRIBUTION(poisson, p.a, )
DISTRIBUTION(binomial, static_cast<index_t>(p.a), p.b, )

const add_function call_integers("random_integers", [](arguments& in, results& out) {
  generator rng = source(in);
  const index_t low = in.integer();
  const index_t high = in.integer();
  const bool with_end = in.integer() != 0;
  const index_t n = in.integer();
  out(with_end ? rng.integers(low, high, endpoint, n) : rng.integers(low, high, n));
});
const add_function call_choice("random_choice", [](arguments& in, results& out) {
  generator rng = source(in);
  const index_t n = in.integer();
  const index_t count = in.integer();
  const bool replace = in.integer() != 0;
  const auto p = in.array<double, 1>();
  choice_options options{.replace = replace};
  if (p.elements.size() > 0) options.p.rebind(p.elements);
  out(rng.choice(n, count, options));
});
/// The same draw again and again: the counts of each of the orders, or of each of the pairs.
const add_function call_permutations("random_permutations", [](arguments& in, results& out) {
  generator rng = source(in);
  const index_t n = in.integer();
  const index_t count = in.integer();
  ndarray<index_t, 2> orders(shape_t<2>{count, n});
  for (index_t i = 0; i < count; ++i) orders(i) = rng.permutation(n);
  out(orders);
});
const add_function call_pairs("random_pairs", [](arguments& in, results& out) {
  generator rng = source(in);
  const auto p = in.array<double, 1>();
  const index_t count = in.integer();
  const index_t n = p.elements.shape(0);
  ndarray<index_t, 2> pairs(shape_t<2>{count, 2});
  for (index_t i = 0; i < count; ++i)
    pairs(i) = rng.choice(n, 2, {.replace = false, .p = p.elements});
  out(pairs);
});
const add_function call_multivariate("random_multivariate_normal", [](arguments& in, results& out) {
  generator rng = source(in);
  const auto mean = in.array<double, 1>();
  const auto covariance = in.array<double, 2>();
  out(rng.multivariate_normal(mean.elements, covariance.elements, in.integer()));
});

} // namespace
