#include "drawing/colormap_tables.hpp"

#include <tessera/core/error.hpp>
#include <tessera/io/drawing/colormap.hpp>

#include <fmt/core.h>

#include <cmath>
#include <string_view>

namespace tessera {

namespace {

constexpr double pi = 3.14159265358979323846;

struct lab {
  double lightness; // 0 to 100
  double a;
  double b;
};

struct linear_rgb {
  double red;
  double green;
  double blue;
  [[nodiscard]] bool displayable() const {
    const auto fits = [](double x) { return x >= 0 && x <= 1; };
    return fits(red) && fits(green) && fits(blue);
  }
};

/// Inverse of CIELAB's compression.
double expanded(double t) {
  constexpr double knee = 6.0 / 29.0;
  return t > knee ? t * t * t : 3 * knee * knee * (t - 4.0 / 29.0);
}

/// CIELAB under daylight (D65), by CIE 15, to linear sRGB, by IEC 61966-2-1.
linear_rgb to_linear(const lab& color) {
  const double f = (color.lightness + 16) / 116;
  const double x = 0.95047 * expanded(f + color.a / 500);
  const double y = expanded(f);
  const double z = 1.08883 * expanded(f - color.b / 200);
  return {3.2404542 * x - 1.5371385 * y - 0.4985314 * z,
          -0.9692660 * x + 1.8760108 * y + 0.0415560 * z,
          0.0556434 * x - 0.2040259 * y + 1.0572252 * z};
}

std::uint8_t to_byte(double linear) {
  const double clamped = linear < 0 ? 0 : linear > 1 ? 1 : linear;
  const double gamma =
      clamped <= 0.0031308 ? 12.92 * clamped : 1.055 * std::pow(clamped, 1 / 2.4) - 0.055;
  return static_cast<std::uint8_t>(std::lround(255 * gamma));
}

/// The most colourful displayable colour of a lightness and hue, up to a wanted chroma.
rgb displayable(double lightness, double hue, double chroma) {
  const auto at = [&](double c) {
    return to_linear({lightness, c * std::cos(hue), c * std::sin(hue)});
  };
  double low = 0;
  double high = chroma;
  for (int step = 0; step < 30; ++step) {
    const double middle = (low + high) / 2;
    (at(middle).displayable() ? low : high) = middle;
  }
  const linear_rgb best = at(low);
  return {to_byte(best.red), to_byte(best.green), to_byte(best.blue)};
}

/// Lightness grows evenly; the hue turns from violet over red to yellow; chroma swells between, but
/// hardly beyond what screens show: where it is cut off, a picture seems to have an edge.
rgb thermal(double part) {
  constexpr double darkest = 5;
  constexpr double lightest = 96;
  constexpr double first_hue = -70 * pi / 180;
  constexpr double last_hue = 95 * pi / 180;
  const double chroma = 66 * std::pow(std::sin(pi * (0.06 + 0.86 * part)), 0.7);
  return displayable(darkest + (lightest - darkest) * part,
                     first_hue + (last_hue - first_hue) * part, chroma);
}

rgb gray(double part) { return displayable(100 * part, 0, 0); }

std::array<rgb, colors_in_map> compute(rgb (*color)(double)) {
  std::array<rgb, colors_in_map> result;
  for (std::size_t i = 0; i < result.size(); ++i)
    result[i] = color(static_cast<double>(i) / (colors_in_map - 1));
  return result;
}

int channel_of(std::string_view table, std::size_t color, std::size_t channel) {
  const auto digit = [&](std::size_t k) {
    const char c = table[6 * color + 2 * channel + k];
    return c <= '9' ? c - '0' : c - 'a' + 10;
  };
  return 16 * digit(0) + digit(1);
}

std::array<rgb, colors_in_map> interpolate(std::string_view table) {
  constexpr int steps = colors_in_map - 1;
  const std::size_t last = table.size() / 6 - 1;
  std::array<rgb, colors_in_map> result;
  for (std::size_t i = 0; i < result.size(); ++i) {
    const std::size_t place = i * last / steps;
    const int rest = static_cast<int>(i * last % steps);
    const auto mixed = [&](std::size_t channel) {
      const int from = channel_of(table, place, channel);
      const int to = rest == 0 ? from : channel_of(table, place + 1, channel);
      return static_cast<std::uint8_t>((from * (steps - rest) + to * rest + steps / 2) / steps);
    };
    result[i] = {mixed(0), mixed(1), mixed(2)};
  }
  return result;
}

} // namespace

const std::array<rgb, colors_in_map>& colors(colormap map) {
  static const std::array<std::array<rgb, colors_in_map>, 7> all = {
      compute(thermal),
      compute(gray),
      interpolate(detail::viridis_table),
      interpolate(detail::inferno_table),
      interpolate(detail::plasma_table),
      interpolate(detail::cividis_table),
      interpolate(detail::coolwarm_table)};
  const auto place = static_cast<std::size_t>(map);
  if (place >= all.size())
    throw argument_error(fmt::format("there is no colour map number {}", place));
  return all[place];
}

} // namespace tessera
