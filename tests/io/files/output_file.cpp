#include "support/scratch.hpp"

#include <tessera/distributed/agree.hpp>
#include <tessera/io/input_file.hpp>
#include <tessera/io/shared_output_file.hpp>

#include <gtest/gtest.h>

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <string>

using namespace tessera;
using tessera_test::content_of;
using tessera_test::message_of;
using tessera_test::scratch;

namespace {

/// Local files are tested by rank 0; the others only keep the folder's beginning and end together.
bool first_rank() { return communicator::world().rank() == 0; }

void write(const output_file& file, const std::string& text, index_t offset = 0) {
  file.write_at(offset, text.data(), static_cast<index_t>(text.size()));
}

} // namespace

TEST(output_file, appears_when_committed) {
  const scratch folder;
  const std::string path = folder.file("a", "old");
  if (first_rank()) {
    output_file file = output_file::create(path);
    EXPECT_NE(file.temporary(), path);
    write(file, "world", 6);
    write(file, "hello ");
    EXPECT_EQ(content_of(path), "old");
    file.commit();
    EXPECT_EQ(content_of(path), "hello world");
  }
  EXPECT_EQ(folder.entries(), 1);
}

TEST(output_file, leaves_nothing_without_commit) {
  const scratch folder;
  if (first_rank()) {
    const output_file file = output_file::create(folder / "a");
    write(file, "text");
  }
  EXPECT_EQ(folder.entries(), 0);
}

TEST(output_file, moves) {
  const scratch folder;
  if (first_rank()) {
    output_file a = output_file::create(folder / "a");
    output_file b = output_file::create(folder / "b");
    const std::string of_a = a.temporary();
    const std::string of_b = b.temporary();
    b = std::move(a);
    EXPECT_NE(::access(of_b.c_str(), F_OK), 0) << "the file that was assigned over must go";
    EXPECT_EQ(b.temporary(), of_a);
    output_file& same = b;
    b = std::move(same);
    write(b, "a");
    output_file c = std::move(b);
    c.commit();
    EXPECT_EQ(content_of(folder / "a"), "a");
  }
  EXPECT_EQ(folder.entries(), 1);
}

TEST(output_file, replaces_the_file_behind_a_link_and_keeps_permissions) {
  const scratch folder;
  const std::string path = folder.file("target", "old");
  const std::string link = folder / "link";
  if (first_rank()) {
    EXPECT_EQ(::chmod(path.c_str(), 06640), 0);
    EXPECT_EQ(::symlink("target", link.c_str()), 0);
    output_file file = output_file::create(link);
    write(file, "new");
    file.commit();
    struct stat status {};
    EXPECT_EQ(::lstat(link.c_str(), &status), 0);
    EXPECT_TRUE(S_ISLNK(status.st_mode));
    EXPECT_EQ(content_of(path), "new");
    EXPECT_EQ(::stat(path.c_str(), &status), 0);
    EXPECT_EQ(status.st_mode & 07777U, 0640U);
  }
  EXPECT_EQ(folder.entries(), 2);
}

TEST(output_file, takes_the_longest_name) {
  const scratch folder;
  if (first_rank()) {
    const std::string name(255, 'n');
    output_file::create(folder / name).commit();
    EXPECT_EQ(::access((folder / name).c_str(), F_OK), 0);
  }
}

TEST(output_file, says_why_it_cannot_be_made) {
  const scratch folder;
  if (!first_rank()) return;
  const auto create = [](const std::string& path) {
    return message_of([&] { output_file::create(path); });
  };
  const std::string inside = folder / "no/such";
  EXPECT_EQ(create(inside), "file: cannot write '" + inside +
                                "': no new file can be made in the folder '" + folder.folder() +
                                "/no/': No such file or directory");
  EXPECT_EQ(create(folder.folder()),
            "file: cannot write '" + folder.folder() + "': Is a directory");
  const auto cannot_replace = [&](const std::string& path, const std::string& what) {
    EXPECT_EQ(create(path), "file: cannot write '" + path + "': " + what +
                                ", and files take their name when they are complete; savetxt to "
                                "'-' writes to the standard output");
  };
  cannot_replace("/dev/null", "it is a device");
  EXPECT_EQ(::mkfifo((folder / "pipe").c_str(), 0600), 0);
  cannot_replace(folder / "pipe", "it is a pipe");
  EXPECT_EQ(create(""), "file: cannot write '': it names no file");
  const std::string itself = folder / "itself";
  EXPECT_EQ(::symlink("itself", itself.c_str()), 0);
  EXPECT_EQ(create(itself),
            "file: cannot write '" + itself + "': Too many levels of symbolic links");
  const int open = ::open((folder / "open").c_str(), O_WRONLY | O_CREAT, 0600);
  cannot_replace("/proc/self/fd/" + std::to_string(open), "it is an open file of a process");
  ::close(open);
}

TEST(output_file, makes_what_a_link_points_to) {
  const scratch folder;
  if (!first_rank()) return;
  std::filesystem::create_directory(folder / "inside");
  EXPECT_EQ(::symlink("inside/second", (folder / "first").c_str()), 0);
  EXPECT_EQ(::symlink("../target", (folder / "inside/second").c_str()), 0);
  output_file file = output_file::create(folder / "first");
  write(file, "new");
  file.commit();
  EXPECT_EQ(content_of(folder / "target"), "new");
  EXPECT_TRUE(std::filesystem::is_symlink(folder / "first"));
}

TEST(output_file, removes_what_a_killed_process_left_but_no_file_that_is_being_written) {
  const scratch folder;
  if (first_rank()) {
    const std::string path = folder / "a";
    for (int k = 0; k < 5; ++k) {
      const pid_t child = ::fork();
      if (child == 0) {
        const output_file left = output_file::create(path);
        ::_exit(::access(left.temporary().c_str(), F_OK) == 0 ? 0 : 1);
      }
      int status = 0;
      ::waitpid(child, &status, 0);
      EXPECT_EQ(status, 0);
    }
    output_file first = output_file::create(path);
    output_file second = output_file::create(path);
    output_file third = output_file::create(path);
    const auto files = std::filesystem::directory_iterator(folder.folder());
    EXPECT_EQ(std::distance(files, {}), 3);
    write(second, "second");
    second.commit();
    write(first, "first");
    first.commit();
    EXPECT_EQ(content_of(path), "first");
  }
}

TEST(output_file, is_given_up_by_any_rank) {
  const scratch folder;
  const communicator world = communicator::world();
  shared_output_file file(world, folder / "a");
  world.barrier();
  if (world.rank() + 1 == world.size()) file.remove();
  EXPECT_EQ(folder.entries(), 0);
}

TEST(output_file, is_removed_with_a_process_that_ends) {
  const scratch folder;
  if (!first_rank()) return;
  const pid_t child = ::fork();
  if (child == 0) {
    // As a handler of a signal does.
    const output_file a = output_file::create(folder / "a");
    const output_file b = output_file::create(folder / "b");
    output_file done = output_file::create(folder / "done");
    done.commit();
    detail::remove_temporaries();
    ::_exit(0);
  }
  const output_file mine = output_file::create(folder / "mine");
  ::waitpid(child, nullptr, 0);
  const auto files = std::filesystem::directory_iterator(folder.folder());
  EXPECT_EQ(std::distance(files, {}), 2) << "the parent's and the complete one";
}

TEST(output_file, is_written_by_all_ranks) {
  const scratch folder;
  const communicator world = communicator::world();
  const std::string path = folder.file("a", "old");
  shared_output_file file(world, path);
  const char letter = static_cast<char>('a' + world.rank());
  collectively(world, [&] { file.write_at(world.rank(), &letter, 1); });
  EXPECT_EQ(content_of(path), "old");
  world.barrier();
  file.commit();
  world.barrier();
  EXPECT_EQ(content_of(path),
            std::string("abcdefgh").substr(0, static_cast<std::size_t>(world.size())));
  EXPECT_EQ(folder.entries(), 1);
}

TEST(output_file, fails_on_all_ranks_alike) {
  const scratch folder;
  const std::string path = folder / "no/such";
  const std::string message = message_of([&] { shared_output_file(communicator::world(), path); });
  EXPECT_EQ(message.find("file: cannot write '" + path), 0U) << message;
}

TEST(output_file, keeps_the_old_file_when_one_rank_fails) {
  const scratch folder;
  const communicator world = communicator::world();
  const std::string path = folder.file("a", "old");
  const int failing = world.size() - 1;
  const std::string message = message_of([&] {
    shared_output_file file(world, path);
    collectively(world, [&] {
      if (world.rank() == failing) throw file_error("broken");
    });
    file.commit();
  });
  EXPECT_NE(message.find("broken"), std::string::npos);
  EXPECT_EQ(folder.entries(), 1);
  EXPECT_EQ(content_of(path), "old");
}

TEST(output_file, reports_a_full_disk) {
  const scratch folder;
  const std::string path = folder.file("a", "old");
  if (first_rank()) {
    const tessera_test::file_size_limit limit(1000);
    output_file file = output_file::create(path);
    const std::string text(1001, 'x');
    EXPECT_EQ(message_of([&] { write(file, text); }),
              "file: cannot write '" + path + "': File too large");
  }
  EXPECT_EQ(folder.entries(), 1);
  EXPECT_EQ(content_of(path), "old");
}

TEST(output_file, input_reads_exactly) {
  const scratch folder;
  const std::string path = folder.file("a", "0123456789");
  const input_file file(path);
  EXPECT_EQ(file.size(), 10);
  char text[4] = {};
  file.read_at(6, text, 4);
  EXPECT_EQ(std::string(text, 4), "6789");
  EXPECT_EQ(message_of([&] { file.read_at(8, text, 4); }),
            "file: cannot read '" + path + "': it ends at byte 10, 2 bytes too early");
}

TEST(output_file, input_says_why_it_cannot_be_read) {
  const scratch folder;
  const auto open = [](const std::string& path) {
    return message_of([&] { input_file file(path); });
  };
  EXPECT_EQ(open(folder / "none"),
            "file: cannot read '" + (folder / "none") + "': No such file or directory");
  EXPECT_EQ(open(folder.folder()), "file: cannot read '" + folder.folder() + "': Is a directory");
  EXPECT_EQ(open("/dev/null"), "file: cannot read '/dev/null': it is not a regular file");
  if (first_rank()) {
    const std::string pipe = folder / "pipe";
    EXPECT_EQ(::mkfifo(pipe.c_str(), 0600), 0);
    EXPECT_EQ(open(pipe), "file: cannot read '" + pipe + "': it is not a regular file");
  }
}
