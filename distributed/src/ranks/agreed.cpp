#include <tessera/core/error.hpp>
#include <tessera/core/types/advance_index.hpp>
#include <tessera/distributed/collectives.hpp>
#include <tessera/distributed/ranks/agreed.hpp>
#include <tessera/distributed/ranks/traffic.hpp>
#include <tessera/distributed/ranks/waiting.hpp>

#include <fmt/core.h>

#include <atomic>
#include <cstdlib>
#include <cstring>
#include <string>
#include <vector>

namespace tessera {

namespace {

/// What the environment says; -1: nothing.
int wish_of_environment() {
  const char* const text = std::getenv("TESSERA_CHECK");
  if (text == nullptr || *text == '\0') return -1;
  return std::strcmp(text, "0") == 0 ? 0 : 1;
}

std::atomic<bool>& check_switch() {
  static std::atomic<bool> on = wish_of_environment() == 1;
  return on;
}

} // namespace

bool checks_arguments() { return check_switch().load(std::memory_order_relaxed); }
void check_arguments(bool yes) { check_switch() = yes; }

namespace detail {

bool check_arguments_by_default() {
  if (wish_of_environment() != 0) check_arguments(true);
  return true;
}

fingerprint& fingerprint::add_bytes(const void* data, std::size_t bytes) {
  const auto* at = static_cast<const std::byte*>(data);
  value_ ^= bytes;
  while (bytes > 0) {
    std::uint64_t word = 0;
    const std::size_t n = bytes < sizeof word ? bytes : sizeof word;
    std::memcpy(&word, at, n);
    // A step of SplitMix64.
    value_ = (value_ ^ word) + 0x9e3779b97f4a7c15U;
    value_ = (value_ ^ (value_ >> 30U)) * 0xbf58476d1ce4e5b9U;
    value_ = (value_ ^ (value_ >> 27U)) * 0x94d049bb133111ebU;
    value_ ^= value_ >> 31U;
    at += n;
    bytes -= n;
  }
  return *this;
}

namespace {

constexpr std::size_t longest_text = 200;
constexpr std::size_t most_groups = 5;

/// Ranks that gave the same.
struct group {
  std::string text;
  std::vector<int> ranks;
};

/// The texts, each of which ends with a zero, by what they say.
std::vector<group> groups_of(const std::string& texts) {
  std::vector<group> groups;
  std::size_t at = 0;
  for (int rank = 0; at < texts.size(); ++rank) {
    const std::string text = texts.substr(at, texts.find('\0', at) - at);
    at += text.size() + 1;
    std::size_t k = 0;
    while (k < groups.size() && groups[k].text != text) ++k;
    if (k == groups.size()) groups.push_back({text, {}});
    groups[k].ranks.push_back(rank);
  }
  return groups;
}

/// "rank 3", "ranks 0-2, 5"
std::string text_of(const std::vector<int>& ranks) {
  std::string text = ranks.size() == 1 ? "rank " : "ranks ";
  for (std::size_t k = 0; k < ranks.size();) {
    std::size_t end = k + 1;
    while (end < ranks.size() && ranks[end] == ranks[end - 1] + 1) ++end;
    text += fmt::format("{}{}", k > 0 ? ", " : "", ranks[k]);
    if (end - k > 1) text += fmt::format("{}{}", end - k > 2 ? "-" : ", ", ranks[end - 1]);
    k = end;
  }
  return text;
}

std::string disagreement(const char* what, const std::vector<group>& groups) {
  std::string text = fmt::format("ranks disagree about {}: ", what);
  for (std::size_t k = 0; k < groups.size() && k < most_groups; ++k)
    text += (k > 0 ? "; " : "") + text_of(groups[k].ranks) + ": " + groups[k].text;
  if (groups.size() > most_groups)
    text += fmt::format("; and {} others", groups.size() - most_groups);
  return text + "; all ranks of a collective call give it the same";
}

std::string shown(std::string text) {
  for (char& c : text)
    if (c == '\0' || c == '\n') c = ' ';
  if (text.size() > longest_text) text = text.substr(0, longest_text) + "...";
  return text;
}

} // namespace

void throw_disagreement(const communicator& comm, const given_arguments& mine) {
  std::string text = shown(mine.describe(mine.context));
  text += '\0';
  const std::string texts = gather_texts(comm, text, 0);
  std::string message;
  if (comm.rank() == 0) message = disagreement(mine.what, groups_of(texts));
  throw argument_error(broadcast_text(comm, message, 0));
}

void agree(const communicator& comm, const given_arguments& mine) {
  if (comm.size() < 2) return;
  check_thread();
  std::uint64_t lowest[2] = {mine.hash, ~mine.hash};
  const waiting here;
  note_collective();
  check_mpi(MPI_Allreduce(MPI_IN_PLACE, lowest, 2, MPI_UINT64_T, MPI_MIN, comm.native()),
            "MPI_Allreduce");
  if (lowest[0] != ~lowest[1]) throw_disagreement(comm, mine);
}

void agree(const communicator& comm, const char* what, const std::string& mine) {
  fingerprint hash;
  hash.add_bytes(mine.data(), mine.size());
  const auto describe = [&] { return mine; };
  agree(comm, given(what, hash, describe));
}

std::uint64_t fingerprint_of_elements(const void* data, index_t itemsize, std::size_t ndim,
                                      const index_t* shape, const index_t* strides) {
  fingerprint result;
  std::vector<index_t> at(ndim, 0);
  for (std::size_t d = 0; d < ndim; ++d)
    if (shape[d] == 0) return result.value();
  const auto* const first = static_cast<const std::byte*>(data);
  while (true) {
    index_t offset = 0;
    for (std::size_t d = 0; d < ndim; ++d) offset += at[d] * strides[d];
    result.add_bytes(first + offset * itemsize, static_cast<std::size_t>(itemsize));
    if (advance_index(at.data(), ndim, shape) == 0) return result.value();
  }
}

std::string element_text(char kind, index_t itemsize) {
  const std::string bits = std::to_string(8 * itemsize);
  switch (kind) {
  case 'f': return "float" + bits;
  case 'i': return "int" + bits;
  case 'u': return "uint" + bits;
  case 'b': return "bool";
  default: return fmt::format("elements of {} bytes", itemsize);
  }
}

} // namespace detail

} // namespace tessera
