#include "files/text_stream.hpp"

#include <tessera/core/files/file_errors.hpp>
#include <tessera/core/memory.hpp>
#include <tessera/distributed/agree.hpp>
#include <tessera/distributed/ranks/waiting.hpp>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <fcntl.h>
#include <optional>
#include <sys/stat.h>
#include <unistd.h>
#include <utility>

namespace tessera::detail {

namespace {

constexpr index_t piece_bytes = index_t{16} << 20U;

bool is_standard_output(const std::string& path) {
  return path == "-" || path == "/dev/stdout" || path == "/dev/fd/1" || path == "/proc/self/fd/1";
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

/// Writes what another rank sends. After a failure, the rest is only received.
void write_from(const communicator& comm, int rank, const buffer& piece,
                const std::optional<text_stream>& to, std::exception_ptr& failure) {
  for (int bytes = 1; bytes > 0;) {
    MPI_Status status;
    receive_piece(comm, rank, piece, status);
    check_mpi(MPI_Get_count(&status, MPI_BYTE, &bytes), "MPI_Get_count");
    try {
      if (!failure) to->write(piece.data(), bytes);
    } catch (...) {
      failure = std::current_exception();
    }
  }
}

} // namespace

bool text_stream::leads_to_one(const std::string& path) {
  struct stat status {};
  return is_standard_output(path) || (::stat(path.c_str(), &status) == 0 &&
                                      (S_ISFIFO(status.st_mode) || S_ISCHR(status.st_mode)));
}

text_stream::text_stream(std::string path) : path_(std::move(path)), descriptor_(STDOUT_FILENO) {
  if (is_standard_output(path_)) {
    std::fflush(stdout);
    return;
  }
  do descriptor_ = ::open(path_.c_str(), O_WRONLY | O_CLOEXEC | O_NOCTTY);
  while (descriptor_ < 0 && errno == EINTR);
  if (descriptor_ < 0) throw_file_error("write", path_, errno);
}

text_stream::~text_stream() {
  if (descriptor_ != STDOUT_FILENO) ::close(descriptor_);
}

void text_stream::write(const std::byte* data, index_t bytes) const {
  while (bytes > 0) {
    const ssize_t put = ::write(descriptor_, data, static_cast<std::size_t>(bytes));
    if (put < 0 && errno == EINTR) continue;
    if (put < 0) throw_file_error("write", path_, errno);
    data += put;
    bytes -= put;
  }
}

void text_stream::write(const byte_segments& text) const {
  text.for_each([this](const std::byte* data, index_t bytes) { write(data, bytes); });
}

namespace {

void write_as_root(const communicator& comm, const std::string& path, const byte_segments& text) {
  std::optional<text_stream> to;
  std::exception_ptr failure;
  try {
    to.emplace(path);
    to->write(text);
  } catch (...) {
    failure = std::current_exception();
  }
  const buffer piece(static_cast<std::size_t>(piece_bytes));
  for (int rank = 1; rank < comm.size(); ++rank) write_from(comm, rank, piece, to, failure);
  if (failure) std::rethrow_exception(failure);
}

} // namespace

void write_to_stream(const communicator& comm, const std::string& path, const byte_segments& text) {
  collectively(comm, [&] {
    if (comm.rank() == 0)
      write_as_root(comm, path, text);
    else
      send_text(comm, text);
  });
}

} // namespace tessera::detail
