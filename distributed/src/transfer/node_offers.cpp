// What the ranks of a node tell each other before the first run of a node exchange: senders, where
// to read, and receivers, where they count what they have read.
#include "ranks/waits.hpp"
#include "transfer/node_exchange.hpp"

#include <tessera/core/error.hpp>

#include <fmt/core.h>

#include <algorithm>
#include <utility>

namespace tessera::detail {

namespace {

constexpr int offer_tag = 2;
constexpr int answer_tag = 3;
constexpr std::size_t words_of_head = 8;

std::size_t words_of_offer(const message& m) {
  std::size_t words = words_of_head;
  for (const message_part& part : m.parts) words += 2 + part.where.shape.size();
  return words;
}

void check_bytes(const message& m, int rank, index_t sent) {
  if (sent == m.bytes) return;
  throw argument_error(
      fmt::format("ranks disagree: rank {} sends {} bytes to rank {}, which expects {}; all ranks "
                  "must make arrays of the same shape and type, and the same calls",
                  m.peer, sent, rank, m.bytes));
}

/// Messages with the memory that they need until they have ended, however that comes about.
struct conversation {
  conversation() = default;
  conversation(const conversation&) = delete;
  conversation& operator=(const conversation&) = delete;
  ~conversation() {
    abandon(requests.data(), requests.size());
    // NOLINTNEXTLINE(bugprone-unhandled-exception-at-new): without memory for it, nothing is safe
    if (keeps_freed_memory()) new auto(std::pair(std::move(offers), std::move(answers)));
  }
  std::vector<MPI_Request> requests;
  std::vector<std::vector<std::int64_t>> offers;
  std::vector<std::array<std::int64_t, 2>> answers;
};

} // namespace

/// What the receiver must know of a message: the mode, where the counter, the places and the packed
/// parts lie, how many steps there are, how many bytes, and of each part, whether it is read from
/// the block, and where it is.
std::vector<std::int64_t> node_exchange::offer(const outgoing& out) const {
  const index_t packed_at = staging_first_ + out.place;
  const std::uint64_t staging =
      staging_bytes_ > 0 ? staging_.place() + static_cast<std::uint64_t>(packed_at) : 0;
  const std::uint64_t places =
      places_ == ready_.word + 1 ? ready_.place + sizeof(std::uint64_t) : staging_.place();
  std::vector<std::int64_t> words{out.what->is_shared ? 1 : 0,
                                  static_cast<std::int64_t>(ready_.place),
                                  static_cast<std::int64_t>(ready_before_),
                                  static_cast<std::int64_t>(places),
                                  static_cast<std::int64_t>(staging),
                                  staging_step_,
                                  static_cast<std::int64_t>(steps_),
                                  out.what->bytes};
  for (std::size_t k = 0; k < out.what->parts.size(); ++k) {
    const region& where = out.what->parts[k].where;
    words.push_back(out.is_direct[k] ? 1 : 0);
    words.push_back(out.is_direct[k] ? where.offset : 0);
    words.insert(words.end(), where.strides.begin(), where.strides.end());
  }
  return words;
}

void node_exchange::accept(incoming& in, const std::int64_t* words) {
  const auto place = [&](std::size_t k) { return static_cast<shared_place>(words[k]); };
  in.ready = reinterpret_cast<std::uint64_t*>(node_->at(in.node_rank, place(1)));
  in.ready_before = static_cast<std::uint64_t>(words[2]);
  in.places = reinterpret_cast<std::uint64_t*>(node_->at(in.node_rank, place(3)));
  in.staging = place(4) == nowhere ? nullptr : node_->at(in.node_rank, place(4));
  in.staging_step = words[5];
  in.steps = static_cast<std::uint64_t>(words[6]);
  const std::int64_t* next = words + words_of_head;
  for (const message_part& part : in.what->parts) {
    const array_slot& array = (*arrays_)[part.array];
    const std::size_t ndim = part.where.shape.size();
    const bool direct = next[0] != 0;
    in.reads_block = in.reads_block || direct;
    if (direct) {
      const region theirs{next[1], part.where.shape, {next + 2, next + 2 + ndim}};
      in.pieces.push_back(
          {{strided_copy(part.where, theirs, array.itemsize, array.combine), part.array, 0},
           true,
           0});
    } else {
      accept_packed(in, part);
    }
    next += 2 + ndim;
  }
  // Of several parts, all first slices come first. Nothing that is combined is cut.
  std::stable_sort(in.pieces.begin(), in.pieces.end(),
                   [](const piece& a, const piece& b) { return a.step < b.step; });
}

/// Tells receivers where to read, and senders where it is counted what was read.
void node_exchange::exchange_offers() {
  conversation all;
  std::vector<MPI_Request>& requests = all.requests;
  auto& offers = all.offers;
  auto& answers = all.answers;
  answers.resize(outgoing_.size() + incoming_.size());
  const auto post = [&](auto call, const char* name, void* data, std::size_t words, int peer,
                        int tag) {
    requests.push_back(MPI_REQUEST_NULL);
    check_mpi(call(data, static_cast<int>(words), MPI_INT64_T, peer, tag, comm_.native(),
                   &requests.back()),
              name);
  };
  std::size_t next = 0;
  for (const outgoing& out : outgoing_) {
    offers.push_back(offer(out));
    post(MPI_Isend, "MPI_Isend", offers.back().data(), offers.back().size(), out.what->peer,
         offer_tag);
    post(MPI_Irecv, "MPI_Irecv", answers[next++].data(), 2, out.what->peer, answer_tag);
  }
  for (const incoming& in : incoming_) {
    offers.emplace_back(words_of_offer(*in.what));
    post(MPI_Irecv, "MPI_Irecv", offers.back().data(), offers.back().size(), in.what->peer,
         offer_tag);
    answers[next] = {static_cast<std::int64_t>(in.done.place),
                     static_cast<std::int64_t>(in.done_before)};
    post(MPI_Isend, "MPI_Isend", answers[next++].data(), 2, in.what->peer, answer_tag);
  }
  wait_for_all(requests.data(), requests.size(), 0);
  settle(offers, answers);
}

/// Takes in what the others said. Messages that their senders do not share are MPI's.
void node_exchange::settle(const std::vector<std::vector<std::int64_t>>& offers,
                           const std::vector<answer>& answers) {
  for (std::size_t k = 0; k < outgoing_.size(); ++k) {
    outgoing& out = outgoing_[k];
    const int receiver = out.node_rank;
    out.done = reinterpret_cast<std::uint64_t*>(
        node_->at(receiver, static_cast<shared_place>(answers[k][0])));
    out.done_before = static_cast<std::uint64_t>(answers[k][1]);
  }
  for (std::size_t k = 0; k < incoming_.size(); ++k) {
    const std::vector<std::int64_t>& words = offers[outgoing_.size() + k];
    incoming& in = incoming_[k];
    check_bytes(*in.what, comm_.rank(), words[words_of_head - 1]);
    in.what->is_shared = words[0] != 0;
    if (in.what->is_shared)
      accept(in, words.data());
    else
      node_->give_back(in.done);
  }
  std::erase_if(outgoing_, [](const outgoing& out) { return !out.what->is_shared; });
  std::erase_if(incoming_, [](const incoming& in) { return !in.what->is_shared; });
}

} // namespace tessera::detail
