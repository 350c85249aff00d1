#include "files/copy_file.hpp"
#include "files/from_root.hpp"
#include "files/packed_values.hpp"
#include "files/same_ranks.hpp"
#include "hdf5/hdf5_state.hpp"
#include "hdf5/wrappers/hdf5_input_driver.hpp"

#include <tessera/core/error.hpp>
#include <tessera/core/files/file_errors.hpp>
#include <tessera/distributed/collectives.hpp>
#include <tessera/distributed/ranks/agreed.hpp>
#include <tessera/io/input_file.hpp>

#include <fmt/core.h>

#include <string>

namespace tessera {

namespace detail {

namespace {

/// Opens a file for reading on this rank alone: nothing in HDF5 then waits for other ranks.
hdf5_handle open_for_reading(const std::string& path) {
  if (H5Fis_hdf5(path.c_str()) <= 0) throw_format_error(path, "it is not an HDF5 file");
  return open_hdf5_input(path);
}

} // namespace

} // namespace detail

hdf5_file hdf5_file::create(const communicator& comm, const std::string& path) {
  detail::agree(comm, "the name of a file", path);
  hdf5_file result(new state(comm, path));
  state& s = *result.state_;
  s.output.emplace(comm, path);
  s.writing([&] {
    detail::text_from_root(comm, [&] {
      s.file = detail::make_hdf5_file(s.output->temporary(), s.device,
                                      fmt::format("cannot write '{}'", path));
      s.check_device();
      return std::string();
    });
  });
  return result;
}

namespace detail {

namespace {

/// Rank 0 looks whether a file can be continued; all learn what it is. Collective.
file_identity checked_identity(const communicator& comm, const std::string& path) {
  const std::string bytes = text_from_root(comm, [&] {
    const file_identity identity = identity_of(path);
    static_cast<void>(open_for_reading(path));
    value_packer packer;
    packer.put(identity.bytes);
    packer.put(identity.number);
    return packer.bytes();
  });
  file_identity identity;
  value_unpacker unpacker(bytes);
  unpacker.take(identity.bytes);
  unpacker.take(identity.number);
  return identity;
}

} // namespace

} // namespace detail

hdf5_file hdf5_file::extend(const communicator& comm, const std::string& path) {
  detail::agree(comm, "the name of a file", path);
  const detail::file_identity identity = detail::checked_identity(comm, path);
  hdf5_file result(new state(comm, path));
  state& s = *result.state_;
  s.output.emplace(comm, path);
  s.writing([&] {
    const interval mine = axis_distribution(identity.bytes, comm.size()).block(comm.rank());
    collectively(comm, [&] {
      detail::copy_bytes(path, identity, s.output->temporary(), mine.lower, mine.size());
    });
    detail::text_from_root(comm, [&] {
      s.device.highest = identity.bytes;
      s.file = detail::continue_hdf5_file(s.output->temporary(), s.device,
                                          fmt::format("cannot write '{}'", path));
      s.check_device();
      return std::string();
    });
  });
  return result;
}

hdf5_file hdf5_file::open(const communicator& comm, const std::string& path,
                          const hdf5_open_options& options) {
  detail::agree(comm, "the name of a file", path);
  hdf5_file result(new state(comm, path));
  state& s = *result.state_;
  s.unpacks = options.mask_and_scale;
  const auto open_it = [&] {
    s.input.emplace(path);
    s.file_bytes = s.input->size();
    s.file = detail::open_for_reading(path);
  };
  // Rank 0 first: what is wrong with the file is then said once and without a rank's number.
  detail::text_from_root(comm, [&] {
    open_it();
    return std::string();
  });
  collectively(comm, [&] {
    if (comm.rank() != 0) open_it();
  });
  return result;
}

hdf5_file& hdf5_file::operator=(hdf5_file&& other) noexcept {
  if (this == &other) return *this;
  hdf5_file old(std::move(*this));
  state_ = other.state_;
  other.state_ = nullptr;
  return *this;
}

hdf5_file::~hdf5_file() {
  if (state_ != nullptr) state_->discard();
  delete state_;
}

const std::string& hdf5_file::path() const { return state_->path; }
const communicator& hdf5_file::comm() const { return state_->comm; }

void hdf5_file::commit() {
  state& s = *state_;
  s.check_writable();
  s.finish([&] { s.output->commit(); });
}

void hdf5_file::check_ranks(const communicator& comm) const {
  detail::check_same_ranks(state_->comm, comm, state_->path);
}

void hdf5_file::state::discard() noexcept {
  device.is_lost = true;
  if (file.is_open()) H5Fclose(file.release());
  if (output) output->remove();
  output.reset();
}

void hdf5_file::state::finish(const std::function<void()>& commit_output) {
  writing([&] {
    detail::text_from_root(comm, [&] {
      detail::close_hdf5_file(file, fmt::format("cannot write '{}'", path));
      check_device();
      return std::string();
    });
    commit_output();
  });
  output.reset();
}

void hdf5_file::state::check_device() const {
  if (device.error != 0) detail::throw_file_error("write", path, device.error);
}

void hdf5_file::state::check_same(const std::string& action) const {
  const std::string what = fmt::format("what is done to '{}'", path);
  detail::agree(comm, what.c_str(), action);
}

void hdf5_file::state::check_writable() const {
  if (failed)
    throw file_error(
        fmt::format("cannot write '{}': an earlier step failed, so it was given up", path));
  if (!output)
    throw argument_error(fmt::format("'{}' is not open for writing: make it with hdf5_file::create "
                                     "or extend, and write before commit()",
                                     path));
}

void hdf5_file::state::check_readable() const {
  if (!file.is_open() || output)
    throw argument_error(
        fmt::format("'{}' is not open for reading: commit() it, then use hdf5_file::open", path));
}

} // namespace tessera
