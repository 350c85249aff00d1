#include "types/number_convert.hpp"
#include "types/number_decode.hpp"
#include "types/with_dtype.hpp"

#include <algorithm>
#include <cstring>

namespace tessera::detail {

namespace {

// What was decoded is still in the cache when it is converted.
constexpr index_t at_once = 1024;

bool is_integer(dtype type) { return type.kind == 'i' || type.kind == 'u'; }

template <class To, class From> void cast(const std::byte* from, std::byte* to, index_t count) {
  for (index_t i = 0; i < count; ++i) {
    From value;
    std::memcpy(&value, from + i * index_t{sizeof(From)}, sizeof value);
    // A char is a number here.
    const auto result = static_cast<To>(value); // NOLINT(bugprone-signed-char-misuse)
    std::memcpy(to + i * index_t{sizeof(To)}, &result, sizeof result);
  }
}

using cast_function = void (*)(const std::byte*, std::byte*, index_t);

/// A bool is a byte of 0 or 1 by now.
dtype as_number(dtype type) { return type.kind == 'b' ? dtype{'u', 1} : type; }

cast_function cast_between(dtype from, dtype to) {
  return with_real_dtype(as_number(from), [&]<class From>(type_tag<From>) {
    return with_real_dtype(as_number(to),
                           [&]<class To>(type_tag<To>) -> cast_function { return cast<To, From>; });
  });
}

void copy_text(const stored_number& stored, const std::byte* from, dtype wanted, std::byte* to,
               index_t count) {
  const auto most = static_cast<std::size_t>(stored.size);
  for (index_t k = 0; k < count; ++k, from += stored.size, to += wanted.size) {
    const auto* const letters = reinterpret_cast<const char*>(from);
    std::size_t length = stored.padding == 't' ? ::strnlen(letters, most) : most;
    while (stored.padding == ' ' && length > 0 && letters[length - 1] == ' ') --length;
    std::memcpy(to, from, length);
    std::memset(to + length, 0, static_cast<std::size_t>(wanted.size) - length);
  }
}

void convert(const number_move& move, cast_function cast, const std::byte* from, std::byte* to,
             index_t count) {
  const stored_number& stored = move.stored;
  if (stored.type.kind == 'S') return copy_text(stored, from, move.wanted, to, count);
  if (cast == nullptr) return decode_numbers(stored, from, to, count);
  std::byte between[at_once * 8];
  for (index_t done = 0; done < count; done += at_once) {
    const index_t n = std::min(at_once, count - done);
    decode_numbers(stored, from + done * stored.size, between, n);
    cast(between, to + done * move.wanted.size, n);
  }
}

/// Nothing where the decoded numbers are what is wanted.
cast_function cast_of(const number_move& move) {
  const dtype decoded = type_in_memory(move.stored.type);
  if (decoded.kind == 'S' || as_number(decoded) == as_number(move.wanted)) return nullptr;
  return cast_between(decoded, move.wanted);
}

bool is_plain(const stored_number& stored) {
  return !stored.swapped && stored.bits == 0 && !stored.is_odd && stored.padding == '\0' &&
         stored.size == stored.type.size;
}

} // namespace

bool holds_all_values(dtype from, dtype to) {
  if (to.kind == 'V' || from.kind == 'V') return false;
  if (from.kind == 'U' && to.kind == 'S') return true; // as UTF-8; whether they fit shows then
  if (to.kind == 'U' || from.kind == 'U') return from == to; // characters go one by one
  if (from.kind == to.kind) return from.size <= to.size;
  if (from.kind == 'S' || to.kind == 'S' || to.kind == 'b' || from.kind == 'c') return false;
  if (to.kind == 'c') return holds_all_values(from, {'f', to.size / 2});
  if (from.kind == 'b') return true;
  if (to.kind == 'f') return is_integer(from) && from.size < to.size;
  return from.kind == 'u' && to.kind == 'i' && from.size < to.size;
}

dtype type_in_memory(dtype stored) {
  if (stored == dtype{'f', 2}) return {'f', 4};
  if (stored == dtype{'c', 4}) return {'c', 8};
  return stored;
}

bool element_conversion::is_one_move() const {
  if (moves_.size() != 1 || begins_with_zeros_) return false;
  const number_move& move = moves_.front();
  return move.from == 0 && move.to == 0 && move.count * move.stored.size == stored_size_ &&
         (unpacking_ || move.count * move.wanted.size == size_);
}

bool element_conversion::is_copy() const {
  return has_same_bytes() && std::none_of(moves_.begin(), moves_.end(), [](const number_move& m) {
           return m.wanted.kind == 'b'; // any byte may be in a file
         });
}

bool element_conversion::has_same_bytes() const {
  if (stored_size_ != size_ || begins_with_zeros_ || unpacking_) return false;
  return std::all_of(moves_.begin(), moves_.end(), [](const number_move& m) {
    return m.from == m.to && is_plain(m.stored) && m.stored.type == m.wanted;
  });
}

void element_conversion::run_unpacking(const std::byte* from, std::byte* to, index_t count) const {
  std::byte between[at_once * sizeof(double)];
  double unpacked[at_once];
  for (index_t done = 0; done < count; done += at_once) {
    const index_t n = std::min(at_once, count - done);
    run_moves(from + done * stored_size_, between, n);
    unpacking_->run(between, unpacked, n);
    std::memcpy(to + done * size_, unpacked, static_cast<std::size_t>(n * size_));
  }
}

void element_conversion::run(const void* from, void* to, index_t count) const {
  const auto* source = static_cast<const std::byte*>(from);
  auto* target = static_cast<std::byte*>(to);
  if (unpacking_) return run_unpacking(source, target, count);
  run_moves(source, target, count);
}

void element_conversion::run_moves(const std::byte* source, std::byte* target,
                                   index_t count) const {
  if (is_one_move()) {
    const number_move& move = moves_.front();
    return convert(move, cast_of(move), source, target, count * move.count);
  }
  if (begins_with_zeros_) std::memset(target, 0, static_cast<std::size_t>(count * size_));
  for (index_t first = 0; first < count; first += at_once) {
    const index_t last = std::min(count, first + at_once);
    for (const number_move& move : moves_) {
      const cast_function cast = cast_of(move);
      for (index_t k = first; k < last; ++k)
        convert(move, cast, source + k * stored_size_ + move.from, target + k * size_ + move.to,
                move.count);
    }
  }
}

} // namespace tessera::detail
