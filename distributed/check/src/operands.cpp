#include "operands.hpp"

#include "signature.hpp"

#include <tessera/distributed/ranks/agreed.hpp>

#include <fmt/core.h>

#include <cstring>

namespace tessera::detail {

operands::operands(const char* call, int rank, bool wants_text)
    : call_(call), rank_(rank), wants_text_(wants_text),
      hash_(fingerprint().add_bytes(call, std::strlen(call)).value()) {}

void operands::add(std::uint64_t value) { hash_ = fingerprint().add(hash_).add(value).value(); }

void operands::say(const std::string& text) { text_ += (text_.empty() ? "" : ", ") + text; }

operands& operands::elements(std::int64_t count, MPI_Datatype type) {
  add(signature_of(count, type));
  if (wants_text_) say(text_of_elements(count, type));
  return *this;
}

operands& operands::elements(const int* counts, int ranks, MPI_Datatype type) {
  std::int64_t all = 0;
  for (int k = 0; k < ranks; ++k) {
    add(signature_of(counts[k], type));
    all += counts[k];
  }
  if (!wants_text_) return *this;
  say(text_of_elements(all, type));
  return numbers("counts ", counts, ranks);
}

operands& operands::operation(MPI_Op op) {
  add(number_of_operation(op));
  if (wants_text_) say(text_of_operation(op));
  return *this;
}

operands& operands::number(const char* what, std::int64_t value) {
  add(static_cast<std::uint64_t>(value));
  if (wants_text_) say(what + std::to_string(value));
  return *this;
}

operands& operands::numbers(const char* what, const int* values, int count) {
  constexpr int most_told = 8;
  std::string text = what;
  for (int k = 0; k < count; ++k) {
    add(static_cast<std::uint64_t>(values[k]));
    if (wants_text_ && k < most_told) text += fmt::format("{}{}", k > 0 ? " " : "", values[k]);
  }
  if (wants_text_) say(text + (count > most_told ? " ..." : ""));
  return *this;
}

operands& operands::word(const char* what, const char* value) {
  add(fingerprint().add_bytes(value, std::strlen(value)).value());
  if (wants_text_) say(fmt::format("{}'{}'", what, value));
  return *this;
}

operands& operands::share(int peer, bool is_sent, std::int64_t count, MPI_Datatype type) {
  const std::uint64_t signature = signature_of(count, type);
  const int from = is_sent ? rank_ : peer;
  const int to = is_sent ? peer : rank_;
  if (signature != 0) {
    const std::uint64_t term = fingerprint().add(from).add(to).add(signature).value();
    balance_ += is_sent ? term : ~term + 1;
  }
  if (wants_text_) shares_.push_back({peer, is_sent, signature, text_of_elements(count, type)});
  return *this;
}

} // namespace tessera::detail
