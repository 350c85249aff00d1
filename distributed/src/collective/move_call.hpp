// A collective call from its begin to its end, or to its request.
#pragma once

#include "collective/move_operation.hpp"

#include <tessera/distributed/ranks/agreed.hpp>

#include <tessera/distributed/ranks/traffic.hpp>

namespace tessera::detail {

/// One call: started, or done at once. It needs an operation only where it packs or is started.
class move_call {
public:
  move_call(const communicator& comm, const char* name, call_mode mode)
      : comm_(comm), name_(name), mode_(mode) {
    note_collective();
  }

  [[nodiscard]] bool is_started() const { return mode_ == call_mode::started; }
  void check(int code) const { check_mpi(code, name_); }

  /// Where arguments are checked: all ranks make the same call. Before all else.
  template <class Describe> void agree(const char* call, const Describe& describe) {
    if (comm_.size() < 2 || !checks_arguments()) return;
    if (is_started())
      needed().agree(call, describe());
    else
      detail::agree(comm_, call, describe());
  }

  /// See move_operation.
  const std::byte* source(const message_data& data) {
    return data.is_contiguous ? data.data : needed().source(data);
  }
  const std::byte* copy_of(const message_data& data) { return needed().copy_of(data); }
  std::byte* set_target(const message_data& data) {
    return data.is_contiguous ? data.data : needed().set_target(data);
  }
  void pack_target() {
    if (op_ != nullptr) op_->pack_target();
  }
  void keep(operation_handle&& op) { needed().keep(std::move(op)); }
  int_parts parts(part_counts counts, int each) { return needed().parts(counts, each); }
  void post(const std::byte* from, const std::vector<byte_part>& sends, std::byte* to,
            const std::vector<byte_part>& receives) {
    needed().post(from, sends, to, receives);
  }
  /// Where MPI puts the request of what is started; null for what is done at once.
  MPI_Request* next_request() { return is_started() ? needed().next_request() : nullptr; }

  /// What the caller gets.
  operation* finish() {
    if (is_started()) {
      needed();
      return owner_.release();
    }
    if (op_ == nullptr) return nullptr;
    op_->advance(true);
    owner_.release()->recycle();
    return nullptr;
  }

private:
  move_operation& needed() {
    if (op_ != nullptr) return *op_;
    op_ = operation_pool<move_operation>::take();
    owner_ = operation_owner(op_);
    op_->start(comm_, name_);
    return *op_;
  }

  const communicator& comm_;
  const char* name_;
  call_mode mode_;
  move_operation* op_ = nullptr;
  operation_owner owner_;
};

} // namespace tessera::detail
