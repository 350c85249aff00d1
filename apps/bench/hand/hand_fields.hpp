// Fields as one writes them by hand with MPI: plain arrays cut along the first axis, halos by
// Isend and Irecv, loops over rows of plain pointers.
#pragma once

#include <mpi.h>

#include <cstddef>
#include <utility>
#include <vector>

namespace bench {

/// What a kernel sees: a cell of a plain array, and its neighbours.
template <int Ndim> struct hand_point {
  const double* cell;
  long pitch; // to the next row
  long slab;  // to the next plane

  double operator()(long i, long j) const { return cell[i * pitch + j]; }
  double operator()(long i, long j, long k) const { return cell[i * slab + j * pitch + k]; }
};

/// Some fields of one shape: `planes` along the first axis on this rank, of `lines` rows each (one
/// in two axes), of n cells.
class hand_fields {
public:
  hand_fields(MPI_Comm comm, std::size_t count, long planes, long lines, long n, long width);

  [[nodiscard]] double* at(std::size_t field) { return fields_[field].data() + width_ * slab_; }
  void fill(std::size_t field, long first_plane, double (*value)(long, long, long));
  void exchange(const std::vector<std::size_t>& fields);
  void swap(std::size_t a, std::size_t b) { std::swap(fields_[a], fields_[b]); }

  /// Computes fields from others at all cells that are at least `radius` from the ends.
  template <int Ndim, std::size_t Outputs, std::size_t Inputs, class Kernel>
  void compute(const std::size_t (&to)[Outputs], const std::size_t (&from)[Inputs], long radius,
               const Kernel& kernel) {
    compute<Ndim>(to, from, radius, kernel, std::make_index_sequence<Outputs>(),
                  std::make_index_sequence<Inputs>());
  }

private:
  template <int Ndim, std::size_t Outputs, std::size_t Inputs, class Kernel, std::size_t... O,
            std::size_t... I>
  [[gnu::flatten]] void compute(const std::size_t (&to)[Outputs], const std::size_t (&from)[Inputs],
                                long radius, const Kernel& kernel, std::index_sequence<O...>,
                                std::index_sequence<I...>) {
    const long first = below_ == MPI_PROC_NULL ? radius : 0;
    const long last = planes_ - (above_ == MPI_PROC_NULL ? radius : 0);
    const long edge = Ndim == 2 ? 0 : radius;
    for (long i = first; i < last; ++i)
      for (long j = edge; j < lines_ - edge; ++j) {
        const long row = i * slab_ + j * n_;
        double* const out[] = {at(to[O]) + row...};
        const double* const in[] = {at(from[I]) + row...};
        // So that the compiler sees that they stay where they are.
        [&](auto*... o) {
          [&](auto*... in_row) {
#pragma GCC ivdep
            for (long k = radius; k < n_ - radius; ++k) {
              const auto values =
                  kernel(hand_point<Ndim>{in_row + k, Ndim == 2 ? slab_ : n_, slab_}...);
              ((o[k] = values[O]), ...);
            }
          }(in[I]...);
        }(out[O]...);
      }
  }

  MPI_Comm comm_;
  int below_;
  int above_;
  long planes_;
  long lines_;
  long n_;
  long width_;
  long slab_;
  std::vector<std::vector<double>> fields_;
};

} // namespace bench
