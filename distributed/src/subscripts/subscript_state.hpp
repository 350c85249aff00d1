// What a plan from lists of subscripts keeps.
#pragma once

#include <tessera/distributed/subscripts/subscript_lists.hpp>

#include <memory>
#include <utility>
#include <vector>

namespace tessera::detail {

/// The elements of one other rank that this one named: positions in its list.
struct named_elements {
  int rank;
  region first; // of each element, where it is named first
  region last;
  region every;
};

/// The elements of this rank that another one named: places in this rank's block.
struct wanted_elements {
  int rank;
  region distinct;
  region every;
};

/// All that goes between lists and blocks, before it is messages.
struct named_lists {
  index_t size = 0;
  std::vector<named_elements> named; // of other ranks, in their order
  std::vector<wanted_elements> wanted;
  region own_positions;
  region own_places;
  // Elements of other ranks that are named again, after they have come.
  region again;
  region again_from;
  bool is_shared = false; // by several ranks is some element named; the same on all
};

/// Collective.
named_lists make_lists(const communicator& comm, const axes_span& axes,
                       const std::vector<halo_axis>& halo, const subscript_source& subscripts);

/// The messages of one kind of run.
struct prepared_move {
  subscript_move move;
  std::vector<std::pair<index_t, combine_row>> columns; // itemsize and how it is combined
  transfer_plan plan;
  std::vector<strided_copy> again; // of each column
  std::vector<void*> values;       // in the present run
  std::vector<void*> blocks;
};

struct subscript_lists::state {
  communicator comm;
  axes_span axes;
  std::vector<halo_axis> halo;
  named_lists lists;
  std::vector<std::unique_ptr<prepared_move>> prepared;

  prepared_move& prepare(subscript_move move, const subscript_column* columns, std::size_t count);
  void check_layout(const global_block& block) const;

private:
  [[nodiscard]] std::unique_ptr<prepared_move>
  make(subscript_move move, const subscript_column* columns, std::size_t count) const;
  void add_column(prepared_move& m, const subscript_column& column) const;
};

} // namespace tessera::detail
