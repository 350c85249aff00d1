#include "vtk_output.hpp"
#include "files.hpp"

#include <tessera/core/error.hpp>

#include <fmt/core.h>

#include <algorithm>

namespace heat {

using namespace tessera;

template <std::size_t N>
vtk_output<N>::vtk_output(const options& o, const field<N>& u, index_t first) : options_(o) {
  if (o.vtkhdf.empty()) return;
  const shape_t<N> shape = u.shape();
  if (*std::min_element(shape.begin(), shape.end()) < 2)
    throw shape_error(
        fmt::format("--vtkhdf is for fields of at least 2 points along each axis, and "
                    "not of shape {}",
                    to_string(shape)));
  if (first > 0 && o.every > 0)
    go_on(u.comm(), first);
  else if (o.every > 0)
    series_.emplace(u.comm(), o.vtkhdf, vtkhdf_options{.spacing = o.spacing});
  else
    check_folder(u.comm(), o.vtkhdf);
}

template <std::size_t N> void vtk_output<N>::go_on(const communicator& world, index_t first) {
  series_ = vtkhdf_series::extend(world, options_.vtkhdf);
  const index_t frames = first / options_.every + 1;
  for (index_t k = 0; k < std::min(frames, series_->steps()); ++k)
    if (series_->times()[static_cast<std::size_t>(k)] !=
        options_.dt * static_cast<double>(k * options_.every))
      throw usage_error(fmt::format("--every is {}, but the frames in '{}' are at other times",
                                    options_.every, options_.vtkhdf));
  if (series_->steps() < frames)
    refuse_frames(options_.vtkhdf, fmt::format("it has {} steps, not the {} until step {}",
                                               series_->steps(), frames, first));
  series_->truncate(frames);
}

template <std::size_t N> void vtk_output<N>::add(index_t step, const field<N>& u) {
  series_->add(options_.dt * static_cast<double>(step), {{"temperature", u}});
}

template <std::size_t N> void vtk_output<N>::after_step(index_t step, const field<N>& u) {
  if (series_ && step % options_.every == 0) add(step, u);
}

template <std::size_t N> void vtk_output<N>::keep(const communicator& world) {
  if (!series_) return;
  series_->save();
  sync(world, options_.vtkhdf);
}

template <std::size_t N> void vtk_output<N>::finish(const field<N>& u, index_t steps) {
  if (options_.vtkhdf.empty()) return;
  if (!series_)
    return save_vtkhdf(u.comm(), options_.vtkhdf, {{"temperature", u}},
                       {.spacing = options_.spacing});
  if (steps % options_.every != 0) add(steps, u);
  series_->save();
}

template class vtk_output<2>;
template class vtk_output<3>;

} // namespace heat
