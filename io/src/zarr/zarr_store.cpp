#include "files/from_root.hpp"
#include "files/same_ranks.hpp"
#include "parts/agreed_source.hpp"
#include "zarr/folders/node_names.hpp"
#include "zarr/folders/replaced_store.hpp"
#include "zarr/zarr_state.hpp"

#include <tessera/core/error.hpp>
#include <tessera/core/files/file_errors.hpp>
#include <tessera/distributed/ranks/agreed.hpp>

#include <fmt/core.h>

#include <string>
#include <utility>

namespace tessera {

using namespace detail;

zarr_store zarr_store::create(const communicator& comm, const std::string& path) {
  agree(comm, "the name of a store", path);
  zarr_store result(new state(comm, path));
  text_from_root(comm, [&] {
    check_replaced_store(path);
    return std::string();
  });
  result.state_->output.emplace(comm, path);
  return result;
}

namespace {

/// Throws format_error unless a folder has metadata of Zarr 3.
void check_root(const store_folder& root) {
  if (!metadata_text(root))
    throw_format_error(root.path(), "it is no Zarr store: it holds no zarr.json");
}

} // namespace

zarr_store zarr_store::open(const communicator& comm, const std::string& path) {
  agree(comm, "the name of a store", path);
  zarr_store result(new state(comm, path));
  state& s = *result.state_;
  // Rank 0 first: what is wrong is then said once and without a rank's number.
  text_from_root(comm, [&] {
    s.input.emplace(path);
    check_root(*s.input);
    return std::string();
  });
  collectively(comm, [&] {
    if (!s.input) s.input.emplace(path);
  });
  s.find("", fmt::format("cannot read '{}'", path));
  return result;
}

zarr_store& zarr_store::operator=(zarr_store&& other) noexcept {
  if (this == &other) return *this;
  if (state_ != nullptr) state_->discard();
  delete state_;
  state_ = other.state_;
  other.state_ = nullptr;
  return *this;
}

zarr_store::~zarr_store() {
  if (state_ != nullptr) state_->discard();
  delete state_;
}

const std::string& zarr_store::path() const { return state_->path; }
const communicator& zarr_store::comm() const { return state_->comm; }

void zarr_store::check_ranks(const communicator& comm) const {
  check_same_ranks(state_->comm, comm, state_->path);
}

void zarr_store::commit() {
  state& s = *state_;
  s.check_writable();
  s.writing([&] {
    text_from_root(s.comm, [&] {
      s.write_series();
      s.write_metadata();
      check_replaced_store(s.output->path()); // others may have put something there meanwhile
      return std::string();
    });
    s.output->commit();
  });
  s.output.reset();
}

std::string zarr_store::state::failure(const std::string& object) const {
  return fmt::format("cannot {} '{}' in '{}'", output ? "write" : "read", shown_name(object), path);
}

void zarr_store::state::discard() noexcept {
  if (output) output->remove();
  output.reset();
}

void zarr_store::state::check_same(const std::string& action) const {
  const std::string what = fmt::format("what is done to '{}'", path);
  agree(comm, what.c_str(), action);
}

void zarr_store::state::check_writable() const {
  if (failed)
    throw file_error(
        fmt::format("cannot write '{}': an earlier step failed, so it was given up", path));
  if (!output)
    throw argument_error(fmt::format("'{}' is not open for writing: make it with "
                                     "zarr_store::create, and write before commit()",
                                     path));
}

void zarr_store::state::check_readable() const {
  if (!input)
    throw argument_error(
        fmt::format("'{}' is not open for reading: commit() it, then use zarr_store::open", path));
}

} // namespace tessera
