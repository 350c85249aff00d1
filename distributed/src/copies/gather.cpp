#include "expressions/alignment.hpp"
#include "expressions/call_text.hpp"

#include <tessera/core/error.hpp>
#include <tessera/distributed/agree.hpp>
#include <tessera/distributed/collectives.hpp>
#include <tessera/distributed/copies/gather.hpp>

#include <fmt/core.h>

#include <vector>

namespace tessera::detail {

void check_root(int root, int ranks) {
  if (root < 0 || root >= ranks)
    throw argument_error(fmt::format("there is no rank {} among {}", root, ranks));
}

namespace {

/// A row-major array of a view's shape that one rank has.
struct whole_on_rank {
  whole_on_rank(const view_ref& view, int rank)
      : ndim(view.ndim), shape(view.shape),
        axes(all_on_rank(view.shape, view.ndim, rank, view.block->comm().size())),
        walks(view.ndim), layout{0, packed({view.shape, view.shape + view.ndim}, 0).strides} {
    for (std::size_t m = 0; m < ndim; ++m) walks[m].axis = static_cast<int>(m);
  }
  [[nodiscard]] placed_view view() const {
    return {ndim, shape, walks.data(), nullptr, &axes, layout};
  }

  std::size_t ndim;
  const index_t* shape;
  axes_span axes;
  std::vector<axis_walk> walks;
  block_layout layout;
};

} // namespace

void gather_elements(const view_ref& from, int root, void* whole) {
  const communicator& comm = from.block->comm();
  agree_if_checked(comm, "what is gathered", [&] {
    return call_text(from) + (root < 0 ? " to all ranks" : fmt::format(" to rank {}", root));
  });
  if (root < 0) {
    plan_allgather(comm, placed_view_of(from), from.itemsize).run(from.block->data(), whole);
  } else {
    const whole_on_rank target(from, root);
    plan_copy(comm, target.view(), placed_view_of(from), from.itemsize)
        .run(from.block->data(), whole);
  }
}

void scatter_elements(const view_ref& to, int root, const void* whole, const index_t* strides) {
  whole_on_rank source(to, root);
  source.layout.strides.assign(strides, strides + to.ndim);
  plan_copy(to.block->comm(), placed_view_of(to), source.view(), to.itemsize)
      .run(whole, to.block->data());
  to.block->mark_written();
}

void check_scatter(const communicator& comm, int root, const index_t* given,
                   const index_t* expected, std::size_t ndim) {
  agree_if_checked(comm, "what is scattered", [&] {
    return fmt::format("from rank {} to shape {}", root, tuple_text(expected, ndim));
  });
  std::vector<index_t> shape(given, given + ndim);
  broadcast(comm, shape.data(), static_cast<index_t>(ndim), root);
  if (shape != std::vector<index_t>(expected, expected + ndim))
    throw shape_error(fmt::format("cannot scatter shape {} to a global array of shape {}",
                                  tuple_text(shape.data(), ndim), tuple_text(expected, ndim)));
}

} // namespace tessera::detail
