// Checkpoints that are written while the program goes on.
#include "support/numbered.hpp"
#include "support/particle.hpp"
#include "support/scratch.hpp"

#include "world.hpp"

#include "behind/held_pieces.hpp"
#include "parts/file_box.hpp"

#include <tessera/core.hpp>
#include <tessera/io/checkpoint.hpp>

#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <limits>
#include <string>
#include <thread>
#include <vector>

using namespace tessera;
using tessera_test::content_of;
using tessera_test::file_size_limit;
using tessera_test::files_in;
using tessera_test::message_of;
using tessera_test::misnumbered;
using tessera_test::number;
using tessera_test::scratch;
using tessera_test::world;

namespace {

constexpr index_t no_limit = std::numeric_limits<index_t>::max();

/// While it lives, arrays are cut into many pieces.
struct small_pieces {
  explicit small_pieces(index_t bytes) { detail::set_hashed_piece_bytes(bytes); }
  small_pieces(const small_pieces&) = delete;
  small_pieces& operator=(const small_pieces&) = delete;
  ~small_pieces() { detail::set_hashed_piece_bytes(index_t{32} << 20U); }
};

/// Arrays that lie in memory and in the file in different ways, and values.
struct saved_state {
  explicit saved_state(index_t rows)
      : by_rows(process_grid<2>(world(), grid_dims<2>{world().size(), 1}), {rows, 37}, halo<2>(1)),
        by_columns(process_grid<2>(world(), grid_dims<2>{1, world().size()}), {rows, 41}),
        cyclic(process_grid<1>(world()),
               distribution<1>({axis_distribution::cyclic(29, world().size(), 2)})),
        empty(process_grid<1>(world()), {0}), few(process_grid<1>(world()), {2}) {}

  void fill() {
    number(by_rows);
    number(by_columns);
    number(cyclic);
    number(few);
    local = arange(7.0);
    title = "as it was";
  }
  void forget() {
    by_rows.fill([](auto...) { return -1.0; });
    by_columns.fill([](auto...) { return -1.0F; });
    cyclic.fill([](auto...) { return -1; });
    few.fill([](auto...) { return std::int8_t{-1}; });
    local = zeros<double>(7);
    title = "something else";
  }
  [[nodiscard]] index_t wrong() const {
    return misnumbered(by_rows) + misnumbered(by_columns) + misnumbered(cyclic) + misnumbered(few) +
           (array_equal(local, arange(7.0)) ? 0 : 1) + (title == "as it was" ? 0 : 1);
  }
  void save(checkpoint& saved, index_t step) const {
    saved.save(step, {{"group/rows", by_rows},
                      {"columns", by_columns},
                      {"cyclic", cyclic},
                      {"empty", empty},
                      {"few", few},
                      {"local", local},
                      {"title", title}});
  }
  pending_save start_save(checkpoint& saved, index_t step) const {
    return saved.start_save(step, {{"group/rows", by_rows},
                                   {"columns", by_columns},
                                   {"cyclic", cyclic},
                                   {"empty", empty},
                                   {"few", few},
                                   {"local", local},
                                   {"title", title}});
  }
  std::optional<index_t> restore(checkpoint& saved) {
    return saved.restore({{"group/rows", by_rows},
                          {"columns", by_columns},
                          {"cyclic", cyclic},
                          {"empty", empty},
                          {"few", few},
                          {"local", local},
                          {"title", title}});
  }

  global_array<double, 2> by_rows;
  global_array<float, 2> by_columns;
  global_array<int, 1> cyclic;
  global_array<float, 1> empty;
  global_array<std::int8_t, 1> few;
  ndarray<double, 1> local;
  std::string title;
};

/// Starts a save whose elements will find no room, other than what is written at once.
template <class F> pending_save started_on_a_full_disk(F&& start) {
  std::atomic<bool> is_full = false;
  const auto before = detail::background_work::begin();
  before->add([&] { is_full.wait(false); });
  const pending_save pending = start();
  const file_size_limit limit(20000);
  is_full = true;
  is_full.notify_all();
  while (!pending.done()) std::this_thread::yield();
  return pending;
}

} // namespace

TEST(checkpoint_behind, saves_what_was_there_when_it_was_started) {
  const scratch folder;
  const small_pieces pieces(1000);
  for (const index_t limit : {index_t{0}, index_t{2500}, no_limit}) {
    SCOPED_TRACE(limit);
    checkpoint saved(folder / std::to_string(limit), {.memory_limit = limit});
    saved_state state(23);
    state.fill();
    const pending_save pending = state.start_save(saved, 5);
    state.forget();
    pending.wait();
    EXPECT_TRUE(pending.done());
    EXPECT_EQ(state.restore(saved), 5);
    EXPECT_EQ(state.wrong(), 0);
  }
}

TEST(checkpoint_behind, writes_the_bytes_that_save_writes) {
  const scratch folder;
  const small_pieces pieces(1000);
  saved_state state(23);
  state.fill();
  checkpoint at_once(folder / "at_once");
  state.save(at_once, 5);
  for (const index_t limit : {index_t{0}, index_t{2500}, no_limit}) {
    const std::string name = folder / ("behind" + std::to_string(limit));
    checkpoint behind(name, {.memory_limit = limit});
    state.start_save(behind, 5).wait();
    EXPECT_EQ(files_in(name), (std::vector<std::string>{"000001.checkpoint", "000001.h5"}));
    for (const char* file : {"/000001.checkpoint", "/000001.h5"})
      EXPECT_TRUE(content_of(name + file) == content_of(folder / ("at_once" + std::string(file))))
          << file << " with at most " << limit;
  }
}

TEST(checkpoint_behind, structs_have_no_bytes_between_their_members) {
  const scratch folder;
  global_array<tessera_test::particle, 1> u(process_grid<1>(world()), {11});
  const view<tessera_test::particle, 1> mine = u.owned();
  std::memset(static_cast<void*>(mine.data()), 1,
              static_cast<std::size_t>(mine.size()) * sizeof(tessera_test::particle));
  checkpoint at_once(folder / "at_once");
  checkpoint behind(folder / "behind");
  at_once.save(1, {{"u", u}});
  behind.start_save(1, {{"u", u}}).wait();
  EXPECT_TRUE(content_of(folder / "behind/000001.h5") == content_of(folder / "at_once/000001.h5"));
}

TEST(checkpoint_behind, each_save_waits_for_the_one_before) {
  const scratch folder;
  checkpoint saved(folder / "run", {.keep = 2});
  checkpoint same_folder(folder / "run", {.keep = 2});
  saved_state state(9);
  state.fill();
  for (index_t step = 1; step <= 6; ++step) {
    checkpoint& by = step % 2 == 0 ? saved : same_folder;
    state.start_save(by, step);
  }
  EXPECT_EQ(saved.steps(), (std::vector<index_t>{6, 5}));
  EXPECT_EQ(files_in(folder / "run"), (std::vector<std::string>{"000005.checkpoint", "000005.h5",
                                                                "000006.checkpoint", "000006.h5"}));
  state.start_save(saved, 7);
  state.save(same_folder, 8);
  EXPECT_EQ(saved.steps(), (std::vector<index_t>{8, 7}));
}

TEST(checkpoint_behind, the_last_checkpoint_of_a_folder_waits_when_it_goes) {
  const scratch folder;
  saved_state state(9);
  state.fill();
  {
    checkpoint saved(folder / "run");
    state.start_save(saved, 3);
  }
  world().barrier();
  EXPECT_EQ(files_in(folder / "run"), (std::vector<std::string>{"000001.checkpoint", "000001.h5"}));
  checkpoint again(folder / "run");
  state.forget();
  EXPECT_EQ(state.restore(again), 3);
  EXPECT_EQ(state.wrong(), 0);
}

TEST(checkpoint_behind, is_done_for_all_ranks_alike) {
  const scratch folder;
  EXPECT_TRUE(pending_save().done());
  pending_save().wait();
  checkpoint saved(folder / "run");
  saved_state state(9);
  state.fill();
  const pending_save pending = state.start_save(saved, 3);
  while (!pending.done()) std::this_thread::yield();
  EXPECT_EQ(files_in(folder / "run").size(), 2U);
}

TEST(checkpoint_behind, a_full_disk_is_told_by_the_next_call) {
  const scratch folder;
  const std::string run = folder / "run";
  checkpoint saved(run);
  saved_state state(9);
  state.fill();
  state.save(saved, 1);
  const std::vector<std::string> before = files_in(run);
  global_array<double, 2> large(process_grid<2>(world()), {400, 37});
  const std::string told = "File too large";
  for (int way = 0; way < 4; ++way) {
    SCOPED_TRACE(way);
    const pending_save pending = started_on_a_full_disk([&] {
      return saved.start_save(2, {{"large", large}});
    });
    EXPECT_EQ(files_in(run), before);
    const std::string message = message_of([&] {
      if (way == 0) pending.wait();
      if (way == 1) state.start_save(saved, 3);
      if (way == 2) state.save(saved, 3);
      if (way == 3) static_cast<void>(saved.steps());
    });
    EXPECT_NE(message.find(told), message.npos) << message;
    // Once is enough, but who asks again is told again.
    EXPECT_EQ(saved.steps(), (std::vector<index_t>{1}));
    EXPECT_EQ(message_of([&] { pending.wait(); }), message);
  }
  state.start_save(saved, 3).wait();
  EXPECT_EQ(saved.steps(), (std::vector<index_t>{3, 1}));
}

TEST(checkpoint_behind, what_cannot_be_started_is_told_at_once) {
  const scratch folder;
  checkpoint saved(folder / "run");
  EXPECT_EQ(message_of([&] { saved.start_save(-1, {}); }), "argument: a checkpoint of step -1");
  EXPECT_EQ(message_of([&] {
              saved.start_save(1, {{"a", 1}, {"a", 2}});
            }),
            "argument: two values to be saved have the name 'a'");
  EXPECT_EQ(
      message_of([&] { checkpoint("run", {.memory_limit = -1}); }),
      "argument: a checkpoint whose copies take -1 bytes at most; the limit must be 0 or more");
  EXPECT_EQ(files_in(folder / "run"), std::vector<std::string>());
}

TEST(checkpoint_behind, removes_what_a_killed_run_left) {
  const scratch folder;
  checkpoint saved(folder / "run");
  folder.file("run/.000001.reports.tessera-0.tmp", "left");
  saved.start_save(1, {{"step", 1}}).wait();
  EXPECT_EQ(files_in(folder / "run"), (std::vector<std::string>{"000001.checkpoint", "000001.h5"}));
}

TEST(checkpoint_behind, copies_keep_to_their_limit) {
  constexpr index_t limit = 1'000'000;
  const std::size_t at_first = memory_in_use().taken;
  detail::held_memory memory(limit);
  EXPECT_FALSE(memory.take(limit + 1));
  EXPECT_FALSE(memory.count(limit + 1));
  std::atomic<index_t> sum = 0;
  std::atomic<index_t> most = 0;
  const auto note = [&](index_t bytes) {
    const index_t now = sum += bytes;
    for (index_t before = most; before < now && !most.compare_exchange_weak(before, now);) {
    }
  };
  const auto work = [&](index_t bytes) {
    for (int k = 0; k < 500; ++k) {
      std::optional<buffer> taken = memory.take(bytes + k % 3);
      ASSERT_TRUE(taken);
      std::memset(taken->data(), k, static_cast<std::size_t>(bytes + k % 3));
      note(bytes);
      sum -= bytes;
      memory.give(std::move(*taken), bytes + k % 3);
      ASSERT_TRUE(memory.count(bytes));
      note(bytes);
      sum -= bytes;
      memory.uncount(bytes);
    }
  };
  std::thread other(work, 700'000);
  work(400'000);
  other.join();
  EXPECT_LE(most, limit);
  // What is kept for the next one counts.
  std::optional<buffer> all = memory.take(limit);
  EXPECT_LE(memory_in_use().taken,
            at_first + limit * 5 / 4 + 4096); // blocks may be a quarter larger
  memory.give(std::move(*all), limit);
  EXPECT_TRUE(memory.count(limit));
  EXPECT_LE(memory_in_use().taken, at_first);
}
