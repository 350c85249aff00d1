#include <tessera/core/error.hpp>
#include <tessera/core/shapes/join.hpp>

#include <fmt/core.h>

#include <string>

namespace tessera::detail {

void add_shape(joint& all, const index_t* shape, std::size_t ndim, index_t* result) {
  if (all.first)
    for (std::size_t d = 0; d < ndim; ++d) result[d] = shape[d];
  bool fits = true;
  for (std::size_t d = 0; d < ndim; ++d) fits = fits && (d == all.axis || shape[d] == result[d]);
  if (!fits)
    throw shape_error(fmt::format("shape {} does not fit to {}: they may differ along axis {} only",
                                  tuple_text(shape, ndim), tuple_text(result, ndim), all.axis));
  all.first = false;
  if (__builtin_add_overflow(all.length, shape[all.axis], &all.length))
    throw shape_error("arrays with more elements than an index can count are put together");
  result[all.axis] = all.length;
}

void check_stacked(const index_t* shape, std::size_t ndim, index_t* first) {
  bool same = true;
  for (std::size_t d = 0; d < ndim; ++d) {
    same = same && (first[d] == -1 || first[d] == shape[d]);
    if (first[d] == -1) first[d] = shape[d];
  }
  if (!same)
    throw shape_error(
        fmt::format("shapes {} and {} differ; only arrays of the same shape can be stacked",
                    tuple_text(first, ndim), tuple_text(shape, ndim)));
}

void throw_nothing_to_join(const char* name) {
  throw argument_error(std::string(name) + " of no arrays");
}

} // namespace tessera::detail
