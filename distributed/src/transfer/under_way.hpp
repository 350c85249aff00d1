// What transfers of a thread are under way.
#pragma once

namespace tessera::detail {

/// Something that a thread has started and not received. Who waits for one looks after the others,
/// too, so that ranks may finish them in different orders.
class under_way {
public:
  under_way() = default;
  under_way(const under_way&) = delete;
  under_way& operator=(const under_way&) = delete;

protected:
  ~under_way() { unlink(); }
  void link();
  void unlink();
  /// @throws argument_error on another thread than the one that started it.
  void check_owner() const;
  [[nodiscard]] bool is_alone() const;
  /// Goes on with the others, without waiting.
  void advance_others() const;

private:
  /// Takes what has come, without waiting.
  virtual void take_what_came() = 0;

  static thread_local under_way* first_;
  under_way** list_ = nullptr; // of the thread, while this is in it
  under_way* next_ = nullptr;
  under_way* before_ = nullptr;
};

} // namespace tessera::detail
