#include <tessera/core/error.hpp>
#include <tessera/distributed/measuring/communication_matrix.hpp>
#include <tessera/distributed/measuring/parallel_profile_data.hpp>

#include <fmt/core.h>

namespace tessera {

namespace {

ndarray<std::int64_t, 2> matrix_of(const parallel_profile& p, index_t message_count::*what) {
  const detail::parallel_profile_data& data = data_of(p);
  if (data.ranks == 0)
    throw argument_error("a matrix of a profile that was not collected here; rank 0 has it");
  if (!data.has_traffic)
    throw argument_error(
        fmt::format("the profile of {} ranks has no matrix of messages: it is there for all ranks "
                    "together, up to {}",
                    data.ranks, detail::most_ranks_of_traffic));
  ndarray<std::int64_t, 2> matrix(shape_t<2>{data.ranks, data.ranks});
  matrix = std::int64_t{0};
  for (const detail::traffic& t : data.messages)
    if (t.from < data.ranks && t.to < data.ranks) matrix(t.from, t.to) = t.sent.*what;
  return matrix;
}

} // namespace

ndarray<std::int64_t, 2> communication_matrix(const parallel_profile& p) {
  return matrix_of(p, &message_count::bytes);
}

ndarray<std::int64_t, 2> message_matrix(const parallel_profile& p) {
  return matrix_of(p, &message_count::messages);
}

} // namespace tessera
