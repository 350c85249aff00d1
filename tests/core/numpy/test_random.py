"""Random numbers: uniform ones bit for bit NumPy's, distributions by tests of goodness of fit with fixed seeds."""

import itertools
import math

import numpy as np
from scipy import stats

from driver import rng
from functions import Calls, Raises, Satisfies

calls = Calls()
COUNT = 100_000
# So unlikely that no seed fails by chance; what is wrong is far less likely still.
UNLIKELY = 1e-6


def add_draw(name, position, *arguments, judge):
    calls.add(name, (*position, *arguments), Satisfies(judge))


def add_uniform():
    for _ in range(40):
        seed, stream = rng.getrandbits(62), rng.choice([0, 1, rng.getrandbits(62)])
        skip, count = rng.randint(0, 70), rng.choice([0, 1, 2, 3, 5, 17, 64, 511, 512, 513, 3000])
        bits = np.random.Philox(key=seed | stream << 64)
        expected = np.random.Generator(bits).random(skip + count)[skip:]
        calls.add("random_random", (seed, stream, skip, 0.0, 0.0, count), expected)
        calls.add("random_uniform", (seed, stream, skip, -2.5, 4.0, count), -2.5 + 6.5 * expected)


def position():
    return rng.getrandbits(62), rng.getrandbits(20), rng.randint(0, 1000)


def fits(distribution):
    """Kolmogorov and Smirnov's test, and mean and variance where there are any."""
    def judge(found):
        mean, variance = distribution.stats("mv")
        plausible = True
        if np.isfinite(variance):
            plausible = abs(found.mean() - mean) <= 5 * math.sqrt(variance / found.size)
        return plausible and stats.kstest(found, distribution.cdf).pvalue > UNLIKELY
    return judge


def fits_counts(distribution):
    """Pearson's test; rare values are put together."""
    def judge(found):
        low, high = int(distribution.ppf(1e-4)), int(distribution.ppf(1 - 1e-4))
        edges = np.unique(np.linspace(low, high, min(60, high - low + 1)).astype(int))
        below = distribution.cdf(edges)
        chances = np.diff(np.concatenate([[0], below, [1]]))
        seen = np.histogram(found, np.concatenate([[-1e300], edges + 0.5, [1e300]]))[0]
        use = chances * found.size >= 5
        seen = np.append(seen[use], seen[~use].sum())
        chances = np.append(chances[use], chances[~use].sum())
        if chances[-1] * found.size < 1e-9:
            seen, chances = seen[:-1], chances[:-1]
        return stats.chisquare(seen, chances * found.size, ddof=0).pvalue > UNLIKELY if len(seen) > 1 else True
    return judge


def add_continuous():
    cases = [
        ("standard_normal", 0, 0, stats.norm()), ("normal", 3, 2.5, stats.norm(3, 2.5)),
        ("lognormal", 0.5, 0.7, stats.lognorm(0.7, scale=math.exp(0.5))), ("exponential", 2.5, 0, stats.expon(scale=2.5)),
        ("laplace", 1, 3, stats.laplace(1, 3)), ("rayleigh", 2, 0, stats.rayleigh(scale=2)),
        ("weibull", 0.6, 0, stats.weibull_min(0.6)), ("weibull", 3, 0, stats.weibull_min(3)),
        ("pareto", 3.5, 0, stats.lomax(3.5)), ("gumbel", 1, 2, stats.gumbel_r(1, 2)),
        ("logistic", -1, 0.5, stats.logistic(-1, 0.5)), ("chisquare", 3, 0, stats.chi2(3)),
        ("standard_t", 4.5, 0, stats.t(4.5)),
    ]
    cases += [("gamma", a, 1.5, stats.gamma(a, scale=1.5)) for a in (0.1, 0.7, 1, 2.5, 80)]
    cases += [("beta", a, b, stats.beta(a, b)) for a, b in ((0.3, 0.4), (1, 1), (2, 5), (0.5, 3), (60, 40))]
    for name, a, b, distribution in cases:
        add_draw("random_" + name, position(), float(a), float(b), COUNT, judge=fits(distribution))


def add_discrete():
    cases = [("geometric", p, 0, stats.geom(p)) for p in (0.01, 0.4, 0.9)]
    cases += [("poisson", m, 0, stats.poisson(m)) for m in (0.1, 3, 9.99, 10, 40, 1000)]
    cases += [("binomial", n, p, stats.binom(n, p))
              for n, p in ((1, 0.5), (20, 0.1), (20, 0.9), (30, 0.5), (200, 0.04), (1000, 0.3), (100000, 0.7))]
    for name, a, b, distribution in cases:
        add_draw("random_" + name, position(), float(a), float(b), COUNT, judge=fits_counts(distribution))
    add_draw("random_poisson", position(), 0.0, 0.0, 100, judge=lambda f: np.all(f == 0))
    add_draw("random_binomial", position(), 7.0, 1.0, 100, judge=lambda f: np.all(f == 7))
    add_draw("random_geometric", position(), 1.0, 0.0, 100, judge=lambda f: np.all(f == 1))


def evenly(low, count):
    def judge(found):
        return found.min() >= low and found.max() < low + count and stats.chisquare(
            np.bincount(found - low, minlength=count)).pvalue > UNLIKELY
    return judge


def add_integers():
    for low, high in ((0, 2), (-3, 4), (10, 1010)):
        add_draw("random_integers", position(), low, high, 0, COUNT, judge=evenly(low, high - low))
        add_draw("random_integers", position(), low, high, 1, COUNT, judge=evenly(low, high - low + 1))
    # Where words that are not rejected would make the lower half half as likely again.
    third = 2**62 + 2**61
    add_draw("random_integers", position(), -third, third, 0, COUNT, judge=lambda f: f.min() >= -third
             and stats.kstest(f / third, stats.uniform(-1, 2).cdf).pvalue > UNLIKELY
             and stats.chisquare(np.bincount((f + third) % 3)).pvalue > UNLIKELY)
    lowest, highest = -2**63, 2**63 - 1
    add_draw("random_integers", position(), lowest, highest, 1, COUNT, judge=lambda f:
             stats.kstest(f / 2.0**63, stats.uniform(-1, 2).cdf).pvalue > UNLIKELY)
    add_draw("random_integers", position(), 5, 5, 1, 10, judge=lambda f: np.all(f == 5))


def same_counts(found, chances):
    """The rows of `found` against the chances of each."""
    index = {row: k for k, row in enumerate(chances)}
    seen = np.bincount([index[tuple(row)] for row in found], minlength=len(chances))
    return stats.chisquare(seen, np.array(list(chances.values())) * len(found)).pvalue > UNLIKELY


def add_choices():
    p = np.array([0.1, 0.0, 0.4, 0.2, 0.3])
    none = np.zeros(0)
    add_draw("random_choice", position(), 7, COUNT, 1, none, judge=evenly(0, 7))
    add_draw("random_choice", position(), 5, COUNT, 1, p, judge=lambda f: same_counts(
        f[:, np.newaxis], {(k,): x for k, x in enumerate(p) if x > 0}))
    for count in (0, 1, 30, 100):
        add_draw("random_choice", position(), 100, count, 0, none, judge=lambda f, count=count: len(
            set(f.tolist())) == count and np.all((f >= 0) & (f < 100)))
    orders = {row: 1 / 24 for row in itertools.permutations(range(4))}
    add_draw("random_permutations", position(), 4, 20000, judge=lambda f: same_counts(f, orders))
    pairs = {(i, j): p[i] * p[j] / (1 - p[i]) for i in range(5) for j in range(5) if i != j and p[i] * p[j] > 0}
    add_draw("random_pairs", position(), p, 20000, judge=lambda f: same_counts(f, pairs))
    covariance, mean = np.array([[2.0, 0.6], [0.6, 1.0]]), np.array([1.0, -2.0])
    add_draw("random_multivariate_normal", position(), mean, covariance, COUNT, judge=lambda f: (
        np.allclose(f.mean(0), mean, atol=0.03) and np.allclose(np.cov(f.T), covariance, atol=0.05)
        and stats.kstest(f[:, 0], stats.norm(1, math.sqrt(2)).cdf).pvalue > UNLIKELY))


def add_errors():
    here, none = (1, 0, 0), np.zeros(0)
    for name, a, b, words in (("normal", 0, -1, ("normal", "-1")), ("gamma", -1, 1, ("shape", "-1")),
                              ("exponential", -2, 0, ("scale", "-2")), ("poisson", -1, 0, ("mean", "-1")),
                              ("binomial", -1, 0.5, ("trials", "-1")), ("binomial", 5, 1.5, ("probability", "1.5")),
                              ("geometric", 0, 0, ("probability", "0")), ("beta", 0, 1, ("parameter a", "0")),
                              ("uniform", 0, math.inf, ("range", "inf")), ("normal", 0, math.nan, ("nan",))):
        calls.add("random_" + name, (*here, float(a), float(b), 3), Raises("random:", *words))
    calls.add("random_integers", (*here, 4, 4, 0, 3), Raises("no integers from 4 to below 4"))
    calls.add("random_integers", (*here, 4, 3, 1, 3), Raises("no integers from 4 to 3"))
    calls.add("random_choice", (*here, 3, 4, 0, none), Raises("4 of 3", "without replacement"))
    calls.add("random_choice", (*here, 0, 4, 1, none), Raises("4 of 0"))
    calls.add("random_choice", (*here, 3, 4, 1, np.ones(2) / 2), Raises("3 elements", "2 probabilities"))
    calls.add("random_choice", (*here, 2, 4, 1, np.ones(2)), Raises("sum to 2"))
    calls.add("random_choice", (*here, 2, 4, 1, np.array([-1.0, 2])), Raises("-1"))
    calls.add("random_choice", (*here, 3, 2, 0, np.array([0.0, 1, 0])), Raises("only 1"))
    calls.add("random_multivariate_normal", (*here, np.zeros(2), np.eye(3), 1), Raises("2 means", "(3, 3)"))


for part in (add_uniform, add_continuous, add_discrete, add_integers, add_choices, add_errors):
    part()
calls.run()
