#include "scalapack_call.hpp"

#include <tessera/core/algebra/blas_threads.hpp>
#include <tessera/core/complex.hpp>
#include <tessera/core/error.hpp>
#include <tessera/distributed/collectives.hpp>
#include <tessera/matrices/factorisations.hpp>

#include <algorithm>
#include <optional>

namespace tessera::detail {

namespace {

/// Room for ScaLAPACK to work in; real numbers apart only where others are complex.
template <class T> struct work_room {
  T* numbers;
  int number_count;
  real_of<T>* reals;
  int real_count;
  int* integers;
  int integer_count;
};

/// The length of blocks that eigenvectors are found fastest with.
constexpr int block_length = 32;

/// A symmetric matrix, or Hermitian one.
template <class T> class symmetric_problem {
public:
  using real = real_of<T>;

  symmetric_problem(const view_ref& a, bool upper, bool with_vectors)
      : comm_(a.block->comm()), grid_(comm_),
        m_(comm_, grid_, a.shape[0], a.shape[0], sizeof(T), block_length),
        triangle_(upper != is_turned ? "U" : "L") {
    prepare_blas();
    if (with_vectors)
      vectors_.emplace(comm_, grid_, a.shape[0], a.shape[0], sizeof(T), block_length);
    if constexpr (is_turned)
      m_.load_turned(a);
    else
      m_.load(a);
    require_finite<T>(comm_, "eigh", m_);
  }

  void run(real* values) {
    T number_count[1]{};
    real real_count[1]{};
    int integer_count = 0;
    int info = 0;
    if (grid_.is_member())
      call(values, {number_count, query, real_count, query, &integer_count, query}, info);
    agreed_info(comm_, name(), info);
    const auto enough = [&](auto told) {
      return collectively(comm_, [&] { return std::max(work_size(told), least_work()); });
    };
    std::vector<T> numbers = work_space<T>(comm_, enough(number_count[0]));
    std::vector<real> reals = work_space<real>(comm_, is_complex<T> ? enough(real_count[0]) : 0);
    std::vector<int> integers = work_space<int>(comm_, integer_count);
    if (grid_.is_member())
      call(values,
           {numbers.data(), static_cast<int>(numbers.size()), reals.data(),
            static_cast<int>(reals.size()), integers.data(), integer_count},
           info);
    if (agreed_info(comm_, name(), info) > 0) throw argument_error("eigenvalues do not converge");
    broadcast(comm_, values, m_.rows(), 0);
  }
  void store(const view_ref& to) { vectors_->store(to); }

private:
  /// Is the matrix taken with rows as columns, which is the same one where nothing is conjugated?
  static constexpr bool is_turned = !is_complex<T>;

  [[nodiscard]] const char* name() const {
    if constexpr (is_complex<T>) return vectors_ ? "heevd" : "heev";
    return vectors_ ? "syevd" : "syev";
  }
  /// ScaLAPACK 2.2.1 asks for less than what it calls wants (PDORMTR, PDLASRT), where a matrix is
  /// small beside its blocks; eigenvectors are wrong then without a word, or ranks wait for ever.
  [[nodiscard]] int least_work() const {
    const index_t block = block_length;
    const index_t rows = m_.own_rows() + block;
    const index_t columns = m_.own_columns() + block;
    const index_t most = std::max(
        {(rows + columns) * block + block * block, rows * (block + columns), index_t{m_.rows()}});
    return work_size(static_cast<double>(4 * index_t{m_.rows()} + most), 0);
  }
  // Divide and conquer makes eigenvectors always; without them, it is the other method's turn.
  void call(real* values, const work_room<T>& room, int& info) {
    const int n = m_.rows();
    using routines = scalapack_spectra<T>;
    const auto with_vectors = [&](auto routine, auto... reals) {
      routine("V", triangle_, &n, m_.data<T>(), &one, &one, m_.of(), values, vectors_->data<T>(),
              &one, &one, vectors_->of(), room.numbers, &room.number_count, reals..., room.integers,
              &room.integer_count, &info, 1, 1);
    };
    const auto without = [&](auto routine, auto... reals) {
      routine("N", triangle_, &n, m_.data<T>(), &one, &one, m_.of(), values, nullptr, &one, &one,
              m_.of(), room.numbers, &room.number_count, reals..., &info, 1, 1);
    };
    if constexpr (is_complex<T>)
      vectors_ ? with_vectors(routines::heevd, room.reals, &room.real_count)
               : without(routines::heev, room.reals, &room.real_count);
    else
      vectors_ ? with_vectors(routines::syevd) : without(routines::syev);
  }

  const communicator& comm_;
  blacs_grid grid_;
  cyclic_matrix m_;
  std::optional<cyclic_matrix> vectors_;
  const char* triangle_;
};

} // namespace

template <class T>
void global_eigh(const view_ref& a, bool upper, real_of<T>* values, const view_ref* vectors) {
  if (a.shape[0] == 0) return;
  symmetric_problem<T> problem(a, upper, vectors != nullptr);
  problem.run(values);
  if (vectors != nullptr) problem.store(*vectors);
}

#define TESSERA_EIGH(T)                                                                            \
  template void global_eigh<T>(const view_ref&, bool, real_of<T>*, const view_ref*);
TESSERA_EIGH(float)
TESSERA_EIGH(double)
TESSERA_EIGH(std::complex<float>)
TESSERA_EIGH(std::complex<double>)
#undef TESSERA_EIGH

} // namespace tessera::detail
