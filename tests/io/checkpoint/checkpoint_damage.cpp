// Generations that are damaged, renamed or no generations at all: they never count as kept.
#include "support/scratch.hpp"

#include "checkpoint/checkpoint_manifest.hpp"
#include "checkpoint/manifest_words.hpp"
#include "world.hpp"

#include <tessera/distributed.hpp>
#include <tessera/io/checkpoint.hpp>

#include <gtest/gtest.h>

#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <string>
#include <vector>

using namespace tessera;
using tessera_test::content_of;
using tessera_test::file_size_limit;
using tessera_test::message_of;
using tessera_test::scratch;
using tessera_test::world;
namespace fs = std::filesystem;

namespace {

/// Something that rank 0 does to files. Collective.
template <class F> void on_root(F&& f) {
  world().barrier();
  if (world().rank() == 0) f();
  world().barrier();
}

global_array<double, 2> values_of(index_t step) {
  global_array<double, 2> u(process_grid<2>(world()), {9, 7});
  u.fill([&](index_t i, index_t j) { return static_cast<double>(step * 100 + i * 10 + j); });
  return u;
}

/// A folder of checkpoints whose values tell their step.
class steps_folder {
public:
  [[nodiscard]] std::string file(const std::string& name) const { return folder_ / "run/" + name; }
  [[nodiscard]] std::string folder() const { return folder_ / "run"; }

  /// By an object of its own, as after a restart.
  void save(index_t step, index_t keep) const {
    save_with(checkpoint(folder(), {.keep = keep}), step);
  }
  static void save_with(checkpoint saved, index_t step) {
    saved.save(step, {{"u", values_of(step)}});
  }
  /// The step that is restored with right values; -1 where nothing can be.
  [[nodiscard]] index_t restored() const {
    testing::internal::CaptureStderr();
    global_array<double, 2> u(process_grid<2>(world()), {9, 7});
    index_t step = -1;
    static_cast<void>(message_of([&] {
      step = checkpoint(folder()).restore({{"u", u}}).value_or(0);
    }));
    warnings_ = testing::internal::GetCapturedStderr();
    EXPECT_TRUE(step <= 0 || all(u == values_of(step)));
    return step;
  }
  [[nodiscard]] std::vector<index_t> steps() const { return checkpoint(folder()).steps(); }
  [[nodiscard]] const std::string& warnings() const { return warnings_; }

  void damage(const std::string& name) const {
    on_root([&] {
      std::string bytes = content_of(file(name));
      bytes[bytes.size() / 2] = static_cast<char>(bytes[bytes.size() / 2] ^ 1);
      std::ofstream(file(name), std::ios::binary) << bytes;
    });
  }

private:
  scratch folder_;
  mutable std::string warnings_;
};

} // namespace

TEST(checkpoint_damage, does_not_count_as_kept) {
  for (const char* newest : {"000002.h5", "000002.checkpoint"}) {
    const steps_folder run;
    run.save(1, 2);
    run.save(2, 2);
    run.damage(newest);
    EXPECT_EQ(run.restored(), 1);
    run.save(3, 2);
    run.damage("000003.h5");
    EXPECT_EQ(run.restored(), 1) << "the only good one must stay";
    run.save(4, 2);
    EXPECT_EQ(run.restored(), 4);
    run.save(5, 2);
    run.save(6, 2);
    EXPECT_EQ(run.steps(), (std::vector<index_t>{6, 5})) << "the damaged ones go in the end";
  }
}

TEST(checkpoint_damage, is_noticed_between_saves_of_one_run) {
  const steps_folder run;
  const checkpoint saved(run.folder(), {.keep = 2});
  for (index_t step = 1; step <= 2; ++step) steps_folder::save_with(saved, step);
  run.damage("000002.h5");
  steps_folder::save_with(saved, 3);
  run.damage("000003.checkpoint");
  EXPECT_EQ(run.restored(), 1);
}

TEST(checkpoint_damage, of_nothing_is_done_by_a_save_that_fails) {
  const steps_folder run;
  for (index_t step = 1; step <= 3; ++step) run.save(step, 3);
  run.damage("000003.h5");
  std::string message;
  {
    const file_size_limit limit(100);
    message = message_of([&] { run.save(4, 1); });
  }
  EXPECT_NE(message, "");
  EXPECT_EQ(run.restored(), 2);
  run.damage("000002.h5");
  EXPECT_EQ(run.restored(), 1);
  run.save(4, 1);
  EXPECT_EQ(run.restored(), 4);
  EXPECT_EQ(run.steps(), (std::vector<index_t>{4}));
}

TEST(checkpoint_damage, what_only_has_the_name_does_not_count) {
  const steps_folder run;
  run.save(1, 2);
  on_root([&] {
    std::ofstream(run.file("000005.checkpoint")).close();
    std::ofstream(run.file("000005.h5")).close();
    fs::create_directory(run.file("000007.checkpoint"));
    fs::create_directory(run.file("000008.h5"));
    std::ofstream(run.file("0000009.checkpoint")) << "seven digits";
  });
  EXPECT_EQ(run.restored(), 1);
  run.save(2, 2);
  EXPECT_TRUE(fs::exists(run.file("000009.checkpoint")));
  run.damage("000009.h5");
  EXPECT_EQ(run.restored(), 1);
  run.save(3, 2);
  run.save(4, 2);
  EXPECT_EQ(run.restored(), 4);
  EXPECT_TRUE(fs::exists(run.file("000007.checkpoint")));
}

TEST(checkpoint_damage, swapped_generations_are_not_taken_for_each_other) {
  const steps_folder run;
  for (index_t step = 1; step <= 3; ++step) run.save(step, 3);
  const auto swap = [&] {
    on_root([&] {
      for (const std::string end : {".h5", ".checkpoint"}) {
        fs::rename(run.file("000002" + end), run.file("held"));
        fs::rename(run.file("000003" + end), run.file("000002" + end));
        fs::rename(run.file("held"), run.file("000003" + end));
      }
    });
  };
  swap();
  EXPECT_EQ(run.restored(), 1);
  if (world().rank() == 0) {
    EXPECT_NE(run.warnings().find("it is the manifest of generation 2: the file was renamed"),
              std::string::npos)
        << run.warnings();
  }
  swap();
  EXPECT_EQ(run.restored(), 3);
}

TEST(checkpoint_damage, a_number_that_cannot_be_followed_is_an_error) {
  const steps_folder run;
  run.save(1, 2);
  on_root([&] { std::ofstream(run.file("999999999999999999.checkpoint")).close(); });
  EXPECT_NE(message_of([&] { run.save(2, 2); }).find("highest number"), std::string::npos);
  EXPECT_EQ(run.restored(), 1);
}

TEST(checkpoint_damage, manifests_without_a_number_still_count) {
  const steps_folder run;
  run.save(1, 2);
  on_root([&] {
    std::string text = content_of(run.file("000001.checkpoint"));
    text.replace(0, text.find("step"), "tessera checkpoint 1\n");
    text.erase(text.find("end "));
    std::ofstream(run.file("000001.checkpoint"))
        << text << "end " << detail::manifest_words::hexadecimal(detail::hash_of(text)) << '\n';
  });
  EXPECT_EQ(run.restored(), 1);
  EXPECT_EQ(run.warnings(), "");
  run.save(2, 2);
  run.damage("000002.h5");
  EXPECT_EQ(run.restored(), 1);
}

TEST(checkpoint_damage, lock_belongs_to_one_process_at_a_time) {
  const steps_folder run;
  checkpoint saved(run.folder());
  steps_folder::save_with(saved, 1);
  if (world().rank() == 0) {
    // Another process, as another job: it is told, and can look.
    const pid_t child = ::fork();
    if (child == 0) {
      const int file = ::open(run.file(".lock").c_str(), O_RDWR);
      struct flock lock {};
      lock.l_type = F_WRLCK;
      ::_exit(::fcntl(file, F_SETLK, &lock) == 0 ? 0 : 1);
    }
    int status = 0;
    ::waitpid(child, &status, 0);
    EXPECT_EQ(WEXITSTATUS(status), 1);
  }
  world().barrier();
  run.save(2, 2); // the same process shares it
  EXPECT_EQ(run.restored(), 2);
}

TEST(checkpoint_damage, lock_of_another_process_is_told) {
  const steps_folder run;
  run.save(1, 2);
  on_root([&] { EXPECT_FALSE(fs::exists(run.file(".lock"))); });
  int pipes[2][2];
  pid_t child = -1;
  if (world().rank() == 0) {
    for (auto& p : pipes) ASSERT_EQ(::pipe(p), 0);
    child = ::fork();
    if (child == 0) {
      const int file = ::open(run.file(".lock").c_str(), O_RDWR | O_CREAT, 0666);
      struct flock lock {};
      lock.l_type = F_WRLCK;
      char byte = ::fcntl(file, F_SETLK, &lock) == 0 && ::write(file, "job 5", 5) == 5 ? 'y' : 'n';
      ::close(pipes[1][1]);
      const bool told = ::write(pipes[0][1], &byte, 1) == 1;
      ::_exit(told && ::read(pipes[1][0], &byte, 1) == 0 ? 0 : 1);
    }
    char byte = 'n';
    EXPECT_EQ(::read(pipes[0][0], &byte, 1), 1);
    EXPECT_EQ(byte, 'y');
  }
  EXPECT_EQ(message_of([&] { run.save(2, 2); }),
            "file: cannot save to '" + run.folder() +
                "': job 5 saves to it; each job needs a folder of its own");
  EXPECT_EQ(run.restored(), 1);
  if (world().rank() == 0) {
    EXPECT_NE(run.warnings().find("job 5 saves to"), std::string::npos);
    ::kill(child, SIGKILL);
    ::waitpid(child, nullptr, 0);
    for (auto& p : pipes)
      for (const int end : p) ::close(end);
  }
  world().barrier();
  run.save(2, 2); // the lock went with the process
  EXPECT_EQ(run.restored(), 2);
}
