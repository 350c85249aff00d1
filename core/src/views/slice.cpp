#include <tessera/core/error.hpp>
#include <tessera/core/views/slice.hpp>

namespace tessera {

slice::selection slice::with_step(index_t n) const {
  if (step_ == 0) throw argument_error("a slice with step 0 selects nothing; use 1 or -1");
  if (step_ > 0) {
    const index_t start = resolve(start_, n, 0, 0, n);
    const index_t stop = resolve(stop_, n, n, 0, n);
    return {start, stop > start ? (stop - start - 1) / step_ + 1 : 0, step_};
  }
  const index_t start = resolve(start_, n, n - 1, -1, n - 1);
  const index_t stop = resolve(stop_, n, -1, -1, n - 1);
  // Written so that the most negative step does not overflow.
  return {start, start > stop ? (start - stop - 1) / -(step_ + (step_ == INT64_MIN)) + 1 : 0,
          step_};
}

} // namespace tessera
