// Elements of a distributed vector that lists of subscripts name, as one fetches them by hand.
#pragma once

#include <mpi.h>

#include <vector>

namespace bench {

/// Every rank has `owned` doubles of a vector and wants those that its list names, in that order.
struct subscript_task {
  MPI_Comm comm;
  long owned;
  std::vector<long> list;
};

/// Element i of the vector.
inline double value_of(long i) { return static_cast<double>(3 * i + 1); }

/// Who wants what is found once; then each run packs, sends and unpacks, a message to each rank.
class hand_subscripts {
public:
  explicit hand_subscripts(const subscript_task& task);

  /// values[k] becomes the element that list[k] names.
  void gather();
  /// Adds values[k] to the element that list[k] names.
  void add();
  [[nodiscard]] bool is_right() const;
  [[nodiscard]] const std::vector<double>& vector() const { return vector_; }

private:
  struct peer {
    int rank;
    std::vector<int> places;
    std::vector<double> buffer;
  };
  void add_own();

  subscript_task task_;
  int rank_ = 0;
  std::vector<double> vector_;
  std::vector<double> values_;
  std::vector<peer> wanted_from_; // places in the list
  std::vector<peer> wanted_by_;   // places in the vector
  std::vector<int> own_positions_;
  std::vector<int> own_places_;
  std::vector<MPI_Request> requests_;
};

} // namespace bench
