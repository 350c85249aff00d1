// Prints what the cells of docs/numpy-to-tessera.md give, for test_numpy_to_tessera.py to compare.
#pragma once

#include <tessera/core.hpp>
#include <tessera/core/complex.hpp>
#include <tessera/core/eig.hpp>
#include <tessera/core/einsum.hpp>
#include <tessera/core/fft.hpp>
#include <tessera/core/fixed_array.hpp>
#include <tessera/core/roots.hpp>
#include <tessera/core/sorting.hpp>

#include <iostream>
#include <numbers>
#include <string>
#include <vector>

using namespace std::complex_literals; // NOLINT: the document writes 1i

/// What follows is the result of the row in this line of the document.
inline void begin(int line) { std::cout << "@ " << line << '\n'; }

/// Evaluates what is not compared.
template <class X> void use(const X& x) {
  if constexpr (tessera::local_operand<X>) static_cast<void>(tessera::ndarray(x));
}

template <class X> void show(const X& x) {
  using namespace tessera;
  if constexpr (std::is_same_v<X, std::string>)
    std::cout << x << '\n';
  else if constexpr (local_operand<X> || detail::is_fixed<X>)
    std::cout << format(x) << '\n';
  else if constexpr (element<X> && !requires { x.begin(); }) // numbers as arrays of one
    std::cout << format(ndarray<X, 1>{x}) << '\n';
  else if constexpr (std::is_arithmetic_v<std::remove_cvref_t<decltype(*x.begin())>>)
    show(ndarray(x.begin(), x.end()));
  else
    for (const auto& part : x) show(part);
}
