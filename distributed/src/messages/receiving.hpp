// Receives that are posted before their message has come.
#pragma once

#include "messages/operation.hpp"
#include "messages/overflow.hpp"
#include "messages/received.hpp"
#include "messages/staging_memory.hpp"

#include <tessera/distributed/messages/message_data.hpp>

#include <exception>

namespace tessera::detail {

class receive_operation final : public operation {
public:
  bool advance(bool blocking) override;
  bool take_back() override;
  void give_up() noexcept override;
  void recycle() noexcept override;

  void start(const communicator& comm, const message_data& into, int from, int tag,
             const char* call);
  void advance_for_others() noexcept override;

private:
  void close() noexcept;
  void take_first(const MPI_Status& state, int code);
  void take_in_place(const MPI_Status& state, int code);

  receive_target into_;
  MPI_Request first_ = MPI_REQUEST_NULL;
  bool has_first_ = false;
  bool is_counted_ = false; // in a profile
  bool is_open_ = false;    // its elements may come before they are waited for
  index_t room_ = 0;        // beside its place, where what comes first goes
  staging_memory staging_;
  overflow_memory guarded_;
  element_pieces pieces_;
  std::exception_ptr failure_;
};

/// Puts a short message into its place that has come into memory where none does harm.
status take_from(const overflow_memory& detour, const communicator& comm, const message_data& into,
                 const MPI_Status& state, const char* call);

/// Goes on with the receives of this thread whose elements come apart, so that no receive of any
/// tag takes these.
void advance_open_receives();
bool has_open_receives();

} // namespace tessera::detail
