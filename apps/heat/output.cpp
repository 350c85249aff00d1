#include "output.hpp"

#include <cstdio>
#include <string>

namespace heat {

using namespace tessera;

namespace {

/// heat.png becomes heat_000100.png.
std::string numbered(const std::string& path, index_t step) {
  char number[24];
  std::snprintf(number, sizeof number, "_%06lld", static_cast<long long>(step));
  const std::size_t slash = path.find_last_of('/');
  const std::size_t dot = path.find_last_of('.');
  const bool has_dot = dot != std::string::npos && (slash == std::string::npos || dot > slash);
  return has_dot ? path.substr(0, dot) + number + path.substr(dot) : path + number;
}

/// The middle plane of the first axis, on rank 0; it is small beside the field. Collective.
ndarray<double, 2> middle_plane(const field<3>& u) {
  const index_t middle = u.shape()[0] / 2;
  std::array<axis_distribution, 3> axes = u.distribution().axes();
  const int owner = axes[0].owner(middle);
  std::vector<index_t> boundaries(static_cast<std::size_t>(axes[0].parts()) + 1, 0);
  for (std::size_t k = static_cast<std::size_t>(owner) + 1; k < boundaries.size(); ++k)
    boundaries[k] = 1;
  axes[0] = axis_distribution(boundaries);
  field<3> plane(u.grid(), distribution<3>(axes));
  if (!plane.block().empty()) {
    const index_t local = middle - u.block().lower[0];
    plane.owned() = u.owned()(slice(local, local + 1), all, all);
  }
  const ndarray<double, 3> whole = plane.gather(0);
  return whole.size() > 0 ? whole(0, all, all).copy() : ndarray<double, 2>();
}

} // namespace

template <std::size_t N>
output<N>::output(const options& o, const field<N>& u, index_t) : options_(o) {
  collectively(u.comm(), [&] {
    // A file that is not committed leaves no trace, but tells whether the folder can be written.
    if (!o.image.empty() && u.comm().rank() == 0) output_file::create(o.image);
  });
  if (o.output.empty()) return;
  file_ = hdf5_file::create(u.comm(), o.output);
  if (o.every > 0) {
    file_->create_series("frames", o.steps / o.every + 1, u);
    file_->set_attribute("frames", "steps_between", o.every);
    file_->set_attribute("frames", "dt", o.dt);
  }
}

template <std::size_t N>
void output<N>::write_picture(const std::string& path, const field<N>& u) const {
  if constexpr (N == 2) {
    imsave(path, u);
  } else {
    const ndarray<double, 2> plane = middle_plane(u);
    collectively(u.comm(), [&] {
      if (u.comm().rank() == 0) imsave(path, plane);
    });
  }
}

template <std::size_t N> void output<N>::after_step(index_t step, const field<N>& u) {
  if (options_.every > 0 && step % options_.every == 0)
    file_->write_frame("frames", step / options_.every, u);
  if (options_.image_every > 0 && step % options_.image_every == 0)
    write_picture(numbered(options_.image, step), u);
}

template <std::size_t N> void output<N>::finish(const field<N>& u, index_t steps) {
  if (!options_.image.empty()) write_picture(options_.image, u);
  if (!file_) return;
  file_->write("temperature", u);
  file_->set_attribute("temperature", "steps", steps);
  file_->set_attribute("temperature", "dt", options_.dt);
  file_->set_attribute("temperature", "time", options_.dt * static_cast<double>(steps));
  file_->set_attribute("temperature", "diffusivity", options_.diffusivity);
  ndarray<double, 1> spacing(shape_t<1>{N});
  for (std::size_t d = 0; d < N; ++d) spacing(d) = options_.spacing[d];
  file_->set_attribute("temperature", "spacing", spacing);
  file_->set_attribute("temperature", "boundary", options_.boundary);
  file_->commit();
}

template class output<2>;
template class output<3>;

} // namespace heat
