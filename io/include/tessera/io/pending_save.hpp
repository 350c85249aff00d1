/// @file
/// Saves that are written while the program goes on.
#pragma once

#include <memory>

namespace tessera {

namespace detail {

struct background_save;
struct pending_access;

} // namespace detail

/// A save that was started: `checkpoint::start_save` gives one. What it saves was copied; a thread
/// of each rank writes it while the program computes. Copies refer to the same save.
///
/// Nobody has to keep it: the next save, restore or end of what started it waits for it, and tells
/// what went wrong, and so does the end of `run`.
///
///     pending_save pending = saved.start_save(step, {{"u", u}});
///     advance(u);
///     pending.wait(); // now it is on the medium
class pending_save {
public:
  /// None; it is done.
  pending_save() = default;

  /// Is it complete, on the medium, on all ranks? Also true when it failed. Collective; all ranks
  /// have the same answer.
  [[nodiscard]] bool done() const;
  /// Waits until it is. Collective.
  /// @throws on all ranks what one of them could not do, such as file_error on a full disk; what
  /// was saved before is then untouched.
  void wait() const;

private:
  friend struct detail::pending_access;
  std::shared_ptr<detail::background_save> save_;
};

} // namespace tessera
