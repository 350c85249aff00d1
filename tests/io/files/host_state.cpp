// What belongs to a program that started MPI itself stays as it was, whatever is used of the
// library.
#include "support/scratch.hpp"

#include <tessera/tessera.hpp>

#include <gtest/gtest.h>
#include <hdf5.h>

#include <array>
#include <cfenv>
#include <clocale>
#include <csignal>
#include <cstdint>
#include <exception>
#include <string>
#include <sys/stat.h>
#include <thread>
#include <unistd.h>
#include <vector>

#ifdef __SSE__
#include <xmmintrin.h>
#endif

extern char** environ; // NOLINT: POSIX wants it declared

using namespace tessera;
using namespace tessera_test;

namespace {

struct host_state {
  std::vector<std::string> values;

  host_state() {
    add_mpi("world", MPI_COMM_WORLD);
    add_mpi("self", MPI_COMM_SELF);
    MPI_Errhandler files = MPI_ERRHANDLER_NULL;
    MPI_File_get_errhandler(MPI_FILE_NULL, &files);
    add("error handler of files", MPI_Errhandler_c2f(files));
    MPI_Errhandler_free(&files);
    add("rounding mode", std::fegetround());
#ifdef __SSE__
    add("subnormal numbers and traps", _mm_getcsr() & 0xffc0U);
#endif
    add_signals();
    add("locale", std::setlocale(LC_ALL, nullptr));
    const mode_t mask = ::umask(0);
    ::umask(mask);
    add("umask", mask);
    std::array<char, 4096> folder{};
    add("folder", ::getcwd(folder.data(), folder.size()) != nullptr ? folder.data() : "");
    for (char** each = environ; *each != nullptr; ++each) add("variable", *each);
    H5E_auto2_t print = nullptr;
    void* context = nullptr;
    H5Eget_auto2(H5E_DEFAULT, &print, &context);
    add("printing of HDF5", reinterpret_cast<std::uintptr_t>(print));
    add("terminate handler", reinterpret_cast<std::uintptr_t>(std::get_terminate()));
  }

private:
  template <class T> void add(const std::string& name, const T& value) {
    if constexpr (std::is_arithmetic_v<T>)
      values.push_back(name + " " + std::to_string(value));
    else
      values.push_back(name + " " + value);
  }
  void add_mpi(const std::string& name, MPI_Comm comm) {
    MPI_Errhandler handler = MPI_ERRHANDLER_NULL;
    MPI_Comm_get_errhandler(comm, &handler);
    add("error handler of " + name, MPI_Errhandler_c2f(handler));
    MPI_Errhandler_free(&handler);
    char text[MPI_MAX_OBJECT_NAME] = "";
    int length = 0;
    MPI_Comm_get_name(comm, text, &length);
    add("name of " + name, text);
  }
  void add_signals() {
    for (int number = 1; number < 32; ++number) {
      struct sigaction action {};
      if (::sigaction(number, nullptr, &action) != 0) continue;
      add("signal " + std::to_string(number), reinterpret_cast<std::uintptr_t>(action.sa_handler));
    }
    sigset_t blocked{};
    ::pthread_sigmask(SIG_SETMASK, nullptr, &blocked);
    std::string mask;
    for (int number = 1; number < 32; ++number)
      mask += sigismember(&blocked, number) == 1 ? '1' : '0';
    add("blocked signals", mask);
  }
};

/// A little of everything.
void use_the_library(const communicator& world, const std::string& folder) {
  const process_grid<2> grid(world);
  auto u = fromfunction([](index_t i, index_t j) { return 1.0 * static_cast<double>(i * j); }, grid,
                        {20, 30}, halo<2>(1));
  auto v = zeros_like(u);
  apply(v, u, [](auto c) { return c(1, 0) + c(-1, 0); });
  u = sqrt(abs(v)) + 1.0;
  EXPECT_GT(sum(u), 0.0);
  EXPECT_THROW(static_cast<void>(u.at(100, 100)), index_error);
  save_npy(folder + "u.npy", u);
  savetxt(folder + "u.txt", u);
  EXPECT_EQ(
      max(abs(loadtxt<double>(grid, folder + "u.txt") - load_npy<double>(grid, folder + "u.npy"))),
      0.0);
  {
    hdf5_file file = hdf5_file::create(world, folder + "u.h5");
    file.write("u", u);
    file.commit();
  }
  EXPECT_THROW(hdf5_file::open(world, folder + "u.txt"), file_error);
  checkpoint saved(world, folder + "run");
  saved.save(1, {{"u", u}});
  EXPECT_EQ(saved.restore({{"u", u}}), 1);
  imsave(folder + "u.png", u);
  ndarray<double, 2> a{{2, 1}, {1, 3}};
  EXPECT_NEAR(linalg::det(a), 5.0, 1e-12);
}

} // namespace

TEST(host_state, keeps_all_of_its_state) {
  const scratch folder;
  ::setenv("TESSERA_TEST_HOST", "its own", 1);
  const mode_t mask = ::umask(027);
  const host_state before;
  {
    const communicator borrowed(MPI_COMM_WORLD);
    use_the_library(borrowed, folder.folder() + "/");
    const host_state during;
    EXPECT_EQ(during.values, before.values);
  }
  const host_state after;
  EXPECT_EQ(after.values, before.values);
  ::umask(mask);
  ::unsetenv("TESSERA_TEST_HOST");
}

namespace {

int noted_errors = 0;
void note_error(MPI_Comm*, int*, ...) { ++noted_errors; } // NOLINT: as MPI has it

int count_copies(MPI_Comm, int, void* count, void*, void*, int* copies) {
  ++*static_cast<int*>(count);
  *copies = 0;
  return MPI_SUCCESS;
}

} // namespace

// A handler of the host's own is called for its errors, and its attributes are seen as before.
TEST(host_state, keeps_what_hangs_on_its_communicators) {
  MPI_Comm mine = MPI_COMM_NULL;
  MPI_Comm_dup(MPI_COMM_WORLD, &mine);
  MPI_Errhandler handler = MPI_ERRHANDLER_NULL;
  MPI_Comm_create_errhandler(&note_error, &handler);
  MPI_Comm_set_errhandler(mine, handler);
  int copied = 0;
  int key = MPI_KEYVAL_INVALID;
  MPI_Comm_create_keyval(&count_copies, MPI_COMM_NULL_DELETE_FN, &key, &copied);
  int value = 7;
  MPI_Comm_set_attr(mine, key, &value);
  const scratch folder;
  use_the_library(communicator(mine), folder.folder() + "/");
  void* found = nullptr;
  int is_there = 0;
  MPI_Comm_get_attr(mine, key, &found, &is_there);
  EXPECT_TRUE(is_there != 0 && found == &value);
  noted_errors = 0;
  int data = 0;
  MPI_Bcast(&data, 1, MPI_INT, 1000, mine); // an error of the host program
  EXPECT_EQ(noted_errors, 1);
  MPI_Comm_delete_attr(mine, key);
  MPI_Comm_free_keyval(&key);
  MPI_Errhandler_free(&handler);
  MPI_Comm_free(&mine);
}

TEST(host_state, threads_write_hdf5_files) {
  int level = MPI_THREAD_SINGLE;
  MPI_Query_thread(&level);
  if (level < MPI_THREAD_MULTIPLE) GTEST_SKIP() << "this MPI has no such threads";
  const scratch folder;
  const communicator first = communicator::world().duplicate();
  const communicator second = communicator::world().duplicate();
  const auto work = [&](const communicator& comm, const std::string& name, int& wrong) {
    wrong = 0;
    const process_grid<1> line(comm);
    for (int round = 0; round < 10; ++round) {
      const auto u = arange(line, 100.0 + round);
      const std::string path = folder.folder() + "/" + name + ".h5";
      hdf5_file file = hdf5_file::create(comm, path);
      file.write("u", u, {.deflate = 1});
      file.set_attribute("u", "round", round);
      file.commit();
      hdf5_file back = hdf5_file::open(comm, path);
      auto read = zeros(line, u.shape());
      back.read("u", read);
      if (max(abs(read - u)) != 0) ++wrong;
      try {
        static_cast<void>(back.shape("none"));
        ++wrong;
      } catch (const file_error& e) {
        if (std::string(e.what()).find("none") == std::string::npos) ++wrong;
      }
    }
  };
  int wrong[2] = {-1, -1};
  const auto guarded = [&](const communicator& comm, const std::string& name, int& count) {
    try {
      work(comm, name, count);
    } catch (const std::exception& e) {
      count = 1000;
      ADD_FAILURE() << e.what();
    }
  };
  std::thread other([&] { guarded(second, "b", wrong[1]); });
  guarded(first, "a", wrong[0]);
  other.join();
  EXPECT_EQ(wrong[0], 0);
  EXPECT_EQ(wrong[1], 0);
}
