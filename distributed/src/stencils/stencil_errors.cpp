#include "stencils/stencil_errors.hpp"

#include <tessera/core/error.hpp>
#include <tessera/core/errors/checks.hpp>
#include <tessera/distributed/stencils/stage_facts.hpp>

#include <fmt/core.h>

namespace tessera::detail {

void refuse_steps(const std::string& text) { throw argument_error("iterate: " + text); }

std::string shape_text(const global_block& array) {
  std::vector<index_t> shape;
  for (const axis_distribution& axis : array.axes()) shape.push_back(axis.size());
  return tuple_text(shape.data(), shape.size());
}

std::string distribution_text(const global_block& array) {
  return distribution_text(array.axes().data(), array.axes().size());
}

void throw_beyond_reach(std::size_t stage, std::size_t input, std::size_t ndim,
                        const read_range* along, const read_range* reach) {
  std::size_t d = 0;
  while (d + 1 < ndim && along[d].lower <= reach[d].lower && along[d].upper <= reach[d].upper) ++d;
  const index_t offset = along[d].upper > reach[d].upper ? along[d].upper : -along[d].lower;
  const std::string radius = reach[d].lower == reach[d].upper
                                 ? fmt::format("{}", reach[d].upper)
                                 : fmt::format("from -{} to {}", reach[d].lower, reach[d].upper);
  throw index_error(fmt::format(
      "iterate: the kernel of stage {} reads array {} of those it reads at offset {} along axis {}, "
      "beyond its radius, which is {}; say how far it reads (`options.radius`, or `reading` of a "
      "stage)",
      stage, input, offset, d, radius));
}

void throw_same_colour(std::size_t stage, std::size_t input) {
  throw argument_error(fmt::format(
      "iterate: the kernel of stage {} reads array {} of those it reads, which it computes, in a "
      "neighbour of the same colour, which may have been replaced; offsets there must add up to an "
      "odd number",
      stage, input));
}

void throw_reach_unknown(std::size_t stage) {
  throw argument_error(fmt::format("iterate: the kernel of stage {} throws when it is tried out on "
                                   "cells of 1; say how far it reads with `reading`",
                                   stage));
}

void throw_no_such_input(std::size_t array, std::size_t inputs) {
  throw index_error(fmt::format(
      "reading: array {} of {} that a stage reads; they are counted from 0", array, inputs));
}

void throw_no_such_colour(index_t colour) {
  throw argument_error(fmt::format("on_colour: colour {}; there are two, 0 and 1", colour));
}

} // namespace tessera::detail
