// Arrays as text.
#include "function.hpp"

#include <tessera/core/text/format.hpp>
#include <tessera/core/text/text.hpp>

#include <string>

using namespace tessera;

namespace {

template <class F> void any_printed(arguments& in, F f) {
  in.any_array<bool, std::int8_t, std::uint16_t, std::int32_t, std::int64_t, std::uint64_t, float,
               double, std::complex<float>, std::complex<double>, char, fixed_string<5>>(f);
}

const add_function format_any("format", [](arguments& in, results& out) {
  any_printed(in, [&](const auto& a) {
    print_options options;
    options.precision = in.integer();
    options.threshold = in.integer();
    options.edgeitems = in.integer();
    options.linewidth = in.integer();
    options.suppress = in.integer() != 0;
    const std::string separator = in.text();
    options.separator = separator;
    out.text(format(a, options));
  });
});

const add_function format_spec("format_spec", [](arguments& in, results& out) {
  any_printed(in, [&](const auto& a) { out.text(format(a, in.text())); });
});

} // namespace
