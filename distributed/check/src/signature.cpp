#include "signature.hpp"

#include <fmt/core.h>

#include <array>
#include <unordered_map>
#include <vector>

namespace tessera::detail {

namespace {

/// A sequence of basic types as the map x -> factor * x + sum of 64-bit numbers. The map of one
/// sequence after another is that of both, so equal sequences have equal maps, however they came
/// about.
struct sequence {
  std::uint64_t factor = 1;
  std::uint64_t sum = 0;

  [[nodiscard]] sequence followed_by(const sequence& next) const {
    return {factor * next.factor, sum * next.factor + next.sum};
  }
  [[nodiscard]] sequence repeated(std::int64_t times) const {
    sequence all;
    sequence part = *this;
    for (; times > 0; times /= 2) {
      if (times % 2 != 0) all = all.followed_by(part);
      part = part.followed_by(part);
    }
    return all;
  }
};

constexpr std::uint64_t odd_factor = 0x9e3779b97f4a7c15U;

/// The finalizer of SplitMix64.
std::uint64_t mixed(std::uint64_t x) {
  x = (x ^ (x >> 30U)) * 0xbf58476d1ce4e5b9U;
  x = (x ^ (x >> 27U)) * 0x94d049bb133111ebU;
  return x ^ (x >> 31U);
}

sequence basic(char kind, int bytes) {
  if (bytes == 1) kind = 'b';
  const auto number = static_cast<std::uint64_t>(kind) * 256 + static_cast<std::uint64_t>(bytes);
  return {odd_factor, mixed(number * odd_factor)};
}

int size_of(MPI_Datatype type) {
  int bytes = 0;
  PMPI_Type_size(type, &bytes);
  return bytes;
}

using known_types = std::unordered_map<MPI_Datatype, sequence>;

void add_basic(known_types& types, char kind, std::initializer_list<MPI_Datatype> members) {
  for (MPI_Datatype type : members)
    if (type != MPI_DATATYPE_NULL) types.emplace(type, basic(kind, size_of(type)));
}

/// A value and the place where it is, for MPI_MAXLOC.
void add_pair(known_types& types, MPI_Datatype pair, const sequence& value, const sequence& place) {
  if (pair != MPI_DATATYPE_NULL) types.emplace(pair, value.followed_by(place));
}

known_types predefined_types() {
  known_types types;
  add_basic(types, 'i',
            {MPI_CHAR, MPI_SIGNED_CHAR, MPI_SHORT, MPI_INT, MPI_LONG, MPI_LONG_LONG, MPI_WCHAR,
             MPI_INT8_T, MPI_INT16_T, MPI_INT32_T, MPI_INT64_T, MPI_AINT, MPI_OFFSET, MPI_COUNT,
             MPI_INTEGER});
  add_basic(types, 'u',
            {MPI_UNSIGNED_CHAR, MPI_UNSIGNED_SHORT, MPI_UNSIGNED, MPI_UNSIGNED_LONG,
             MPI_UNSIGNED_LONG_LONG, MPI_UINT8_T, MPI_UINT16_T, MPI_UINT32_T, MPI_UINT64_T});
  add_basic(types, 'f', {MPI_FLOAT, MPI_DOUBLE, MPI_LONG_DOUBLE, MPI_REAL, MPI_DOUBLE_PRECISION});
  add_basic(types, 'c',
            {MPI_C_COMPLEX, MPI_C_DOUBLE_COMPLEX, MPI_C_LONG_DOUBLE_COMPLEX, MPI_CXX_FLOAT_COMPLEX,
             MPI_CXX_DOUBLE_COMPLEX, MPI_CXX_LONG_DOUBLE_COMPLEX, MPI_COMPLEX, MPI_DOUBLE_COMPLEX});
  add_basic(types, 'b', {MPI_BYTE, MPI_PACKED, MPI_C_BOOL, MPI_CXX_BOOL, MPI_CHARACTER});
  const sequence place = basic('i', sizeof(int));
  add_pair(types, MPI_FLOAT_INT, basic('f', sizeof(float)), place);
  add_pair(types, MPI_DOUBLE_INT, basic('f', sizeof(double)), place);
  add_pair(types, MPI_LONG_DOUBLE_INT, basic('f', sizeof(long double)), place);
  add_pair(types, MPI_LONG_INT, basic('i', sizeof(long)), place);
  add_pair(types, MPI_SHORT_INT, basic('i', sizeof(short)), place);
  add_pair(types, MPI_2INT, place, place);
  return types;
}

int free_sequence(MPI_Datatype /*type*/, int /*key*/, void* value, void* /*extra*/) {
  delete static_cast<sequence*>(value);
  return MPI_SUCCESS;
}

int sequence_key() {
  static const int key = [] {
    int made = MPI_KEYVAL_INVALID;
    PMPI_Type_create_keyval(MPI_TYPE_NULL_COPY_FN, free_sequence, &made, nullptr);
    return made;
  }();
  return key;
}

sequence sequence_of(MPI_Datatype type);

/// How a type was made.
struct contents {
  explicit contents(MPI_Datatype type) {
    int integers = 0;
    int addresses = 0;
    int types = 0;
    PMPI_Type_get_envelope(type, &integers, &addresses, &types, &combiner);
    if (types == 0) return;
    numbers.resize(static_cast<std::size_t>(integers));
    members.resize(static_cast<std::size_t>(types));
    std::vector<MPI_Aint> places(static_cast<std::size_t>(addresses));
    PMPI_Type_get_contents(type, integers, addresses, types, numbers.data(), places.data(),
                           members.data());
  }
  contents(const contents&) = delete;
  contents& operator=(const contents&) = delete;
  ~contents() {
    for (MPI_Datatype& member : members) {
      int none = 0;
      int of_member = MPI_COMBINER_NAMED;
      PMPI_Type_get_envelope(member, &none, &none, &none, &of_member);
      if (of_member != MPI_COMBINER_NAMED) PMPI_Type_free(&member);
    }
  }

  int combiner = MPI_COMBINER_NAMED;
  std::vector<int> numbers;
  std::vector<MPI_Datatype> members;
};

sequence made_of(MPI_Datatype type) {
  const contents parts(type);
  if (parts.members.empty()) return basic('?', size_of(type));
  if (parts.combiner != MPI_COMBINER_STRUCT) {
    const int bytes = size_of(parts.members[0]);
    return sequence_of(parts.members[0]).repeated(bytes > 0 ? size_of(type) / bytes : 0);
  }
  sequence all;
  for (std::size_t k = 0; k < parts.members.size(); ++k)
    all = all.followed_by(sequence_of(parts.members[k]).repeated(parts.numbers[k + 1]));
  return all;
}

sequence sequence_of(MPI_Datatype type) {
  static const known_types known = predefined_types();
  if (const auto found = known.find(type); found != known.end()) return found->second;
  void* noted = nullptr;
  int is_noted = 0;
  PMPI_Type_get_attr(type, sequence_key(), static_cast<void*>(&noted), &is_noted);
  if (is_noted != 0) return *static_cast<sequence*>(noted);
  const sequence made = made_of(type);
  PMPI_Type_set_attr(type, sequence_key(), new sequence(made));
  return made;
}

struct known_operation {
  MPI_Op op;
  const char* name;
};
const std::array<known_operation, 14>& predefined_operations() {
  static const std::array<known_operation, 14> all{{{MPI_SUM, "MPI_SUM"},
                                                    {MPI_MAX, "MPI_MAX"},
                                                    {MPI_MIN, "MPI_MIN"},
                                                    {MPI_PROD, "MPI_PROD"},
                                                    {MPI_LAND, "MPI_LAND"},
                                                    {MPI_BAND, "MPI_BAND"},
                                                    {MPI_LOR, "MPI_LOR"},
                                                    {MPI_BOR, "MPI_BOR"},
                                                    {MPI_LXOR, "MPI_LXOR"},
                                                    {MPI_BXOR, "MPI_BXOR"},
                                                    {MPI_MAXLOC, "MPI_MAXLOC"},
                                                    {MPI_MINLOC, "MPI_MINLOC"},
                                                    {MPI_REPLACE, "MPI_REPLACE"},
                                                    {MPI_NO_OP, "MPI_NO_OP"}}};
  return all;
}

} // namespace

std::uint64_t signature_of(std::int64_t count, MPI_Datatype type) {
  if (count <= 0 || type == MPI_DATATYPE_NULL) return 0;
  const sequence all = sequence_of(type).repeated(count);
  return mixed(all.sum ^ (all.factor * odd_factor));
}

std::string text_of_elements(std::int64_t count, MPI_Datatype type) {
  if (type == MPI_DATATYPE_NULL) return "no datatype";
  char name[MPI_MAX_OBJECT_NAME] = "";
  int length = 0;
  PMPI_Type_get_name(type, name, &length);
  if (length > 0) return fmt::format("{} {}", count, name);
  return fmt::format("{} element{} of {} bytes", count, count == 1 ? "" : "s", size_of(type));
}

std::uint64_t number_of_operation(MPI_Op op) {
  std::uint64_t number = 1;
  for (const known_operation& each : predefined_operations()) {
    if (each.op == op) return number;
    ++number;
  }
  return 0;
}

std::string text_of_operation(MPI_Op op) {
  for (const known_operation& each : predefined_operations())
    if (each.op == op) return each.name;
  return "an operation of its own";
}

} // namespace tessera::detail
