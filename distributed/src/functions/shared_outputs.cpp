#include "functions/shared_outputs.hpp"

#include <array>
#include <map>
#include <numeric>

namespace tessera::detail {

all_shares::all_shares(const communicator& comm, const output_share& mine, index_t note)
    : mine_(&mine) {
  using box_numbers = std::array<index_t, 2 * max_ndim>;
  struct share_numbers {
    box_numbers box;
    index_t count;
    index_t note;
  };
  share_numbers own{{}, mine.count, note};
  std::copy(mine.lower, mine.lower + mine.ndim, own.box.begin());
  std::copy(mine.shape, mine.shape + mine.ndim, own.box.begin() + max_ndim);
  std::map<box_numbers, std::size_t> known;
  for (const share_numbers& each : allgather(comm, own)) {
    counts.push_back(each.count);
    most = std::max(most, each.count);
    largest_note = std::max(largest_note, each.note);
    if (each.count == 0) continue;
    const auto found = known.try_emplace(each.box, boxes.size()).first->second;
    if (found == boxes.size()) {
      const auto* const lower = each.box.data();
      const auto* const shape = each.box.data() + max_ndim;
      boxes.push_back({{lower, lower + mine.ndim}, {shape, shape + mine.ndim}, each.count, {}});
    }
    boxes[found].ranks.push_back(static_cast<int>(counts.size()) - 1);
  }
}

all_shares all_shares::of_one_box(const communicator& comm, const output_share& mine) {
  all_shares shares(mine);
  shares.most = mine.count_of_all();
  shares.counts.assign(static_cast<std::size_t>(comm.size()), shares.most);
  if (shares.most == 0) return shares;
  std::vector<int> ranks(shares.counts.size());
  std::iota(ranks.begin(), ranks.end(), 0);
  shares.boxes.push_back({std::vector<index_t>(mine.ndim, 0),
                          {mine.whole, mine.whole + mine.ndim},
                          shares.most,
                          std::move(ranks)});
  return shares;
}

} // namespace tessera::detail
