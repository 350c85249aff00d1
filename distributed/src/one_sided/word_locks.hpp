// Locks of a global array's elements and of its owners, as words of memory that all ranks count in.
#pragma once

#include "one_sided/rank_memory.hpp"

#include <tessera/distributed/memory/block_storage.hpp>

namespace tessera::detail {

/// Of every rank, in memory of its own: a word that counts who reads and who writes its elements,
/// for those who ask for that, and words that guard its elements while they are combined. Making
/// and destroying it is collective.
class word_locks {
public:
  /// With locks of an owner's pages, or one of all its elements.
  word_locks(const communicator& comm, bool by_pages);

  /// As words of memory that all ranks address, or by MPI.
  [[nodiscard]] bool is_shared() const { return words_.is_shared(); }

  /// While an element at a distance of an owner is changed by what it was.
  void guard(int owner, index_t at) const;
  void release(int owner, index_t at) const;
  /// How many bytes from there on have the same lock.
  [[nodiscard]] index_t guarded_bytes(index_t at) const;

  /// Alone, or with others who do the same.
  void lock(int owner, bool alone) const;
  void unlock(int owner, bool alone) const;

private:
  void guard_by_window(int owner) const;
  [[nodiscard]] std::int64_t* guard_word(int owner, index_t at) const;

  communicator comm_;
  bool by_pages_;
  block_storage storage_;
  rank_memory words_;
};

/// Holds the lock of an element as long as it lives.
class guarded {
public:
  guarded(const word_locks& locks, int owner, index_t at) : locks_(locks), owner_(owner), at_(at) {
    locks.guard(owner, at);
  }
  guarded(const guarded&) = delete;
  guarded& operator=(const guarded&) = delete;
  ~guarded() { locks_.release(owner_, at_); }

private:
  const word_locks& locks_;
  int owner_;
  index_t at_;
};

} // namespace tessera::detail
