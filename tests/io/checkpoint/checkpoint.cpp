// Checkpoints: what was saved comes back, whatever happened to the files.
#include "support/numbered.hpp"
#include "support/scratch.hpp"

#include "random_source.hpp"
#include "world.hpp"

#include <tessera/core/complex.hpp>
#include <tessera/core/creation/create.hpp>
#include <tessera/io/checkpoint.hpp>

#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

using namespace tessera;
using tessera_test::file_size_limit;
using tessera_test::files_in;
using tessera_test::message_of;
using tessera_test::misnumbered;
using tessera_test::number;
using tessera_test::scratch;
using tessera_test::world;

namespace {

#ifdef __SANITIZE_ADDRESS__
constexpr bool is_sanitized = true; // everything takes ten times as long
#else
constexpr bool is_sanitized = false;
#endif

template <class T, std::size_t N>
global_array<T, N> numbered(const process_grid<N>& grid, const shape_t<N>& shape) {
  global_array<T, N> u(grid, shape, halo<N>(1));
  number(u);
  return u;
}

/// Changes one bit of a file on rank 0. Collective.
void flip(const std::string& path, index_t bit) {
  world().barrier();
  if (world().rank() == 0) {
    std::string bytes = tessera_test::content_of(path);
    bytes[static_cast<std::size_t>(bit / 8)] ^= static_cast<char>(1U << (bit % 8));
    std::ofstream(path, std::ios::binary) << bytes;
  }
  world().barrier();
}

/// What a call prints on stderr, on rank 0.
template <class F> std::string warning_of(F&& call) {
  testing::internal::CaptureStderr();
  call();
  return testing::internal::GetCapturedStderr();
}

index_t bits_of(const std::string& path) {
  return 8 * static_cast<index_t>(std::filesystem::file_size(path));
}

/// A folder with generations of steps 1 to `count`, of which each has its step as a value.
class run_folder {
public:
  explicit run_folder(index_t count) : saved_(folder_ / "run", {.keep = count}) {
    for (double step = 1; step <= static_cast<double>(count); ++step)
      saved_.save(static_cast<index_t>(step), {{"u", u_}, {"step", step}});
  }
  [[nodiscard]] std::string file(const std::string& name) const { return folder_ / "run/" + name; }
  checkpoint& saved() { return saved_; }
  /// The step that is restored, and nothing else was changed.
  index_t restored() {
    double step = 0;
    global_array<double, 2> u(process_grid<2>(world()), u_.shape());
    const index_t found = saved_.restore({{"u", u}, {"step", step}}).value_or(0);
    EXPECT_EQ(static_cast<double>(found), step);
    EXPECT_EQ(misnumbered(u), 0);
    return found;
  }

private:
  scratch folder_;
  global_array<double, 2> u_ = numbered<double, 2>(process_grid<2>(world()), {9, 7});
  checkpoint saved_;
};

} // namespace

TEST(checkpoint, restores_every_kind_of_value) {
  const scratch folder;
  checkpoint saved(folder / "a/run");
  generator rng(5, 3);
  static_cast<void>(rng.normal(0.0, 1.0, 17));
  const ndarray<std::int16_t, 1> local = arange(std::int16_t{11});
  const process_grid<3> cube(world());
  const auto c = numbered<std::complex<float>, 3>(cube, {5, 3, 4});
  const auto mask = numbered<bool, 1>(process_grid<1>(world()), {13});
  EXPECT_EQ(saved.restore({}), std::nullopt);
  saved.save(12, {{"c", c},
                  {"group/mask", mask},
                  {"local", local},
                  {"time", 0.1},
                  {"count", 7},
                  {"done", true},
                  {"title", std::string("größer")},
                  {"rng", rng}});

  global_array<std::complex<float>, 3> c2(cube, {5, 3, 4});
  global_array<bool, 1> mask2(process_grid<1>(world()), {13});
  ndarray<std::int16_t, 1> local2;
  double time = 0;
  int count = 0;
  bool done = false;
  std::string title;
  generator rng2(1);
  EXPECT_EQ(saved.restore({{"c", c2},
                           {"group/mask", mask2},
                           {"local", local2},
                           {"time", time},
                           {"count", count},
                           {"done", done},
                           {"title", title},
                           {"rng", rng2}}),
            12);
  EXPECT_EQ(misnumbered(c2) + misnumbered(mask2), 0);
  EXPECT_TRUE(array_equal(local2, local));
  EXPECT_EQ(time, 0.1);
  EXPECT_EQ(count, 7);
  EXPECT_TRUE(done);
  EXPECT_EQ(title, "größer");
  EXPECT_EQ(rng2.random(), rng.random());
}

TEST(checkpoint, restores_under_any_distribution) {
  const scratch folder;
  const shape_t<2> shape{23, 1030}; // short runs and long ones in the file
  const int ranks = world().size();
  const std::vector<grid_dims<2>> grids{{ranks, 1}, {1, ranks}};
  checkpoint saved(folder / "run", {.keep = 1});
  for (const grid_dims<2>& from : grids)
    for (const grid_dims<2>& to : grids) {
      saved.save(1, {{"u", numbered<double, 2>(process_grid<2>(world(), from), shape)}});
      global_array<double, 2> u(process_grid<2>(world(), to), shape, halo<2>(2));
      EXPECT_EQ(saved.restore({{"u", u}}), 1);
      EXPECT_EQ(misnumbered(u), 0);
    }
}

TEST(checkpoint, restores_cyclic_arrays_and_empty_ones) {
  const scratch folder;
  const process_grid<1> line(world());
  global_array<int, 1> cyclic(line,
                              distribution<1>({axis_distribution::cyclic(29, line.dims()[0], 2)}));
  number(cyclic);
  const global_array<float, 1> empty(line, {0});
  checkpoint saved(folder / "run");
  saved.save(0, {{"cyclic", cyclic}, {"empty", empty}});
  global_array<int, 1> u(line, {29});
  global_array<float, 1> nothing(line, {0});
  EXPECT_EQ(saved.restore({{"cyclic", u}, {"empty", nothing}}), 0);
  EXPECT_EQ(misnumbered(u), 0);
}

TEST(checkpoint, keeps_as_many_generations_as_it_is_told) {
  const scratch folder;
  checkpoint saved(folder / "run", {.keep = 3});
  for (index_t step = 10; step <= 50; step += 10) saved.save(step, {{"step", step}});
  EXPECT_EQ(saved.steps(), (std::vector<index_t>{50, 40, 30}));
  EXPECT_EQ(files_in(folder / "run"),
            (std::vector<std::string>{"000003.checkpoint", "000003.h5", "000004.checkpoint",
                                      "000004.h5", "000005.checkpoint", "000005.h5"}));
  // A run that began anew in the same folder: its generations are the newest.
  saved.save(1, {{"step", 1}});
  EXPECT_EQ(saved.steps(), (std::vector<index_t>{1, 50, 40}));
}

TEST(checkpoint, removes_what_a_killed_run_left) {
  run_folder run(2);
  if (world().rank() == 0)
    for (const char* name : {"000003.h5", ".000003.h5.abcdef.tmp", ".000003.checkpoint.abcdef.tmp",
                             "notes.txt", ".hidden.tmp"})
      std::ofstream(run.file(name)) << "left";
  world().barrier();
  EXPECT_EQ(run.restored(), 2);
  run.saved().save(3, {{"step", 3.0}});
  EXPECT_EQ(files_in(run.file("")),
            (std::vector<std::string>{".hidden.tmp", "000002.checkpoint", "000002.h5",
                                      "000003.checkpoint", "000003.h5", "notes.txt"}));
}

TEST(checkpoint, falls_back_from_a_damaged_generation_and_says_why) {
  run_folder run(3);
  flip(run.file("000003.checkpoint"), 100);
  if (world().rank() == 0) std::filesystem::resize_file(run.file("000002.h5"), 1000);
  world().barrier();
  const std::string warning = warning_of([&] { EXPECT_EQ(run.restored(), 1); });
  if (world().rank() == 0) {
    EXPECT_NE(warning.find("000003.checkpoint': the manifest is damaged: its checksum"),
              warning.npos)
        << warning;
    EXPECT_NE(warning.find("000002.h5': it has 1000 bytes"), warning.npos) << warning;
  } else {
    EXPECT_EQ(warning, "");
  }
}

TEST(checkpoint, recognises_every_flipped_bit) {
  run_folder run(2);
  random_source random;
  SCOPED_TRACE(random.trace());
  const index_t trials = world().size() == 1 && !is_sanitized ? 1000 : 8;
  const std::string names[] = {run.file("000002.h5"), run.file("000002.checkpoint")};
  index_t recognised = 0;
  static_cast<void>(warning_of([&] {
    for (index_t k = 0; k < trials; ++k) {
      // Most bits are in the data; the manifest gets its share.
      const std::string& path = names[k % 4 == 0 ? 1 : 0];
      const index_t bit = random.between(0, bits_of(path) - 1);
      flip(path, bit);
      recognised += run.restored() == 1 ? 1 : 0;
      flip(path, bit);
    }
  }));
  EXPECT_EQ(recognised, trials);
  EXPECT_EQ(run.restored(), 2);
}

TEST(checkpoint, recognises_files_that_end_early_or_are_gone) {
  run_folder run(2);
  const std::string path = run.file("000002.checkpoint");
  const std::string whole = tessera_test::content_of(path);
  static_cast<void>(warning_of([&] {
    const std::size_t step = world().size() == 1 && !is_sanitized ? 1 : 131;
    for (std::size_t bytes = 0; bytes < whole.size(); bytes += step) {
      world().barrier();
      if (world().rank() == 0) std::ofstream(path, std::ios::binary) << whole.substr(0, bytes);
      world().barrier();
      EXPECT_EQ(run.restored(), 1) << bytes;
    }
    world().barrier();
    if (world().rank() == 0) {
      std::ofstream(path, std::ios::binary) << whole;
      std::filesystem::remove(run.file("000002.h5"));
    }
    world().barrier();
    EXPECT_EQ(run.restored(), 1);
  }));
}

TEST(checkpoint, does_not_begin_anew_when_nothing_is_whole) {
  run_folder run(1);
  flip(run.file("000001.h5"), 7);
  std::string message;
  static_cast<void>(warning_of([&] { message = message_of([&] { run.restored(); }); }));
  EXPECT_EQ(message, "file: none of the 1 checkpoints in '" +
                         run.file("").substr(0, run.file("").size() - 1) + "' is whole");
}

TEST(checkpoint, a_full_disk_leaves_the_generations_before) {
  run_folder run(2);
  const global_array<double, 2> u = numbered<double, 2>(process_grid<2>(world()), {40, 40});
  const std::vector<std::string> before = files_in(run.file(""));
  const rlim_t step = world().size() == 1 ? 310 : 2900;
  for (rlim_t bytes = 0; bytes < 12800; bytes += step) {
    SCOPED_TRACE(bytes);
    std::string message;
    {
      const file_size_limit limit(bytes);
      message = message_of([&] { run.saved().save(3, {{"u", u}}); });
    }
    EXPECT_NE(message.find("File too large"), message.npos) << message;
    EXPECT_EQ(files_in(run.file("")), before);
    EXPECT_EQ(run.restored(), 2);
  }
}

TEST(checkpoint, says_what_cannot_be_done) {
  run_folder run(1);
  checkpoint& saved = run.saved();
  EXPECT_EQ(message_of([&] { saved.save(-1, {}); }), "argument: a checkpoint of step -1");
  EXPECT_EQ(message_of([&] {
              saved.save(1, {{"a", 1}, {"a", 2}});
            }),
            "argument: two values to be saved have the name 'a'");
  EXPECT_NE(message_of([&] {
              saved.save(1, {{"a\nb", 1}});
            }).find("more than one line"),
            std::string::npos);
  EXPECT_EQ(message_of([&] { checkpoint("run", {.keep = 0}); }),
            "argument: a checkpoint keeps 0 generations; it must be 1 or more");
  double missing = 0;
  EXPECT_NE(message_of([&] { saved.restore({{"v", missing}}); }).find("'step'"), std::string::npos);
  global_array<double, 2> other(process_grid<2>(world()), {9, 8});
  EXPECT_NE(message_of([&] { saved.restore({{"u", other}}); }).find("(9, 7)"), std::string::npos);
  const std::string taken = run.file("000001.h5");
  EXPECT_EQ(message_of([&] { checkpoint no_folder(taken); }),
            "file: cannot write '" + taken + "': Not a directory");
}
