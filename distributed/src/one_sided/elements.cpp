// Single elements, and lists of them.
#include "one_sided/state.hpp"

#include <tessera/core/error.hpp>
#include <tessera/core/memory.hpp>
#include <tessera/core/views/subscript.hpp>
#include <tessera/distributed/one_sided/access.hpp>

#include <fmt/core.h>

#include <cstring>

namespace tessera::detail {

namespace {

array_ref one_element(index_t itemsize) { return {nullptr, itemsize, 0, nullptr, nullptr}; }

/// Before the first element is touched: all subscripts are right, and there are as many elements.
void check_list(const one_sided_state& state, const index_t* subscripts, index_t count,
                const array_ref& local) {
  const axes_span& axes = state.block().axes();
  index_t shape[max_ndim];
  for (std::size_t d = 0; d < axes.size(); ++d) shape[d] = axes[d].size();
  for (index_t k = 0; k < count; ++k)
    for (std::size_t d = 0; d < axes.size(); ++d)
      checked_index(*subscripts++, d, shape, axes.size());
  if (local.shape[0] == count) return;
  throw shape_error(fmt::format("one-sided access to {} elements by their subscripts, with a local "
                                "array of shape {}",
                                count, tuple_text(local.shape, 1)));
}

std::byte* nth(const array_ref& local, index_t k) {
  return local.data + k * local.strides[0] * local.itemsize;
}

} // namespace

remote_element find_element(one_sided_state& state, const index_t* index) {
  const global_block& block = state.block();
  const axes_span& axes = block.axes();
  const std::size_t ndim = axes.size();
  index_t shape[max_ndim];
  index_t local[max_ndim];
  for (std::size_t d = 0; d < ndim; ++d) shape[d] = axes[d].size();
  int owner = 0;
  for (std::size_t d = 0; d < ndim; ++d) {
    const index_t place = checked_index(index[d], d, shape, ndim);
    owner += axes[d].owner(place) * block.rank_stride(d);
    local[d] = axes[d].to_local(place);
  }
  const index_t* const strides = state.strides(owner);
  index_t at = state.origin(owner);
  for (std::size_t d = 0; d < ndim; ++d) at += local[d] * strides[d];
  at *= block.itemsize();
  std::byte* const base = state.memory().at(owner);
  return {owner, at, base != nullptr ? base + at : nullptr};
}

void fetch_element(one_sided_state& state, const remote_element& element, void* value) {
  state.memory().get(element.owner, element.at, one_element(state.block().itemsize()),
                     static_cast<std::byte*>(value));
  state.memory().flush(element.owner);
}

void store_element(one_sided_state& state, const remote_element& element, const void* value) {
  state.memory().put(element.owner, element.at, one_element(state.block().itemsize()),
                     static_cast<const std::byte*>(value));
  state.memory().sent();
}

void change_element(one_sided_state& state, const index_t* index, const element_change& change,
                    const void* given) {
  const remote_element element = find_element(state, index);
  const auto* const from = static_cast<const std::byte*>(given);
  const guarded here(state.locks(), element.owner, element.at);
  state.has_written = true;
  if (element.here != nullptr) return change.call(change.context, element.here, 0, from, 0, 1);
  buffer between(static_cast<std::size_t>(state.block().itemsize()));
  fetch_element(state, element, between.data());
  change.call(change.context, between.data(), 0, from, 0, 1);
  store_element(state, element, between.data());
  state.memory().flush(element.owner);
}

void get_listed(one_sided_state& state, const index_t* subscripts, index_t count,
                const array_ref& to) {
  check_list(state, subscripts, count, to);
  const auto ndim = static_cast<index_t>(state.block().axes().size());
  for (index_t k = 0; k < count; ++k) {
    const remote_element element = find_element(state, subscripts + k * ndim);
    if (element.here != nullptr)
      std::memcpy(nth(to, k), element.here, static_cast<std::size_t>(to.itemsize));
    else
      state.memory().get(element.owner, element.at, one_element(to.itemsize), nth(to, k));
  }
  state.memory().flush_all();
}

void put_listed(one_sided_state& state, const index_t* subscripts, index_t count,
                const array_ref& from) {
  check_list(state, subscripts, count, from);
  const auto ndim = static_cast<index_t>(state.block().axes().size());
  state.has_written = true;
  for (index_t k = 0; k < count; ++k) {
    const remote_element element = find_element(state, subscripts + k * ndim);
    if (element.here != nullptr)
      std::memcpy(element.here, nth(from, k), static_cast<std::size_t>(from.itemsize));
    else
      state.memory().put(element.owner, element.at, one_element(from.itemsize), nth(from, k));
  }
  state.memory().sent();
}

void change_listed(one_sided_state& state, const index_t* subscripts, index_t count,
                   const array_ref& from, const element_change& change) {
  check_list(state, subscripts, count, from);
  const auto ndim = static_cast<index_t>(state.block().axes().size());
  for (index_t k = 0; k < count; ++k)
    change_element(state, subscripts + k * ndim, change, nth(from, k));
}

} // namespace tessera::detail
