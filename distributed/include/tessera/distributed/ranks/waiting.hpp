/// @file
/// Ranks that wait say so, so that others can tell whether anybody still computes.
#pragma once

#include <tessera/core/profile.hpp>
#include <tessera/core/shape.hpp>

#include <atomic>
#include <cstdint>

namespace tessera::detail {

/// What a rank shows the others while `run` lasts.
struct wait_record {
  std::atomic<std::uint64_t> turns = 0;  // waits begun and waits ended: odd inside one
  std::atomic<std::uint64_t> bytes = 0;  // that the wait may have to move
  std::atomic<std::uint64_t> ending = 0; // how it left its program; 0 while it has not
};

/// Of the thread that called `run`; null for others, and outside of it.
extern constinit thread_local wait_record* own_record;

/// While a profile is recorded: the time, as long as it lives, is that of waiting for others.
class timed_wait {
public:
  timed_wait() noexcept {
    if (profile_is_recorded()) wait_ = enter_wait();
  }
  timed_wait(const timed_wait&) = delete;
  timed_wait& operator=(const timed_wait&) = delete;
  ~timed_wait() {
    if (wait_ != 0) leave_wait(wait_);
  }

private:
  std::uint32_t wait_ = 0;
};

/// Something that is done within a wait, and is none: moving data.
class timed_work {
public:
  timed_work() noexcept {
    if (profile_is_recorded()) interrupts_ = pause_wait();
  }
  timed_work(const timed_work&) = delete;
  timed_work& operator=(const timed_work&) = delete;
  ~timed_work() {
    if (interrupts_) resume_wait();
  }

private:
  bool interrupts_ = false;
};

/// Says, as long as it lives, that this rank does nothing but wait for others.
class waiting {
public:
  explicit waiting(index_t bytes = 0) noexcept {
    wait_record* const mine = own_record;
    if (mine == nullptr) return;
    const std::uint64_t turns = mine->turns.load(std::memory_order_relaxed);
    if (turns % 2 != 0) return; // part of a longer wait
    record_ = mine;
    mine->bytes.store(static_cast<std::uint64_t>(bytes), std::memory_order_relaxed);
    mine->turns.store(turns + 1, std::memory_order_release);
  }
  waiting(const waiting&) = delete;
  waiting& operator=(const waiting&) = delete;
  ~waiting() {
    if (record_ == nullptr) return;
    const std::uint64_t turns = record_->turns.load(std::memory_order_relaxed);
    record_->turns.store(turns + 1, std::memory_order_release);
  }

private:
  timed_wait timed_;
  wait_record* record_ = nullptr;
};

} // namespace tessera::detail
