// How a rank divides its own part of the memory that the ranks of a node share.
#pragma once

#include "memory/stretch_set.hpp"

#include <optional>
#include <vector>

namespace tessera::detail {

/// Which bytes of the windows are taken, which are free, and which of the free ones have no pages:
/// those were given back to the system. Knows numbers only; who calls does to the memory what is
/// decided here.
///
/// Bytes that are taken and free ones with pages are together at most the most that were ever taken
/// at once, and a slack.
class shared_heap {
public:
  /// Pages of a size in bytes; windows begin with one.
  explicit shared_heap(index_t page) : page_(page) {}

  /// A window all of whose pages are there.
  void add(const stretch& window);
  /// One that is free.
  void remove(const stretch& window);
  [[nodiscard]] bool is_free(const stretch& window) const;

  /// Where bytes are best taken: with the fewest pages missing, then from the smallest hole.
  /// Nothing where no hole is so large.
  [[nodiscard]] std::optional<stretch> find(index_t bytes) const;
  /// Of a hole without missing pages.
  void take(const stretch& s);
  void give_back(const stretch& s) { free_.add(s); }

  /// The free bytes of a stretch that have no pages.
  [[nodiscard]] std::vector<stretch> missing_in(const stretch& s) const {
    return missing_.parts_in(s);
  }
  void fill(const stretch& s) { missing_.cut(s); }
  void empty(const stretch& s) { missing_.add(s); }

  /// Whole free pages to be given back so that no more than the limit is held when `more` bytes
  /// will have been taken, for which `fresh` come from the system; none of those in `wanted`.
  [[nodiscard]] std::vector<stretch> excess(index_t more, index_t fresh, index_t slack,
                                            const stretch& wanted = {}) const;
  /// All whole free pages.
  [[nodiscard]] std::vector<stretch> all_free_pages() const;

  /// Bytes that are taken, the most that ever were, and free ones that have pages.
  [[nodiscard]] index_t taken() const { return windows_ - free_.bytes(); }
  [[nodiscard]] index_t most_taken() const { return most_taken_; }
  [[nodiscard]] index_t kept() const { return free_.bytes() - missing_.bytes(); }
  /// Bytes of all windows.
  [[nodiscard]] index_t windows() const { return windows_; }

private:
  index_t page_;
  index_t windows_ = 0;
  index_t most_taken_ = 0;
  stretch_set free_;
  stretch_set missing_; // of the free ones
};

} // namespace tessera::detail
