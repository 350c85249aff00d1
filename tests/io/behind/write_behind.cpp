// Files and pictures that are written while the program goes on.
#include "support/numbered.hpp"
#include "support/scratch.hpp"

#include "world.hpp"

#include "parts/file_box.hpp"

#include <tessera/core/threads/background.hpp>
#include <tessera/io/image_series.hpp>
#include <tessera/io/npy.hpp>

#include <gtest/gtest.h>

#include <atomic>
#include <cmath>
#include <string>
#include <vector>

using namespace tessera;
using tessera_test::content_of;
using tessera_test::file_size_limit;
using tessera_test::message_of;
using tessera_test::number;
using tessera_test::scratch;
using tessera_test::world;

namespace {

/// While it lives, the background does nothing.
class standstill {
public:
  standstill() {
    work_->add([this] { is_over_.wait(false); });
  }
  standstill(const standstill&) = delete;
  standstill& operator=(const standstill&) = delete;
  ~standstill() {
    is_over_ = true;
    is_over_.notify_all();
    work_->wait();
  }

private:
  std::atomic<bool> is_over_ = false;
  std::shared_ptr<detail::background_work> work_ = detail::background_work::begin();
};

std::vector<grid_dims<2>> all_divisions() {
  const int ranks = world().size();
  return {{ranks, 1}, {1, ranks}, process_grid<2>(world()).dims()};
}

} // namespace

TEST(write_behind, npy_has_the_bytes_of_when_it_was_started) {
  const scratch folder;
  detail::set_hashed_piece_bytes(500);
  for (const grid_dims<2>& dims : all_divisions()) {
    global_array<double, 2> u(process_grid<2>(world(), dims), {23, 37}, halo<2>(1));
    number(u);
    save_npy(folder / "u.npy", u);
    save_npy(folder / "part.npy", u(slice(2, 20), slice(none, none, 3)));
    save_npy(folder / "twice.npy", 2.0 * u);
    const pending_save whole = start_save_npy(folder / "v.npy", u);
    const pending_save part =
        start_save_npy(folder / "q.npy", u(slice(2, 20), slice(none, none, 3)));
    const pending_save twice = start_save_npy(folder / "t.npy", 2.0 * u);
    u.fill([](index_t, index_t) { return -1.0; });
    for (const pending_save* pending : {&whole, &part, &twice}) pending->wait();
    EXPECT_TRUE(content_of(folder / "v.npy") == content_of(folder / "u.npy"));
    EXPECT_TRUE(content_of(folder / "q.npy") == content_of(folder / "part.npy"));
    EXPECT_TRUE(content_of(folder / "t.npy") == content_of(folder / "twice.npy"));
    EXPECT_EQ(folder.entries(), 6);
  }
  detail::set_hashed_piece_bytes(index_t{32} << 20U);
}

TEST(write_behind, arrays_without_elements_and_of_few) {
  const scratch folder;
  for (const index_t n : {0, 1, 3}) {
    global_array<float, 1> u(process_grid<1>(world()), {n});
    number(u);
    save_npy(folder / "u.npy", u);
    start_save_npy(folder / "v.npy", u).wait();
    EXPECT_TRUE(content_of(folder / "v.npy") == content_of(folder / "u.npy"));
  }
}

TEST(write_behind, the_last_of_one_name_stays) {
  const scratch folder;
  global_array<double, 2> u(process_grid<2>(world()), {40, 30});
  pending_save last;
  for (int k = 0; k < 5; ++k) {
    u.fill([&](index_t i, index_t j) { return static_cast<double>(k * 10000 + 100 * i + j); });
    last = start_save_npy(folder / "u.npy", u);
  }
  last.wait();
  save_npy(folder / "same.npy", u);
  EXPECT_TRUE(content_of(folder / "u.npy") == content_of(folder / "same.npy"));
  EXPECT_EQ(folder.entries(), 2);
}

TEST(write_behind, a_full_disk_leaves_the_file_before) {
  const scratch folder;
  const std::string path = folder.file("u.npy", "what was there");
  global_array<double, 2> u(process_grid<2>(world()), {400, 30});
  pending_save pending;
  {
    const file_size_limit limit(4000);
    {
      const standstill until;
      pending = start_save_npy(path, u);
    }
    const std::string message = message_of([&] { pending.wait(); });
    EXPECT_NE(message.find("File too large"), message.npos) << message;
  }
  EXPECT_EQ(content_of(path), "what was there");
  EXPECT_EQ(folder.entries(), 1);
}

TEST(write_behind, what_cannot_be_started_is_told_at_once) {
  const global_array<double, 2> u(process_grid<2>(world()), {4, 3});
  EXPECT_NE(message_of([&] { start_save_npy("no/such/folder/u.npy", u); }).find("no/such/folder"),
            std::string::npos);
  const global_array<double, 2> empty(process_grid<2>(world()), {0, 3});
  EXPECT_NE(message_of([&] { start_imsave("u.png", empty); }).find("no PNG can be made"),
            std::string::npos);
}

TEST(write_behind, pictures_are_those_of_imsave) {
  const scratch folder;
  global_array<double, 2> u(process_grid<2>(world()), {60, 90});
  const auto fill = [&](double t) {
    u.fill([&](index_t i, index_t j) { return std::sin(0.1 * static_cast<double>(i * j) + t); });
  };
  const image_options options{.max_pixels = 50, .color_bar = true, .title = "behind"};
  fill(0);
  imsave(folder / "u.png", u, options);
  const pending_save pending = start_imsave(folder / "v.png", u, options);
  fill(1);
  pending.wait();
  EXPECT_TRUE(content_of(folder / "v.png") == content_of(folder / "u.png"));

  image_series at_once(folder / "a/u.png", options);
  image_series behind(folder / "b/u.png", options);
  pending_save last;
  for (index_t step = 0; step < 3; ++step) {
    fill(static_cast<double>(step));
    at_once.save(step, u);
    last = behind.start_save(step, u);
  }
  last.wait();
  for (const char* name : {"/u_000000.png", "/u_000001.png", "/u_000002.png"})
    EXPECT_TRUE(content_of(folder / ("b" + std::string(name))) ==
                content_of(folder / ("a" + std::string(name))))
        << name;
}

TEST(write_behind, a_picture_that_cannot_be_written_is_told_to_all) {
  const scratch folder;
  global_array<double, 2> u(process_grid<2>(world()), {6, 9});
  number(u);
  const pending_save pending = start_imsave(folder / "no/u.png", u);
  EXPECT_NE(message_of([&] { pending.wait(); }).find("no/u.png"), std::string::npos);
}
