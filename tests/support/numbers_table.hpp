// Every name of the library that is used on plain numbers, for every arithmetic type: the type and
// the value of its result. What a name means depends on what else is visible, so this is compiled
// several times: include it after the headers and the using-directives that are to be tested. It
// stands on nothing else, and what is included after it is not seen by its templates.

namespace {

struct outcome {
  int checks = 0;
  int failures = 0;
  const char* first = "";
};

template <class A, class B> inline constexpr bool same_type = false;
template <class A> inline constexpr bool same_type<A, A> = true;

/// Equal, but for the last bits: compilers compute what is constant with more of them.
template <class Value> bool is_near(const Value& value, const Value& expected) {
  if (value == expected) return true;
  if constexpr (std::is_floating_point_v<Value>) {
    const Value apart = value < expected ? expected - value : value - expected;
    const Value size = expected < 0 ? -expected : expected;
    return apart <= size * static_cast<Value>(sizeof(Value) == 4 ? 5e-7 : 1e-15);
  }
  return false;
}

template <class Expected, class Value>
void check(outcome& all, Value value, Expected expected, const char* what) {
  const bool both_nan = value != value && expected != expected;
  ++all.checks;
  if (same_type<Value, Expected> && (both_nan || is_near(value, static_cast<Value>(expected))))
    return;
  if (all.failures++ == 0) all.first = what;
}

#define TESSERA_CHECK(type, value, ...)                                                            \
  check<type>(all_checks, __VA_ARGS__, static_cast<type>(value), #__VA_ARGS__)

/// What C computes a function of T in.
template <class T> struct c_type { using type = double; };
template <> struct c_type<float> { using type = float; };
template <> struct c_type<long double> { using type = long double; };
template <class T> using real_of = typename c_type<T>::type;
/// What sums of T have.
template <class T> struct wide { using type = long; };
template <> struct wide<unsigned char> { using type = unsigned long; };
template <> struct wide<unsigned short> { using type = unsigned long; };
template <> struct wide<unsigned> { using type = unsigned long; };
template <> struct wide<unsigned long> { using type = unsigned long; };
template <> struct wide<float> { using type = float; };
template <> struct wide<double> { using type = double; };
template <> struct wide<long double> { using type = long double; };

// C's functions, by the compiler's own names, which no header changes.
#define TESSERA_C_FUNCTION(name)                                                                   \
  inline double c_##name(double x) { return __builtin_##name(x); }                                 \
  inline float c_##name(float x) { return __builtin_##name##f(x); }                                \
  inline long double c_##name(long double x) { return __builtin_##name##l(x); }
#define TESSERA_C_FUNCTIONS(of)                                                                    \
  of(sin) of(cos) of(tan) of(asin) of(acos) of(atan) of(sinh) of(cosh) of(tanh) of(asinh)          \
      of(acosh) of(atanh) of(exp) of(exp2) of(expm1) of(log) of(log2) of(log10) of(log1p) of(cbrt) \
          of(erf) of(erfc) of(sqrt) of(lgamma) of(tgamma) of(floor) of(ceil) of(trunc) of(rint)    \
              of(round) of(fabs)
TESSERA_C_FUNCTIONS(TESSERA_C_FUNCTION)

/// For 0 and 1, which every type has.
template <class T> void check_any_type(outcome& all_checks) {
  using R = real_of<T>;
  using W = typename wide<T>::type;
  const T one = 1, zero = 0;
#define TESSERA_LIKE_C(name) TESSERA_CHECK(R, c_##name(R{1}), name(one));
  TESSERA_C_FUNCTIONS(TESSERA_LIKE_C)
#undef TESSERA_LIKE_C
  TESSERA_CHECK(R, 0.785398163397448309615660845819875721L, atan2(one, one));
  TESSERA_CHECK(R, R{1}, hypot(zero, one));
  TESSERA_CHECK(R, R{1}, pow(one, one));
  TESSERA_CHECK(R, R{1}, power(one, zero));
  TESSERA_CHECK(R, R{1}, copysign(one, one));
  TESSERA_CHECK(R, R{1}, nextafter(one, one));
  TESSERA_CHECK(R, R{0}, fmod(one, one));
  TESSERA_CHECK(R, R{0}, remainder(one, one));
  TESSERA_CHECK(R, R{0}, fmin(one, zero));
  TESSERA_CHECK(R, R{1}, fmax(one, zero));
  TESSERA_CHECK(R, R{180} / static_cast<R>(3.14159265358979323846264338327950288L), degrees(one));
  TESSERA_CHECK(R, R{180} / static_cast<R>(3.14159265358979323846264338327950288L), rad2deg(one));
  TESSERA_CHECK(R, R{0}, radians(zero));
  TESSERA_CHECK(R, R{0}, deg2rad(zero));
  TESSERA_CHECK(T, one, abs(one));
  TESSERA_CHECK(T, one, sign(one));
  TESSERA_CHECK(bool, false, signbit(one));
  TESSERA_CHECK(bool, false, isnan(one));
  TESSERA_CHECK(bool, false, isinf(one));
  TESSERA_CHECK(bool, true, isfinite(one));
  TESSERA_CHECK(T, one, min(one, one));
  TESSERA_CHECK(T, one, max(zero, one));
  TESSERA_CHECK(T, zero, min(T{1}, T{0}));
  TESSERA_CHECK(T, zero, minimum(one, zero));
  TESSERA_CHECK(T, one, maximum(one, zero));
  TESSERA_CHECK(T, one, clip(one, zero, one));
  TESSERA_CHECK(T, zero, where(false, one, zero));
  TESSERA_CHECK(T, one, where(one, one, zero));
  TESSERA_CHECK(T, one, select(false, zero, true, one, zero));
  TESSERA_CHECK(T, one, square(one));
  TESSERA_CHECK(R, R{1}, reciprocal(one));
  TESSERA_CHECK(T, one, round(one, 2));
  TESSERA_CHECK(int, 1, astype<int>(one));
  TESSERA_CHECK(float, 1, astype<float>(one));
  TESSERA_CHECK(bool, true, isclose(one, one));
  TESSERA_CHECK(bool, false, allclose(one, zero));
  TESSERA_CHECK(bool, true, array_equal(one, one));
  TESSERA_CHECK(W, 1, sum(one));
  TESSERA_CHECK(W, 1, prod(one));
  TESSERA_CHECK(W, 1, nansum(one));
  TESSERA_CHECK(R, 1, mean(one));
  TESSERA_CHECK(R, 1, median(one));
  TESSERA_CHECK(R, 1, nanmean(one));
  TESSERA_CHECK(T, one, min(one));
  TESSERA_CHECK(T, one, max(one));
  TESSERA_CHECK(T, one, nanmin(one));
  TESSERA_CHECK(T, one, nanmax(one));
  TESSERA_CHECK(W, 0, ptp(one));
  TESSERA_CHECK(R, 0, var(one));
  TESSERA_CHECK(R, 0, tessera::std(one));
  TESSERA_CHECK(R, 0, nanvar(one));
  TESSERA_CHECK(R, 0, nanstd(one));
  TESSERA_CHECK(bool, true, tessera::any(one));
  TESSERA_CHECK(bool, false, all(zero));
  TESSERA_CHECK(long, 1, count_nonzero(one));
  TESSERA_CHECK(long, 0, argmin(one));
  TESSERA_CHECK(long, 0, argmax(one));
  TESSERA_CHECK(W, 1, dot(one, one));
  TESSERA_CHECK(W, 1, vdot(one, one));
}

/// For those that hold -3.
template <class T> void check_signed(outcome& all_checks) {
  using R = real_of<T>;
  const T x = -3, two = 2;
  TESSERA_CHECK(T, 3, abs(x));
  TESSERA_CHECK(R, 3, fabs(x));
  TESSERA_CHECK(T, -1, sign(x));
  TESSERA_CHECK(bool, true, signbit(x));
  TESSERA_CHECK(R, -3, floor(x));
  TESSERA_CHECK(R, R{-1} / 3, reciprocal(x));
  TESSERA_CHECK(T, 9, square(x));
  TESSERA_CHECK(R, R{9}, pow(x, two));
  TESSERA_CHECK(R, 0.125, power(two, x));
  TESSERA_CHECK(T, 1, mod(x, two));
  TESSERA_CHECK(T, -2, floor_divide(x, two));
  TESSERA_CHECK(R, -1, fmod(x, two));
  TESSERA_CHECK(R, 1, remainder(x, two));
  TESSERA_CHECK(T, -3, min(two, x));
  TESSERA_CHECK(T, 2, max(x, two));
  TESSERA_CHECK(T, 0, clip(x, T{0}, two));
  TESSERA_CHECK(R, -3, copysign(T{3}, x));
}

template <class T> void check_floating(outcome& all_checks) {
  const T half = 0.5, low = -2.5, nan = __builtin_nanf("");
#define TESSERA_LIKE_C(name)                                                                       \
  TESSERA_CHECK(T, c_##name(half), name(half));                                                    \
  TESSERA_CHECK(T, c_##name(T{7.25}), name(T{7.25}));
  TESSERA_C_FUNCTIONS(TESSERA_LIKE_C)
#undef TESSERA_LIKE_C
  TESSERA_CHECK(T, 2.5, abs(low));
  TESSERA_CHECK(T, -2, round(low, 0));
  TESSERA_CHECK(T, -2, rint(low));
  TESSERA_CHECK(T, -3, round(low));
  TESSERA_CHECK(T, T{0.25}, round(T{0.25}, 2));
  TESSERA_CHECK(T, 1.5, mod(low, T{4}));
  TESSERA_CHECK(T, -1, floor_divide(low, T{4}));
  TESSERA_CHECK(T, nan, sign(nan));
  TESSERA_CHECK(bool, true, isnan(nan));
  TESSERA_CHECK(bool, true, isinf(half / T{0}));
  TESSERA_CHECK(bool, false, isfinite(nan));
  // NumPy's: NaN on either side.
  TESSERA_CHECK(T, nan, max(half, nan));
  TESSERA_CHECK(T, nan, max(nan, half));
  TESSERA_CHECK(T, nan, min(half, nan));
  TESSERA_CHECK(T, half, fmax(half, nan));
  TESSERA_CHECK(T, half, fmin(nan, half));
  TESSERA_CHECK(T, nan, clip(nan, low, half));
  TESSERA_CHECK(T, nan, var(nan));
  TESSERA_CHECK(T, 0, nansum(nan));
  TESSERA_CHECK(T, 2.5, pow(T{6.25}, half));
}

inline void check_mixed(outcome& all_checks) {
  TESSERA_CHECK(double, 2.5, max(1, 2.5));
  TESSERA_CHECK(double, 1, min(1, 2.5F));
  TESSERA_CHECK(double, 0.5, clip(0.5, 0, 1));
  TESSERA_CHECK(double, 1, where(true, 1, 0.5));
  TESSERA_CHECK(double, 1e20, pow(10, 20));
  TESSERA_CHECK(double, 0.001, pow(10, -3));
  TESSERA_CHECK(double, 8, pow(2.0F, 3));
  TESSERA_CHECK(double, 5, hypot(3, 4.0F));
  TESSERA_CHECK(long double, 2, fmax(1, 2.0L));
  TESSERA_CHECK(signed char, -128, abs(static_cast<signed char>(-128)));
  TESSERA_CHECK(unsigned, 4000000000U, abs(4000000000U));
  TESSERA_CHECK(unsigned long, 1UL << 63U, abs(1UL << 63U));
  TESSERA_CHECK(long, 3000000000, abs(-3000000000));
  TESSERA_CHECK(long, 3000000000, max(3000000000, 2));
  TESSERA_CHECK(double, 0.693147180559945309417, logaddexp(0, 0.0));
  TESSERA_CHECK(double, 6, dot(1.5, 4));
  TESSERA_CHECK(bool, true, isclose(1, 1.0 + 1e-9));
}

/// As they are mixed with arrays, in lambdas and with results of reductions.
inline void check_with_arrays(outcome& all_checks) {
  const ndarray<double, 1> a{-4, 1, 16};
  const ndarray<int, 1> n{-1, 2};
  TESSERA_CHECK(double, c_sqrt(13.0 / 3), sqrt(mean(a)));
  TESSERA_CHECK(double, 0.5, abs(a(1) - 1.5));
  TESSERA_CHECK(double, 16, max(max(a), 2));
  TESSERA_CHECK(double, 4, max(abs(min(a)), 0.5));
  TESSERA_CHECK(int, 1, abs(n(0)));
  TESSERA_CHECK(double, -4, ndarray(minimum(a, 0.5))(0));
  TESSERA_CHECK(double, 0.5, ndarray(clip(0.5, 0.0, a))(2));
  TESSERA_CHECK(double, 16, ndarray(where(true, a, 0))(2));
  TESSERA_CHECK(double, 0, ndarray(where(false, a, 0))(2));
  TESSERA_CHECK(double, 0.5, ndarray(select(false, 1.0, a > 0.0, 0.5, 0.0))(2));
  TESSERA_CHECK(double, 2, ndarray(mod(a, 3))(0));
  const auto root = [](auto x) noexcept { return abs(x) > 0.5 ? sqrt(abs(x)) : 0.0; };
  TESSERA_CHECK(double, 2, ndarray(tessera::map(root, a))(0));
}

inline outcome check_numbers() {
  outcome o;
  check_any_type<bool>(o), check_any_type<char>(o), check_any_type<signed char>(o);
  check_any_type<unsigned char>(o), check_any_type<short>(o), check_any_type<unsigned short>(o);
  check_any_type<int>(o), check_any_type<unsigned>(o), check_any_type<long>(o);
  check_any_type<unsigned long>(o);
  check_any_type<float>(o), check_any_type<double>(o), check_any_type<long double>(o);
  check_signed<signed char>(o), check_signed<short>(o), check_signed<int>(o), check_signed<long>(o);
  check_signed<float>(o), check_signed<double>(o), check_signed<long double>(o);
  check_floating<float>(o), check_floating<double>(o), check_floating<long double>(o);
  check_mixed(o);
  check_with_arrays(o);
  return o;
}

} // namespace
