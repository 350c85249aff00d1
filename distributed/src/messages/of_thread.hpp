// What each thread has one of.
#pragma once

namespace tessera::detail {

/// One T of each thread, made when it is first asked for. Null once the thread's end has destroyed
/// it: others that are destroyed later may still ask.
template <class T> T* of_thread() {
  thread_local bool is_gone = false; // has no destructor, so it can be asked to the last
  struct keeper {
    T value{};
    bool& gone;
    explicit keeper(bool& told) : gone(told) {}
    keeper(const keeper&) = delete;
    keeper& operator=(const keeper&) = delete;
    ~keeper() { gone = true; }
  };
  if (is_gone) return nullptr;
  thread_local keeper kept(is_gone);
  return &kept.value;
}

} // namespace tessera::detail
