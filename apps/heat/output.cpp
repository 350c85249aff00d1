#include "output.hpp"
#include "files.hpp"

#include <tessera/core/profile.hpp>

#include <fmt/core.h>

#include <string>
#include <utility>
#include <vector>

namespace heat {

using namespace tessera;

namespace {

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

/// Folders of numbered pictures are made.
void make_folder(const communicator& world, const std::string& path) {
  collectively(world, [&] {
    if (world.rank() == 0) detail::make_folder_of(path);
  });
}

/// The axes of N, the last ones of z, y, x.
template <std::size_t N> std::vector<std::string> axis_names() {
  const std::vector<std::string> names{"z", "y", "x"};
  return {names.end() - static_cast<std::ptrdiff_t>(N), names.end()};
}

} // namespace

template <std::size_t N>
output<N>::output(const options& o, const field<N>& u, index_t first)
    : options_(o), vtk_(o, u, first) {
  const communicator& world = u.comm();
  if (o.image_every > 0) make_folder(world, o.image);
  check_folder(world, o.image);
  check_folder(world, o.xdmf);
  if (o.output.empty()) return;
  if (!o.xdmf.empty()) series_.emplace(world, o.xdmf, xdmf_options{.spacing = o.spacing});
  if (first > 0 && o.every > 0)
    go_on(world, first);
  else
    file_ = hdf5_file::create(world, o.output);
  describe_axes(u);
}

template <std::size_t N> void output<N>::describe_axes(const field<N>& u) {
  const std::vector<std::string> names = axis_names<N>();
  for (std::size_t d = 0; d < N; ++d) {
    if (file_->has(names[d])) continue;
    const ndarray<double, 1> places =
        options_.spacing[d] * arange(static_cast<double>(u.shape()[d]));
    file_->write(names[d], places);
    file_->describe(names[d], {.units = "m"});
  }
}

template <std::size_t N>
void output<N>::describe_field(const std::string& dataset, std::vector<std::string> dimensions) {
  file_->describe(
      dataset, {.units = "degC", .long_name = "temperature", .dimensions = std::move(dimensions)});
}

template <std::size_t N> void output<N>::go_on(const communicator& world, index_t first) {
  file_ = hdf5_file::extend(world, options_.output);
  if (!file_->has("frames")) refuse_frames(options_.output, "it has no dataset 'frames'");
  const auto between = file_->attribute<index_t>("frames", "steps_between");
  if (between != options_.every)
    throw usage_error(fmt::format("--every is {}, but the frames in '{}' are {} steps apart",
                                  options_.every, options_.output, between));
  frames_ = first / options_.every + 1;
  const index_t there = file_->shape("frames")[0];
  if (there < frames_)
    refuse_frames(options_.output,
                  fmt::format("it has {} frames, not the {} until step {}", there, frames_, first));
  file_->truncate("frames", frames_);
  file_->truncate("time", frames_);
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

template <std::size_t N> void output<N>::append_frame(index_t step, const field<N>& u) {
  file_->append("frames", u);
  file_->append("time", options_.dt * static_cast<double>(step));
  if (frames_++ > 0) return;
  file_->describe("time", {.units = "s"});
  std::vector<std::string> dimensions = axis_names<N>();
  dimensions.insert(dimensions.begin(), "time");
  describe_field("frames", dimensions);
  file_->set_attribute("frames", "steps_between", options_.every);
  file_->set_attribute("frames", "dt", options_.dt);
}

template <std::size_t N> void output<N>::after_step(index_t step, const field<N>& u) {
  TESSERA_PROFILE("output");
  if (file_ && options_.every > 0 && step % options_.every == 0) append_frame(step, u);
  vtk_.after_step(step, u);
  if (options_.image_every > 0 && step % options_.image_every == 0)
    write_picture(numbered(options_.image, step), u);
}

template <std::size_t N> void output<N>::describe_frames() {
  if (!series_) return;
  for (; described_ < frames_; ++described_) {
    const auto step = static_cast<double>(described_ * options_.every);
    series_->add(options_.dt * step, {options_.output, "frames", described_, "temperature"});
  }
}

template <std::size_t N> void output<N>::keep(const communicator& world) {
  if (options_.every == 0) return;
  TESSERA_PROFILE("output");
  vtk_.keep(world);
  if (!file_) return;
  file_->commit();
  sync(world, options_.output);
  describe_frames();
  if (series_) series_->save();
  file_ = hdf5_file::extend(world, options_.output);
}

template <std::size_t N> void output<N>::write_final(const field<N>& u, index_t steps) {
  // A run that goes on after its end finds the field of that end.
  if (file_->has("temperature"))
    file_->write_into("temperature", u);
  else
    file_->write("temperature", u);
  describe_field("temperature", axis_names<N>());
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

template <std::size_t N> void output<N>::finish(const field<N>& u, index_t steps) {
  TESSERA_PROFILE("output");
  if (!options_.image.empty()) write_picture(options_.image, u);
  vtk_.finish(u, steps);
  if (!file_) return;
  write_final(u, steps);
  describe_frames();
  if (!series_) return;
  if (options_.every == 0 || steps % options_.every != 0)
    series_->add(options_.dt * static_cast<double>(steps), options_.output, "temperature");
  series_->save();
}

template class output<2>;
template class output<3>;

} // namespace heat
