#include "expressions/alignment.hpp"
#include "expressions/call_text.hpp"

#include <tessera/core/views/subscript.hpp>
#include <tessera/distributed/agree.hpp>
#include <tessera/distributed/arrays/single_element.hpp>
#include <tessera/distributed/collectives.hpp>

#include <fmt/core.h>

#include <cstring>
#include <string>

namespace tessera::detail {

namespace {

/// Where an element of a view is.
struct element_place {
  element_place(const view_ref& view, const index_t* index) : offset(view.block->layout().origin) {
    index_t checked[max_ndim];
    for (std::size_t m = 0; m < view.ndim; ++m)
      checked[m] = checked_index(index[m], m, view.shape, view.ndim);
    for (std::size_t d = 0; d < view.block->axes().size(); ++d) {
      const int m = walk_along(view, d);
      const index_t at =
          m < 0 ? view.fixed[d] : view.walks[m].start() + checked[m] * view.walks[m].step;
      owner += view.block->axes()[d].owner(at) * view.block->rank_stride(d);
      offset += view.block->local(d, at) * view.block->layout().strides[d];
    }
  }

  int owner = 0;
  index_t offset; // in the owner's memory, in elements
};

/// All ranks name the same element.
element_place agreed_element(const view_ref& view, const index_t* index, const void* value) {
  fingerprint hash = fingerprint_of(view);
  hash.add(index, view.ndim);
  const std::uint64_t of_value =
      value == nullptr
          ? 0
          : fingerprint().add_bytes(value, static_cast<std::size_t>(view.itemsize)).value();
  if (is_comparable(*view.block)) hash.add(of_value);
  const auto text = [&] {
    std::string shown =
        fmt::format("element {} of {}", tuple_text(index, view.ndim), call_text(view));
    if (value != nullptr) shown += ", set to " + value_text(*view.block, value);
    return shown;
  };
  const given_arguments arguments = given("one element", hash, text);
  return collectively(
      view.block->comm(), [&] { return element_place(view, index); }, &arguments);
}

} // namespace

void read_element(const view_ref& view, const index_t* index, void* value) {
  const communicator& comm = view.block->comm();
  const element_place element = agreed_element(view, index, nullptr);
  if (comm.rank() == element.owner)
    std::memcpy(value, view.block->data() + element.offset * view.itemsize,
                static_cast<std::size_t>(view.itemsize));
  broadcast_bytes(comm, value, view.itemsize, element.owner);
}

void write_element(const view_ref& view, const index_t* index, const void* value) {
  const communicator& comm = view.block->comm();
  const element_place element = agreed_element(view, index, value);
  if (comm.rank() == element.owner)
    std::memcpy(view.block->data() + element.offset * view.itemsize, value,
                static_cast<std::size_t>(view.itemsize));
  view.block->mark_written();
}

} // namespace tessera::detail
