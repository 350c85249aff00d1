/// @file
/// Plots of one-dimensional data.
#pragma once

#include <tessera/distributed/arrays/copy.hpp>
#include <tessera/io/drawing/colormap.hpp>
#include <tessera/io/parts/local_array.hpp>
#include <tessera/io/parts/row_blocks.hpp>
#include <tessera/io/plots/line_points.hpp>

#include <optional>
#include <string>
#include <vector>

namespace tessera {

/// How a plot looks. Texts are UTF-8; letters that the built-in font lacks (it has Latin letters,
/// Greek ones and some signs) are shown as question marks.
struct plot_options {
  std::string title = {};
  std::string xlabel = {};
  std::string ylabel = {};
  /// Logarithmic axes; points that are not above 0 are gaps there.
  bool xlog = false;
  bool ylog = false;
  /// The ends of the axes. NaN: some room beyond the points.
  double xmin = __builtin_nan("");
  double xmax = __builtin_nan("");
  double ymin = __builtin_nan("");
  double ymax = __builtin_nan("");
  bool grid = true;
  /// Of the whole picture, in pixels, 200 to 20000.
  index_t width = 800;
  index_t height = 500;
};

/// How one line of a plot looks.
struct line_options {
  /// In the legend; none: it has no entry there.
  std::string label = {};
  /// Else the next of seven that the colour-blind can tell apart, too.
  std::optional<rgb> color = {};
  /// Of the line, in pixels, 0 to 100; 0: none, only points.
  double width = 2;
  /// A dot at every point.
  bool points = false;
};

namespace detail {

struct plot_line {
  std::vector<line_point> points;
  line_options options;
};

/// @throws shape_error
void check_same_length(index_t x, index_t y);

} // namespace detail

/// A plot of one-dimensional data as a PNG picture: lines or points, axes with numbers, a legend.
///
///     line_plot p({.title = "Waves", .xlabel = "x", .ylabel = "y"});
///     p.add(x, sin(x), {.label = "sin"});
///     p.add(x, cos(x), {.label = "cos"});
///     p.save("waves.png");
///
/// Values that are not finite are gaps. Of lines with more points than can be seen, the lowest and
/// the highest of every short run are kept when they are added: a plot holds copies, and does not
/// refer to arrays. The picture has the same bytes on any machine and any number of ranks.
class line_plot {
public:
  /// An empty plot. Local.
  /// @throws argument_error for sizes out of range, or ends of an axis that do not ascend or that a
  /// logarithmic one cannot have.
  explicit line_plot(plot_options options = {});

  /// Adds a line through (x[i], y[i]). Local.
  /// @throws shape_error when x and y have different lengths, argument_error for a negative width.
  template <local_operand X, local_operand Y>
  line_plot& add(const X& x, const Y& y, const line_options& options = {}) {
    static_assert(X::ndim == 1 && Y::ndim == 1, "lines are one-dimensional");
    const auto& x_elements = detail::readable(x);
    const auto& y_elements = detail::readable(y);
    detail::check_same_length(x_elements.size(), y_elements.size());
    return add_local(detail::abscissas{detail::readable(x_elements)}, detail::readable(y_elements),
                     options);
  }
  /// Adds a line through (i, y[i]). Local.
  template <local_operand Y> line_plot& add(const Y& y, const line_options& options = {}) {
    static_assert(Y::ndim == 1, "lines are one-dimensional");
    const auto& elements = detail::readable(y);
    return add_local(detail::subscripts{0}, detail::readable(elements), options);
  }
  /// The same of global arrays. Every rank thins its part of what is too long to be seen; rank 0
  /// gets the points, at most a few thousand a line, and must save the plot. Collective.
  template <class S, class T>
  line_plot& add(const global_array<S, 1>& x, const global_array<T, 1>& y,
                 const line_options& options = {}) {
    detail::check_same_length(x.size(), y.size());
    if (y.distribution().is_cyclic()) return add(to_row_blocks(x), to_row_blocks(y), options);
    if (x.distribution() != y.distribution()) {
      global_array<S, 1> moved(y.grid(), y.distribution());
      redistribute(x, moved);
      return add(moved, y, options);
    }
    const view<const S, 1> mine = x.owned();
    return add_global(detail::abscissas<S>{mine}, y, options);
  }
  /// The same of a line through (i, y[i]). Collective.
  template <class T> line_plot& add(const global_array<T, 1>& y, const line_options& options = {}) {
    if (y.distribution().is_cyclic()) return add(to_row_blocks(y), options);
    return add_global(detail::subscripts{y.block().lower[0]}, y, options);
  }

  /// The same of expressions of global arrays and slices of them. Collective.
  template <global_operand X, global_operand Y>
  line_plot& add(const X& x, const Y& y, const line_options& options = {}) {
    return add(copy(x), copy(y), options);
  }
  /// The same of a line through (i, y[i]). Collective.
  template <global_operand Y> line_plot& add(const Y& y, const line_options& options = {}) {
    return add(copy(y), options);
  }

  /// Writes the picture as PNG. The file appears when it is complete. Local: in a program of
  /// several ranks, one of them calls it.
  /// @throws file_error when it cannot be written.
  void save(const std::string& path) const;
  /// The same: rank 0 writes what it has. Collective; errors on all ranks.
  void save(const communicator& comm, const std::string& path) const;

private:
  template <class X, class T>
  line_plot& add_local(const X& x, const view<const T, 1>& y, const line_options& options) {
    detail::line_points points(y.size(), options_.xlog, options_.ylog);
    detail::add_block(points, 0, x, y);
    points.finish();
    return add_points(points.kept(), options);
  }
  template <class X, class T>
  line_plot& add_global(const X& x, const global_array<T, 1>& y, const line_options& options) {
    const view<const T, 1> mine = y.owned();
    detail::line_points points(y.size(), options_.xlog, options_.ylog);
    detail::add_block(points, y.block().lower[0], x, mine);
    points.finish();
    return add_points(detail::gather_points(y.comm(), points), options);
  }
  line_plot& add_points(std::vector<detail::line_point> points, const line_options& options);

  plot_options options_;
  std::vector<detail::plot_line> lines_;
};

/// @name Plots of one line
/// Writes a plot of one line as PNG. Local; with global arrays, collective.
///
///     plot("decay.png", t, u, {.xlabel = "t [s]", .ylog = true});
///     plot("residuals.png", r);
///
/// Throws what `line_plot` and its members throw.
/// @{
template <local_operand X, local_operand Y>
void plot(const std::string& path, const X& x, const Y& y, const plot_options& options = {}) {
  line_plot(options).add(x, y).save(path);
}
template <local_operand Y>
void plot(const std::string& path, const Y& y, const plot_options& options = {}) {
  line_plot(options).add(y).save(path);
}
template <global_operand X, global_operand Y>
void plot(const std::string& path, const X& x, const Y& y, const plot_options& options = {}) {
  const auto ordinates = copy(y);
  line_plot(options).add(copy(x), ordinates).save(ordinates.comm(), path);
}
template <global_operand Y>
void plot(const std::string& path, const Y& y, const plot_options& options = {}) {
  const auto ordinates = copy(y);
  line_plot(options).add(ordinates).save(ordinates.comm(), path);
}
/// @}

} // namespace tessera
