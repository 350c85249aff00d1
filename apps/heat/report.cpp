#include "report.hpp"

#include "../support/json.hpp"

#include <tessera/core/types/number_text.hpp>

#include <fmt/core.h>

#include <cstdio>
#include <string>
#include <vector>

namespace heat {

using namespace tessera;

namespace {

std::string joined(const auto& values, const char* between) {
  return detail::joined_text(values, between, [](const auto& value) {
    return fmt::format("{:.10g}", static_cast<double>(value));
  });
}

void print_steps(const char* name, index_t steps) {
  std::printf("%-12s %lld steps\n", name, static_cast<long long>(steps));
}

} // namespace

template <std::size_t N>
void print_parameters(const options& o, const field<N>& u, const stage& start) {
  std::printf("field        %s, %s\n", joined(u.shape(), " x ").c_str(),
              o.input.empty() ? "built in" : o.input.c_str());
  std::printf("grid         %s ranks\n", joined(u.grid().dims(), " x ").c_str());
  std::printf("diffusivity  %.10g\n", o.diffusivity);
  std::printf("spacing      %s\n", joined(o.spacing, ", ").c_str());
  std::printf("boundary     %s\n", o.boundary.c_str());
  if (!o.is_explicit()) std::printf("scheme       %s\n", o.scheme.c_str());
  std::printf("steps        %lld of dt = %.10g\n", static_cast<long long>(o.steps), o.dt);
  if (!o.restart) return;
  if (start.step > 0)
    std::printf("restart      from step %lld in '%s'\n", static_cast<long long>(start.step),
                o.checkpoint.c_str());
  else
    std::printf("restart      from the beginning: no checkpoint in '%s'\n", o.checkpoint.c_str());
}

void print_cut(const options& o, index_t step) {
  std::fprintf(stderr, "tessera-heat: a signal ended the run after step %lld of %lld%s\n",
               static_cast<long long>(step), static_cast<long long>(o.steps),
               o.checkpoint.empty() ? "; with --checkpoint it could go on from there"
                                    : "; --restart goes on from there");
}

namespace {

struct range {
  double low;
  double high;
  double mean;
};

template <std::size_t N>
void print_json(const options& o, const field<N>& u, const effort& spent, const range& values,
                std::uint64_t bits) {
  const shape_t<N> shape = u.shape();
  const apps::json summary{{"shape", std::vector<index_t>(shape.begin(), shape.end())},
                           {"steps", spent.reached.step},
                           {"dt", o.dt},
                           {"time", o.dt * static_cast<double>(spent.reached.step)},
                           {"minimum", values.low},
                           {"maximum", values.high},
                           {"mean", values.mean},
                           {"checksum", fmt::format("{:016x}", bits)},
                           {"output", o.output},
                           {"ranks", u.comm().size()},
                           {"seconds", apps::whole_microseconds(spent.seconds)}};
  std::puts(apps::json_line(summary).c_str());
}

} // namespace

template <std::size_t N>
void print_results(const options& o, const field<N>& u, const effort& spent) {
  const double low = min(u);
  const double high = max(u);
  const double average = mean(u);
  const std::uint64_t bits = checksum(u);
  if (o.quiet || u.comm().rank() != 0) return;
  if (o.json) return print_json(o, u, spent, {low, high, average}, bits);
  const auto steps = static_cast<double>(spent.reached.step - spent.first);
  if (o.tolerance > 0 || spent.reached.is_cut) print_steps("taken", spent.reached.step);
  std::printf("time         %.3f s\n", spent.seconds);
  std::printf("speed        %.4g cell updates per second\n",
              spent.seconds > 0 ? static_cast<double>(u.size()) * steps / spent.seconds : 0);
  std::printf("minimum      %.12g\n", low);
  std::printf("maximum      %.12g\n", high);
  std::printf("mean         %.12g\n", average);
  std::printf("checksum     %016llx\n", static_cast<unsigned long long>(bits));
}

template void print_parameters(const options&, const field<2>&, const stage&);
template void print_parameters(const options&, const field<3>&, const stage&);
template void print_results(const options&, const field<2>&, const effort&);
template void print_results(const options&, const field<3>&, const effort&);

} // namespace heat
