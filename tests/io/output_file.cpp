#include "scratch.hpp"

#include <tessera/distributed/agree.hpp>
#include <tessera/io/input_file.hpp>
#include <tessera/io/shared_output_file.hpp>

#include <gtest/gtest.h>

#include <sys/stat.h>
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
    EXPECT_EQ(::chmod(path.c_str(), 0640), 0);
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
  EXPECT_EQ(create("/dev/null"), "file: cannot write '/dev/null': it is not a regular file");
  EXPECT_EQ(create(""), "file: cannot write '': it names no file");
  EXPECT_EQ(::symlink("nowhere", (folder / "link").c_str()), 0);
  EXPECT_NE(create(folder / "link").find("No such file"), std::string::npos);
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
