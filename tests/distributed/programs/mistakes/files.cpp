// Files that are not written or read together.
#include "mistakes.hpp"

#include <cstdio>

using namespace tessera;

namespace {

void another_name_of_a_file(setting& s) {
  if (s.odd)
    save_npy("mistake1.npy", s.u); // odd: another_name_of_a_file
  else
    save_npy("mistake2.npy", s.u); // rest: another_name_of_a_file
}

void skip_npy(setting& s) {
  if (!s.odd) save_npy("mistake3.npy", s.u); // rest: skip_npy
  sum(s.u);                                  // odd: skip_npy
}

void skip_dataset(setting& s) {
  hdf5_file file = hdf5_file::create(s.world, "mistake4.h5");
  if (!s.odd) file.write("a", s.u); // rest: skip_dataset
  file.commit();                    // odd: skip_dataset
}

void skip_checkpoint(setting& s) {
  checkpoint saved("mistake5");
  if (!s.odd) saved.save(1, {{"u", s.u}}); // rest: skip_checkpoint
  sum(s.u);                                // odd: skip_checkpoint
}

void npy_of_another_array(setting& s) {
  if (s.odd)
    save_npy("a.npy", s.small); // odd: npy_of_another_array
  else
    save_npy("a.npy", s.u); // rest: npy_of_another_array
}

void another_name_of_a_dataset(setting& s) {
  hdf5_file file = hdf5_file::create(s.world, "a.h5");
  file.write(s.odd ? "a" : "b", s.u); // both: another_name_of_a_dataset
  file.commit();
}

void another_hdf5_file(setting& s) {
  const char* const name = s.odd ? "a.h5" : "b.h5";
  hdf5_file file = hdf5_file::create(s.world, name); // both: another_hdf5_file
  file.write("a", s.u);
  file.commit();
}

void dataset_of_another_array(setting& s) {
  hdf5_file file = hdf5_file::create(s.world, "a.h5");
  if (s.odd)
    file.write("a", s.t); // odd: dataset_of_another_array
  else
    file.write("a", s.u); // rest: dataset_of_another_array
  file.commit();
}

void dataset_of_another_shape(setting& s) {
  hdf5_file file = hdf5_file::create(s.world, "a.h5");
  if (s.odd)
    file.write("a", s.small); // odd: dataset_of_another_shape
  else
    file.write("a", s.u); // rest: dataset_of_another_shape
  file.commit();
}

void dataset_of_another_type(setting& s) {
  hdf5_file file = hdf5_file::create(s.world, "a.h5");
  if (s.odd)
    file.write("a", s.f); // odd: dataset_of_another_type
  else
    file.write("a", s.u); // rest: dataset_of_another_type
  file.commit();
}

void another_step_of_a_checkpoint(setting& s) {
  checkpoint saved("saved");
  saved.save(s.odd ? 1 : 2, {{"u", s.u}}); // both: another_step_of_a_checkpoint
}

void more_values_of_a_checkpoint(setting& s) {
  checkpoint saved("saved");
  if (s.odd)
    saved.save(1, {{"u", s.u}, {"w", s.w}}); // odd: more_values_of_a_checkpoint
  else
    saved.save(1, {{"u", s.u}}); // rest: more_values_of_a_checkpoint
}

void order_of_a_checkpoint(setting& s) {
  checkpoint saved("saved");
  if (s.odd)
    saved.save(1, {{"u", s.u}, {"t", s.t}}); // odd: order_of_a_checkpoint
  else
    saved.save(1, {{"t", s.t}, {"u", s.u}}); // rest: order_of_a_checkpoint
}

void another_folder_of_a_checkpoint(setting& s) {
  checkpoint saved(s.odd ? "saved1" : "saved2"); // both: another_folder_of_a_checkpoint
  saved.save(1, {{"u", s.u}});
}

void skip_loadtxt(setting& s) {
  const char* const name = "numbers.txt";
  if (s.world.rank() == 0) {
    std::FILE* const out = std::fopen(name, "w");
    std::fputs("1 2\n3 4\n", out);
    std::fclose(out);
  }
  s.world.barrier();
  if (!s.odd) loadtxt<double>(s.world, name); // rest: skip_loadtxt
  sum(s.u);                                   // odd: skip_loadtxt
}

} // namespace

mistakes mistakes_of_files() {
  return {
      {"another_name_of_a_file", another_name_of_a_file},
      {"skip_npy", skip_npy},
      {"skip_dataset", skip_dataset},
      {"skip_checkpoint", skip_checkpoint},
      {"npy_of_another_array", npy_of_another_array},
      {"another_name_of_a_dataset", another_name_of_a_dataset},
      {"another_hdf5_file", another_hdf5_file},
      {"dataset_of_another_array", dataset_of_another_array},
      {"dataset_of_another_shape", dataset_of_another_shape},
      {"dataset_of_another_type", dataset_of_another_type},
      {"another_step_of_a_checkpoint", another_step_of_a_checkpoint},
      {"more_values_of_a_checkpoint", more_values_of_a_checkpoint},
      {"order_of_a_checkpoint", order_of_a_checkpoint},
      {"another_folder_of_a_checkpoint", another_folder_of_a_checkpoint},
      {"skip_loadtxt", skip_loadtxt},
  };
}
