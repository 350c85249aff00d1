// A limit on the size of files, at many places of each format: every rank throws the same, and the
// file that was there is as it was.
#include "support/formats.hpp"
#include "support/numbered.hpp"
#include "support/scratch.hpp"
#include "world.hpp"

#include <gtest/gtest.h>

#include <filesystem>
#include <string>

using namespace tessera;
using tessera_test::content_of;
using tessera_test::message_of;
using tessera_test::scratch;
using tessera_test::world;

namespace {

/// A file as long as `bytes` is the largest that can be written; smaller limits are errors.
void expect_errors_below(const scratch& folder, const std::string& format, const std::string& path,
                         const global_array<double, 2>& u, rlim_t bytes) {
  const std::string before = content_of(path);
  world().barrier();
  const rlim_t steps = world().size() == 1 ? 60 : 12;
  for (rlim_t k = 0; k < steps; ++k) {
    // The ends, where heads and last blocks are, and places between them.
    const rlim_t limit = k == 0 ? bytes - 1 : k < 4 ? k - 1 : bytes * k / steps;
    std::string message;
    {
      const tessera_test::file_size_limit limited(limit);
      message = message_of([&] { tessera_test::write_as(format, path, u); });
    }
    EXPECT_EQ(message, broadcast(world(), message, 0)) << limit;
    EXPECT_EQ(message.find("file: "), 0U) << limit << " of " << bytes << ": " << message;
    EXPECT_NE(message.find("cannot write '" + path + "': File too large"), std::string::npos)
        << message;
    EXPECT_EQ(content_of(path), before) << limit;
    EXPECT_EQ(folder.entries(), 1) << limit;
  }
}

} // namespace

TEST(full_disk, keeps_the_old_file_in_every_format) {
  for (const char* format : tessera_test::file_formats) {
    SCOPED_TRACE(format);
    const scratch folder;
    global_array<double, 2> u(process_grid<2>(world()), {23, 17});
    tessera_test::number(u);
    const std::string path = folder / (std::string("u.") + format);
    tessera_test::write_as(format, path, u);
    const auto bytes = static_cast<rlim_t>(std::filesystem::file_size(path));
    world().barrier();
    expect_errors_below(folder, format, path, u, bytes);
    {
      const tessera_test::file_size_limit limited(bytes);
      EXPECT_EQ(message_of([&] { tessera_test::write_as(format, path, u); }), "");
    }
    EXPECT_EQ(folder.entries(), 1);
  }
}
