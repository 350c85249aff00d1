/// @file
/// Lists of records that move to the ranks that own them: particles.
#pragma once

#include <tessera/distributed/agree.hpp>
#include <tessera/distributed/global_array.hpp>
#include <tessera/distributed/records/record_exchange.hpp>

#include <algorithm>
#include <concepts>
#include <type_traits>
#include <utility>
#include <vector>

namespace tessera {

/// What a move did on this rank.
struct moved_records {
  index_t sent = 0;     ///< to other ranks
  index_t received = 0; ///< from them
};

namespace detail {

/// Gives every record's rank.
template <class F, class T>
concept rank_of_record =
    std::is_invocable_v<F, const T&> && std::is_integral_v<std::invoke_result_t<F, const T&>>;

/// The owner of the cell of a record; most stay in this rank's block.
template <std::size_t N, class Cell> class owner_of_cell {
public:
  owner_of_cell(const distribution<N>& who, int rank, Cell& cell)
      : who_(who), rank_(rank), cell_(cell) {
    if (!who.is_cyclic()) block_ = who.block(rank);
  }
  template <class T> int operator()(const T& record) {
    const shape_t<N> at = cell_(record);
    ++count_;
    if (block_.contains(at)) return rank_;
    const shape_t<N> shape = who_.shape();
    if (!box<N>{{}, shape}.contains(at)) throw_no_cell(count_ - 1, at.data(), shape.data(), N);
    return who_.owner(at);
  }

private:
  const distribution<N>& who_;
  int rank_;
  Cell& cell_;
  box<N> block_;
  index_t count_ = 0;
};

} // namespace detail

/// Moves records, trivially copyable, to the ranks that own them, again and again: its memory (that
/// of the records that leave, and of one list beside the one that is moved) is kept between calls.
///
/// Afterwards a rank's list has what it owns: what lower ranks sent in the order of ranks and their
/// lists, then what stayed, in its old order, then what higher ranks sent. Nothing is lost or
/// doubled; `sort_by` gives an order that does not depend on the ranks. All members are collective.
/// A move costs an Alltoall of 8 bytes per rank, three Allreduces of 16 bytes, and one message to
/// each rank for which there is something; records that stay are copied once.
///
///     record_mover<particle> mover(u.comm());
///     mover.move(mine, u.distribution(), [&](const particle& p) { return cell_of(p); });
///     mover.move(mine, [&](const particle& p) { return rank_of(p); });
template <element T> class record_mover {
public:
  record_mover() = default;
  /// For records on the ranks of a communicator. Local.
  explicit record_mover(const communicator& comm) : exchange_(comm, sizeof(T)) {}

  /// Each record goes to the rank that `owner(record)` gives. What it throws on any rank is thrown
  /// on all, and no record has moved.
  /// @throws argument_error for a rank that is not there; memory_error; on all ranks.
  template <detail::rank_of_record<T> Owner>
  moved_records move(std::vector<T>& records, Owner&& owner) {
    choose(records, [&](const T& record) { return static_cast<int>(owner(record)); });
    deal_out(records);
    return {exchange_.leaving(), exchange_.arriving()};
  }
  /// Each goes to the owner of the element whose subscripts `cell(record)` gives, a shape_t<N>.
  /// @throws index_error on all ranks for subscripts outside the shape.
  template <std::size_t N, class Cell>
  requires std::is_invocable_r_v < shape_t<N>, Cell,
  const T& > moved_records move(std::vector<T>& records, const distribution<N>& who, Cell&& cell) {
    return move(records, detail::owner_of_cell<N, Cell>(who, exchange_.comm().rank(), cell));
  }

  /// Copies of records for others, as of those near the border of a block: `wanted(record, give)`
  /// calls `give(rank)` for each rank that is to have a copy. They replace what was in `copies`, in
  /// the order of ranks and lists. The two lists must not be the same. Collective.
  /// @throws argument_error for a rank that is not there; memory_error; on all ranks.
  ///
  ///     mover.copy(mine, ghosts, [&](const particle& p, const auto& give) {
  ///       if (p.x < lower + reach) give(rank_below);
  ///     });
  template <class Wanted>
  moved_records copy(const std::vector<T>& records, std::vector<T>& copies, Wanted&& wanted) {
    collectively(exchange_.comm(), [&] {
      exchange_.clear();
      ranks_.clear();
      sources_.clear();
      for (std::size_t k = 0; k < records.size(); ++k)
        wanted(records[k], [&](int rank) {
          exchange_.count(rank);
          ranks_.push_back(rank);
          sources_.push_back(k);
        });
    });
    exchange_.agree_on_counts();
    collectively(exchange_.comm(), [&] { copies.resize(total()); });
    dealer deal(*this, copies.data());
    for (std::size_t k = 0; k < ranks_.size(); ++k) deal.give(ranks_[k], records[sources_[k]]);
    exchange_.run(reinterpret_cast<std::byte*>(copies.data()));
    return {exchange_.leaving(), exchange_.arriving()};
  }

  [[nodiscard]] const communicator& comm() const { return exchange_.comm(); }

private:
  /// Copies records to where those for a rank lie.
  class dealer {
  public:
    dealer(record_mover& mover, T* all_records)
        : places_(mover.exchange_.places()), me_(mover.exchange_.comm().rank()),
          staying_(all_records + mover.exchange_.first_staying()),
          leaving_(reinterpret_cast<T*>(mover.exchange_.leaving_records())) {}
    void give(int rank, const T& record) {
      if (rank == me_)
        *staying_++ = record;
      else
        leaving_[places_[static_cast<std::size_t>(rank)]++] = record;
    }

  private:
    std::vector<index_t> places_;
    int me_;
    T* staying_;
    T* leaving_;
  };

  [[nodiscard]] std::size_t total() const { return static_cast<std::size_t>(exchange_.total()); }
  template <class Owner> void choose(const std::vector<T>& records, const Owner& owner) {
    collectively(exchange_.comm(), [&] {
      exchange_.clear();
      ranks_.resize(records.size());
      for (std::size_t k = 0; k < records.size(); ++k) {
        ranks_[k] = owner(records[k]);
        exchange_.count(ranks_[k]);
      }
    });
  }
  void deal_out(std::vector<T>& records) {
    exchange_.agree_on_counts();
    collectively(exchange_.comm(), [&] { next_.resize(total()); });
    dealer deal(*this, next_.data());
    for (std::size_t k = 0; k < records.size(); ++k) deal.give(ranks_[k], records[k]);
    exchange_.run(reinterpret_cast<std::byte*>(next_.data()));
    std::swap(records, next_);
  }

  detail::record_exchange exchange_;
  std::vector<int> ranks_;           // of each record, or copy
  std::vector<std::size_t> sources_; // of each copy
  std::vector<T> next_;
};

/// Moves records once; see record_mover. Collective.
template <element T, detail::rank_of_record<T> Owner>
moved_records move_to_owners(const communicator& comm, std::vector<T>& records, Owner&& owner) {
  return record_mover<T>(comm).move(records, owner);
}
/// The same to the owners of elements of a global array: `cell(record)` gives the subscripts.
/// Collective.
template <element T, class U, std::size_t N, class Cell>
moved_records move_to_owners(const global_array<U, N>& u, std::vector<T>& records, Cell&& cell) {
  return record_mover<T>(u.comm()).move(records, u.distribution(), cell);
}

/// Sorts this rank's records by a key; equal keys keep their order. With keys that no two records
/// have, the order depends on nothing else, so that sums over the records of a cell have the same
/// bits on any number of ranks. Local.
template <element T, class Key> void sort_by(std::vector<T>& records, Key&& key) {
  std::stable_sort(records.begin(), records.end(),
                   [&](const T& a, const T& b) { return key(a) < key(b); });
}

} // namespace tessera
