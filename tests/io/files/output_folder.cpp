#include "support/scratch.hpp"

#include <tessera/core/files/output_file.hpp>
#include <tessera/core/files/output_folder.hpp>

#include <gtest/gtest.h>

#include <sys/wait.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <string>
#include <utility>

using namespace tessera;
using tessera_test::content_of;
using tessera_test::message_of;
using tessera_test::scratch;

namespace {

namespace fs = std::filesystem;

/// Local folders are tested by rank 0; the others only keep the beginning and end together.
bool is_folder_tester() { return communicator::world().rank() == 0; }

void put_inside(const std::string& folder, const std::string& text) {
  fs::create_directories(folder + "/sub/deep");
  std::ofstream(folder + "/sub/deep/a") << text;
}

} // namespace

TEST(output_folder, appears_when_committed) {
  const scratch place;
  if (is_folder_tester()) {
    for (const std::string text : {"first", "second"}) {
      output_folder folder = output_folder::create(place / "a/");
      put_inside(folder.temporary(), text);
      if (text == "second") {
        EXPECT_EQ(content_of(place / "a/sub/deep/a"), "first");
      }
      folder.commit();
      EXPECT_EQ(content_of(place / "a/sub/deep/a"), text);
    }
    fs::create_directory(place / "empty");
    output_folder::create(place / "empty").commit();
  }
  EXPECT_EQ(place.entries(), 2);
}

TEST(output_folder, leaves_nothing_without_commit) {
  const scratch place;
  if (is_folder_tester()) {
    const output_folder folder = output_folder::create(place / "a");
    put_inside(folder.temporary(), "text");
  }
  EXPECT_EQ(place.entries(), 0);
}

TEST(output_folder, replaces_no_file_and_keeps_links) {
  const scratch place;
  place.file("file", "text");
  if (is_folder_tester()) {
    EXPECT_NE(message_of([&] { output_folder::create(place / "file"); }).find("Not a directory"),
              std::string::npos);
    output_folder late = output_folder::create(place / "late");
    std::ofstream(place / "late") << "text";
    EXPECT_NE(message_of([&] { late.commit(); }).find("Not a directory"), std::string::npos);
    EXPECT_EQ(content_of(place / "late"), "text");
    fs::create_directory_symlink("real", place / "link");
    output_folder folder = output_folder::create(place / "link");
    put_inside(folder.temporary(), "text");
    folder.commit();
    EXPECT_TRUE(fs::is_symlink(place / "link"));
    EXPECT_EQ(content_of(place / "real/sub/deep/a"), "text");
  }
  EXPECT_EQ(place.entries(), 4);
}

TEST(output_folder, removes_what_killed_processes_left) {
  const scratch place;
  if (is_folder_tester()) {
    const output_folder alive = output_folder::create(place / "a");
    const pid_t child = ::fork();
    if (child == 0) {
      const output_folder folder = output_folder::create(place / "a");
      put_inside(folder.temporary(), "left");
      ::_exit(0); // without destructors, as one that is killed
    }
    int status = 0;
    ::waitpid(child, &status, 0);
    EXPECT_EQ(std::distance(fs::directory_iterator(place.folder()), {}), 2);
    output_folder::create(place / "a").commit();
    EXPECT_EQ(std::distance(fs::directory_iterator(place.folder()), {}), 2) << "one is alive";
  }
  EXPECT_EQ(place.entries(), 1);
}

TEST(output_folder, goes_with_a_process_that_ends) {
  const scratch place;
  if (is_folder_tester()) {
    const pid_t child = ::fork();
    if (child == 0) {
      const output_folder folder = output_folder::create(place / "a");
      put_inside(folder.temporary(), "text");
      detail::remove_temporaries(); // as a signal's handler does
      ::_exit(fs::is_empty(place.folder()) ? 0 : 1);
    }
    int status = -1;
    ::waitpid(child, &status, 0);
    EXPECT_EQ(status, 0);
  }
  EXPECT_EQ(place.entries(), 0);
}

TEST(output_folder, puts_back_what_was_set_aside) {
  const scratch place;
  if (is_folder_tester()) {
    put_inside(place / ".a.tessera-old", "old");
    { const output_folder folder = output_folder::create(place / "a"); }
    EXPECT_EQ(content_of(place / "a/sub/deep/a"), "old");
    put_inside(place / ".a.tessera-old", "older");
    { const output_folder folder = output_folder::create(place / "a"); }
    EXPECT_EQ(content_of(place / "a/sub/deep/a"), "old");
  }
  EXPECT_EQ(place.entries(), 1);
}
