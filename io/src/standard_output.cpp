#include "standard_output.hpp"

#include <tessera/core/file_errors.hpp>
#include <tessera/core/memory.hpp>
#include <tessera/distributed/agree.hpp>
#include <tessera/distributed/waiting.hpp>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <unistd.h>

namespace tessera::detail {

namespace {

constexpr index_t piece_bytes = index_t{16} << 20U;

void print_bytes(const std::byte* data, index_t bytes) {
  while (bytes > 0) {
    const ssize_t put = ::write(STDOUT_FILENO, data, static_cast<std::size_t>(bytes));
    if (put < 0 && errno == EINTR) continue;
    if (put < 0) throw_file_error("write", "-", errno);
    data += put;
    bytes -= put;
  }
}

/// Sends a text to rank 0, piece by piece; a piece of no bytes ends it.
void send_text(const communicator& comm, const byte_segments& text) {
  const auto send = [&](const std::byte* data, index_t bytes) {
    const waiting here(bytes);
    check_mpi(MPI_Send(data, static_cast<int>(bytes), MPI_BYTE, 0, 0, comm.native()), "MPI_Send");
  };
  text.for_each([&](const std::byte* data, index_t bytes) {
    for (index_t at = 0; at < bytes; at += piece_bytes)
      send(data + at, std::min(piece_bytes, bytes - at));
  });
  send(nullptr, 0);
}

void receive_piece(const communicator& comm, int rank, const buffer& piece, MPI_Status& status) {
  const waiting here(piece_bytes);
  check_mpi(MPI_Recv(piece.data(), static_cast<int>(piece_bytes), MPI_BYTE, rank, 0, comm.native(),
                     &status),
            "MPI_Recv");
}

/// Prints what another rank sends. After a failure, the rest is only received.
void print_from(const communicator& comm, int rank, const buffer& piece,
                std::exception_ptr& failure) {
  for (int bytes = 1; bytes > 0;) {
    MPI_Status status;
    receive_piece(comm, rank, piece, status);
    check_mpi(MPI_Get_count(&status, MPI_BYTE, &bytes), "MPI_Get_count");
    try {
      if (!failure) print_bytes(piece.data(), bytes);
    } catch (...) {
      failure = std::current_exception();
    }
  }
}

} // namespace

void print(const byte_segments& text) {
  std::fflush(stdout);
  text.for_each(print_bytes);
}

void print(const communicator& comm, const byte_segments& text) {
  collectively(comm, [&] {
    if (comm.rank() != 0) return send_text(comm, text);
    std::exception_ptr failure;
    try {
      print(text);
    } catch (...) {
      failure = std::current_exception();
    }
    const buffer piece(static_cast<std::size_t>(piece_bytes));
    for (int rank = 1; rank < comm.size(); ++rank) print_from(comm, rank, piece, failure);
    if (failure) std::rethrow_exception(failure);
  });
}

} // namespace tessera::detail
