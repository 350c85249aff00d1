#include "ranks/communicator_text.hpp"
#include "ranks/rank_groups.hpp"
#include "stack/call_site.hpp"

#include <tessera/core/error.hpp>
#include <tessera/core/types/advance_index.hpp>
#include <tessera/distributed/collectives.hpp>
#include <tessera/distributed/ranks/agreed.hpp>
#include <tessera/distributed/ranks/call_note.hpp>
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

/// The texts, each of which ends with a zero.
std::vector<std::string> split_texts(const std::string& texts) {
  std::vector<std::string> result;
  for (std::size_t at = 0; at < texts.size(); at += result.back().size() + 1)
    result.push_back(texts.substr(at, texts.find('\0', at) - at));
  return result;
}

/// Each text begins with a line that says what the ranks are to agree on, in their view.
std::string disagreement(const communicator& comm, std::vector<std::string> texts) {
  std::vector<std::string> subjects;
  subjects.reserve(texts.size());
  for (const std::string& text : texts) subjects.push_back(text.substr(0, text.find('\n')));
  if (groups_of(subjects).size() > 1) {
    for (std::string& text : texts) text.replace(text.find('\n'), 1, ": ");
    return fmt::format("ranks{} are in different collective calls: ", named_text(comm, " of ")) +
           text_of_groups(groups_of(texts)) +
           "; all ranks must make the same calls in the same order";
  }
  for (std::string& text : texts) text.erase(0, text.find('\n') + 1);
  return fmt::format(
      "ranks{} disagree about {}: {}; all ranks of a collective call give it the same",
      named_text(comm, " of "), subjects[0], text_of_groups(groups_of(texts)));
}

/// " (sum at heat.cpp:41)", where debug information tells.
std::string place_text() {
  const call_site site = find_call_site();
  return site.has_line ? fmt::format(" ({})", text_of(site)) : "";
}

std::string shown(std::string text) {
  for (char& c : text)
    if (c == '\0' || c == '\n') c = ' ';
  if (text.size() > longest_text) text = text.substr(0, longest_text) + "...";
  return text;
}

} // namespace

void throw_disagreement(const communicator& comm, const given_arguments& mine) {
  std::string text = fmt::format("{}\n{}", mine.what, shown(mine.describe(mine.context)));
  if (checks_arguments()) text += place_text();
  text += '\0';
  const std::string texts = gather_texts(comm, text, 0);
  std::string message;
  if (comm.rank() == 0) message = disagreement(comm, split_texts(texts));
  throw argument_error(broadcast_text(comm, message, 0));
}

void agree(const communicator& comm, const given_arguments& mine) {
  if (comm.size() < 2) return;
  check_thread();
  const std::uint64_t hash =
      fingerprint().add_bytes(mine.what, std::strlen(mine.what)).add(mine.hash).value();
  std::uint64_t lowest[2] = {hash, ~hash};
  const noted_call note(comm, mine.what, own_note != nullptr ? mine.describe(mine.context) : "");
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
