#include "collective/member_sums.hpp"

#include "collective/exact_rank_sums.hpp"
#include "messages/staging_memory.hpp"

#include <cstring>
#include <map>
#include <utility>

namespace tessera::detail {

namespace {

/// Numbers that lie one after another in a struct.
struct member_numbers {
  index_t offset;
  index_t count;
};

/// The numbers of one type in a struct.
struct numbers_in_struct {
  std::vector<member_numbers> members;
  index_t count = 0;

  void add(index_t offset, index_t more) {
    members.push_back({offset, more});
    count += more;
  }
};

/// Those of every type: its kind and size.
using all_numbers = std::map<std::pair<char, index_t>, numbers_in_struct>;

void list_numbers(const struct_layout& layout, index_t at, all_numbers& all) {
  for (const struct_member& member : layout.all) {
    const dtype type = member.type;
    const index_t first = at + member.offset;
    if (type.kind != 'V')
      all[{type.kind, type.size}].add(first, member.count());
    else
      for (index_t k = 0; k < member.count(); ++k)
        list_numbers(*type.members, first + k * type.size, all);
  }
}

/// Integers wrap around, with a sign or without.
rank_operation sum_of(char kind, index_t size) {
  if (kind == 'f' || kind == 'c') return operation_of<double>(op::sum);
  if (kind == 'b') return operation_of<bool>(op::sum);
  switch (size) {
  case 1: return operation_of<std::uint8_t>(op::sum);
  case 2: return operation_of<std::uint16_t>(op::sum);
  case 4: return operation_of<std::uint32_t>(op::sum);
  default: return operation_of<std::uint64_t>(op::sum);
  }
}

/// The numbers of one type in all structs, struct by struct.
class numbers_apart {
public:
  numbers_apart(const numbers_in_struct& which, char kind, index_t size,
                const message_data& structs)
      : which_(which), structs_(structs), memory_(structs.count * which.count * size),
        data_{memory_.data(), structs.count * which.count, size, kind, true, 1, nullptr, nullptr} {}

  void take_out() const {
    visit([](std::byte* in_struct, std::byte* apart, std::size_t bytes) {
      std::memcpy(apart, in_struct, bytes);
    });
  }
  void put_back() const {
    visit([](std::byte* in_struct, const std::byte* apart, std::size_t bytes) {
      std::memcpy(in_struct, apart, bytes);
    });
  }
  [[nodiscard]] const message_data& data() const { return data_; }

private:
  template <class F> void visit(F&& f) const {
    std::byte* apart = data_.data;
    for (index_t i = 0; i < structs_.count; ++i)
      for (const member_numbers& numbers : which_.members) {
        const index_t bytes = numbers.count * data_.itemsize;
        f(structs_.data + i * structs_.itemsize + numbers.offset, apart,
          static_cast<std::size_t>(bytes));
        apart += bytes;
      }
  }

  const numbers_in_struct& which_;
  const message_data& structs_;
  staging_memory memory_;
  message_data data_;
};

/// Sums of integers or truths, rank by rank.
void combine_received(const message_data& terms, int ranks, const message_data& sums,
                      const rank_operation& sum) {
  const auto bytes = static_cast<std::size_t>(sums.count * sums.itemsize);
  if (bytes > 0) std::memset(sums.data, 0, bytes);
  for (int rank = 0; rank < ranks; ++rank)
    sum.combine(terms.data + static_cast<std::size_t>(rank) * bytes, sums.data, sums.count,
                sum.context);
}

/// The numbers of each type taken out of structs, added by `add(terms, sums, operation)`, and put
/// into others.
template <class Add>
void sum_each_type(const struct_layout& layout, const message_data& from, const message_data& to,
                   Add&& add) {
  all_numbers all;
  list_numbers(layout, 0, all);
  for (const auto& [type, numbers] : all) {
    const auto [number, size] = type;
    const numbers_apart terms(numbers, number, size, from);
    const numbers_apart sums(numbers, number, size, to);
    terms.take_out();
    add(terms.data(), sums.data(), sum_of(number, size));
    sums.put_back();
  }
}

} // namespace

void add_received_members(const message_data& terms, int ranks, int own, const message_data& sums,
                          const struct_layout& layout) {
  const auto bytes = static_cast<std::size_t>(sums.count * sums.itemsize);
  if (bytes > 0) // what belongs to no member
    std::memcpy(sums.data, terms.data + static_cast<std::size_t>(own) * bytes, bytes);
  message_data received = sums;
  received.data = terms.data;
  received.count = sums.count * ranks;
  sum_each_type(
      layout, received, sums,
      [&](const message_data& of_ranks, const message_data& added, const rank_operation& sum) {
        if (sum.combine == nullptr)
          add_received(of_ranks, ranks, added);
        else
          combine_received(of_ranks, ranks, added, sum);
      });
}

void sum_members(const communicator& comm, reduce_kind kind, const message_data& mine,
                 const message_data& into, const struct_layout& layout, int root) {
  const index_t bytes = into.count * into.itemsize;
  const bool is_part = kind == reduce_kind::reduce_scatter;
  if (bytes > 0 && kind != reduce_kind::exscan)
    std::memmove(into.data, mine.data + (is_part ? comm.rank() * bytes : 0),
                 static_cast<std::size_t>(bytes));
  sum_each_type(
      layout, mine, into,
      [&](const message_data& terms, const message_data& sums, const rank_operation& sum) {
        reduce_ranks(comm, kind, terms, sums, sum, root, call_mode::blocking);
      });
}

} // namespace tessera::detail
