/// @file
/// How far a stencil kernel reads, as far as the compiler can tell.
#pragma once

#include <tessera/distributed/blocks/opaque.hpp>
#include <tessera/distributed/stencils/stencil_cell.hpp>
#include <tessera/distributed/stencils/stencil_point.hpp>

#include <tuple>
#include <type_traits>
#include <utility>

namespace tessera::detail {

template <class... T> struct types;

/// What holds for every call of a kernel, whatever it reads: found by the compiler, which has it
/// inlined. Where it cannot tell, as without optimisation, calls are watched; the outcome is the
/// same.
template <std::size_t N, std::size_t Fields> struct kernel_reach {
  bool cannot_throw = false;
  bool is_exact = false; ///< then `records` hold what every call reads of each array
  index_t bound = -1;    ///< no offset is larger; negative: unknown
  reach_record<N> records[Fields];
};

template <std::size_t N, class Kernel, class From> struct kernel_probe;

template <std::size_t N, class Kernel, class... From>
struct kernel_probe<N, Kernel, types<From...>> {
  using reach = kernel_reach<N, sizeof...(From)>;

  static reach of(const Kernel& kernel) {
    alignas(From...) constexpr std::byte blank[(sizeof(From) + ... + 0)]{};
    reach found;
    const placed_origin<N> origin;
    probe(kernel, blank, origin, false, found);
    // A kernel of which all is known is cheap to call: nothing is left of it but what is noted.
    if (found.is_exact) probe(kernel, blank, origin, true, found);
    return found;
  }

  /// What a call reads on elements that are one, or as they are made. Throws what it throws.
  static void try_out(const Kernel& kernel, reach_record<N>* records) {
    const std::tuple<From...> cells{one_of<From>()...};
    const placed_origin<N> origin;
    [&]<std::size_t... I>(std::index_sequence<I...>) {
      call(kernel, {&std::get<I>(cells)...}, origin, records, std::index_sequence<I...>());
    }
    (std::index_sequence_for<From...>());
  }

private:
  struct cell_list {
    const void* at[sizeof...(From)];
  };
  template <class T> static T one_of() {
    if constexpr (std::is_arithmetic_v<T>)
      return T{1};
    else
      return T{};
  }

  /// Nothing may be known here of the cell or whether the kernel is called, so what the compiler
  /// takes for constant after the loop is so for every cell; and it is found without a call.
  TESSERA_OPAQUE static void probe(const Kernel& kernel, const void* cell,
                                   const placed_origin<N>& origin, bool calls, reach& found) {
    bool is_exact = true;
    bool has_thrown = false;
    bool is_beyond_1 = false;
    bool is_beyond_2 = false;
    bool is_beyond_4 = false;
    for (; calls; calls = false) {
      reach_record<N> records[sizeof...(From)];
      try {
        call(kernel, {(static_cast<void>(sizeof(From)), cell)...}, origin, records,
             std::index_sequence_for<From...>());
      } catch (...) {
        has_thrown = true;
      }
      is_exact &= are_constant(records, std::index_sequence_for<From...>());
      const reach_record<N> all = united(records, std::index_sequence_for<From...>());
      is_beyond_1 |= all.is_beyond_1;
      is_beyond_2 |= all.is_beyond_2;
      is_beyond_4 |= all.is_beyond_4;
      for (std::size_t k = 0; k < sizeof...(From); ++k) found.records[k] = records[k];
    }
    found.cannot_throw = __builtin_constant_p(has_thrown) && !has_thrown;
    found.is_exact = found.cannot_throw && __builtin_constant_p(is_exact) && is_exact;
    found.bound = __builtin_constant_p(is_beyond_1) && !is_beyond_1   ? 1
                  : __builtin_constant_p(is_beyond_2) && !is_beyond_2 ? 2
                  : __builtin_constant_p(is_beyond_4) && !is_beyond_4 ? 4
                                                                      : -1;
  }

  template <std::size_t... I>
  static void call(const Kernel& kernel, const cell_list& cells, const placed_origin<N>& origin,
                   reach_record<N>* records, std::index_sequence<I...>) {
    // Nothing is within this reach: whatever is read is the cell.
    const neighbourhood<N> around{{}, halo<N>(-1)};
    const auto with = [&](const auto&... cell_if_any) {
      static_cast<void>(
          kernel(cell_if_any..., stencil_point<From, N>(static_cast<const From*>(cells.at[I]),
                                                        around, 0, &records[I])...));
    };
    if constexpr (takes_cell<N, Kernel, From...>())
      with(stencil_cell<N>(origin, 0, 0));
    else
      with();
  }

  template <std::size_t... I>
  static reach_record<N> united(const reach_record<N>* records, std::index_sequence<I...>) {
    reach_record<N> all;
    all.is_beyond_1 = (records[I].is_beyond_1 | ...);
    all.is_beyond_2 = (records[I].is_beyond_2 | ...);
    all.is_beyond_4 = (records[I].is_beyond_4 | ...);
    return all;
  }

  template <std::size_t... I>
  static bool are_constant(const reach_record<N>* records, std::index_sequence<I...>) {
    return (is_constant(records[I], std::make_index_sequence<N>()) & ...);
  }
  template <std::size_t... D>
  static bool is_constant(const reach_record<N>& record, std::index_sequence<D...>) {
    return ((__builtin_constant_p(record.along[D].lower) &
             __builtin_constant_p(record.along[D].upper)) &
            ...) &
           __builtin_constant_p(record.is_even_neighbour);
  }
};

} // namespace tessera::detail
