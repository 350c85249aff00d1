// Messages and collective calls as one writes them with MPI alone.
#pragma once

#include <mpi.h>

#include <array>
#include <cstddef>
#include <vector>

namespace bench {

/// Doubles that go from one of two ranks to the other and back.
struct hand_messages {
  MPI_Comm comm;
  int rank;
  const double* from;
  double* to;
  int count;

  [[nodiscard]] int other() const { return 1 - rank; }
  /// There and back.
  void by_send() const;
  void by_sendrecv() const;
  void by_requests() const;
};

/// Elements of doubles in three nested loops: how many, and how far from each other.
struct hand_layout {
  std::array<long, 3> counts;
  std::array<long, 3> steps;
};

/// Such elements that go from one of two ranks to the other and back.
class hand_view {
public:
  hand_view(const hand_messages& ends, const hand_layout& from, const hand_layout& to);
  hand_view(const hand_view&) = delete;
  hand_view& operator=(const hand_view&) = delete;
  ~hand_view();

  void by_types();
  /// Packed into a buffer that is kept.
  void by_packing();

  void pack(double* to) const;
  void unpack(const double* from) const;
  [[nodiscard]] std::size_t size() const { return buffer_.size(); }

private:
  hand_messages ends_;
  hand_layout from_;
  hand_layout to_;
  std::vector<double> buffer_;
  std::array<MPI_Datatype, 2> types_{};
};

/// What has a place and moves: 56 bytes.
struct moving_particle {
  double place[3];
  double speed[3];
  long id;
};

/// Particles for every rank, of which all know how many come.
class hand_particles {
public:
  hand_particles(MPI_Comm comm, const std::vector<std::vector<moving_particle>>& for_ranks);
  hand_particles(const hand_particles&) = delete;
  hand_particles& operator=(const hand_particles&) = delete;
  ~hand_particles() { MPI_Type_free(&type_); }

  /// Into memory that is kept.
  void into_kept();
  /// Into a new vector.
  void into_new();
  [[nodiscard]] const std::vector<moving_particle>& received() const { return received_; }

private:
  void exchange(moving_particle* to);

  MPI_Comm comm_;
  MPI_Datatype type_ = MPI_DATATYPE_NULL;
  std::array<std::vector<int>, 2> counts_;  // sent, received
  std::array<std::vector<int>, 2> offsets_; // of these
  std::vector<moving_particle> sent_;
  std::vector<moving_particle> received_;
};

} // namespace bench
