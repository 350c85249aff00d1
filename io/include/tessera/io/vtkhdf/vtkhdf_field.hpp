/// @file
/// What VTK shows of a grid: arrays at its points and cells, and numbers.
#pragma once

#include <tessera/io/hdf5.hpp>

#include <initializer_list>
#include <string>
#include <vector>

namespace tessera {

/// What the elements of an array belong to.
enum class vtkhdf_data {
  points,
  cells, ///< between the points: one fewer along each axis
  grid   ///< as a whole: a number
};

namespace detail {

/// VTK has arrays of integers and floating-point numbers, and of short lists of these.
template <class T>
inline constexpr bool is_vtk_element = std::is_arithmetic_v<T> && !is_text<T> &&
                                       !std::is_same_v<T, bool> && !std::is_same_v<T, long double>;
template <class T, std::size_t N>
inline constexpr bool is_vtk_element<fixed_array<T, N>> = is_vtk_element<T>;

template <class A> struct vtk_element { using type = A; };
template <array_operand A> struct vtk_element<A> {
  using type = std::remove_cv_t<typename A::value_type>;
};

} // namespace detail

/// A named array for a VTKHDF file: a global array, a view or an expression of such, or the local
/// array or number that rank 0 has. Elements are integers or floating-point numbers, or vectors of
/// them (`fixed_array<double, 3>`; of matrices, VTK wants the numbers in one row, as of
/// `fixed_array<double, 9>`). Refers to the array, which must live until it is written. All members
/// but `write` and `append` are local.
class vtkhdf_field {
public:
  /// An array at the points of a grid of 2 or 3 axes, or in its cells.
  template <array_operand A>
  vtkhdf_field(std::string name, const A& values, // NOLINT(google-explicit-constructor)
               vtkhdf_data of = vtkhdf_data::points)
      : vtkhdf_field(std::move(name), of, values, 0) {
    for (const index_t n : values.shape()) shape_.push_back(n);
  }
  /// A number that belongs to the grid.
  template <scalar_operand A>
  vtkhdf_field(std::string name, const A& value) // NOLINT(google-explicit-constructor)
      : vtkhdf_field(std::move(name), vtkhdf_data::grid, value, 0) {}

  [[nodiscard]] const std::string& name() const { return name_; }
  [[nodiscard]] vtkhdf_data of() const { return of_; }
  [[nodiscard]] detail::dtype type() const { return type_; }
  /// Empty for a number.
  [[nodiscard]] const std::vector<index_t>& shape() const { return shape_; }
  /// Is it one over the ranks, and not rank 0's?
  [[nodiscard]] bool is_global() const { return is_global_; }

  /// Writes it as a new dataset. Collective; errors on all ranks.
  void write(hdf5_file& file, const std::string& dataset, const hdf5_layout& layout) const {
    write_(file, dataset, values_, layout);
  }
  /// Adds it to a dataset that grows. Collective; errors on all ranks.
  void append(hdf5_file& file, const std::string& dataset, const hdf5_layout& layout) const {
    append_(file, dataset, values_, layout);
  }

private:
  using writer = void (*)(hdf5_file&, const std::string&, const void*, const hdf5_layout&);

  template <class A>
  vtkhdf_field(std::string name, vtkhdf_data of, const A& values, int /*unused*/)
      : name_(std::move(name)), of_(of),
        type_(detail::dtype_of<typename detail::vtk_element<A>::type>()), values_(&values),
        write_([](hdf5_file& file, const std::string& as, const void* from,
                  const hdf5_layout& layout) {
          file.write(as, *static_cast<const A*>(from), layout);
        }),
        append_([](hdf5_file& file, const std::string& as, const void* from,
                   const hdf5_layout& layout) {
          file.append(as, *static_cast<const A*>(from), layout);
        }) {
    static_assert(detail::is_vtk_element<typename detail::vtk_element<A>::type>,
                  "VTK has arrays of integers, float, double and fixed_array<T, N> of these: write "
                  "bool as std::uint8_t, parts of complex numbers one by one, and the numbers of a "
                  "matrix in one row");
    if constexpr (array_operand<A>) is_global_ = A::is_global;
  }

  std::string name_;
  vtkhdf_data of_;
  detail::dtype type_;
  std::vector<index_t> shape_;
  bool is_global_ = false;
  const void* values_;
  writer write_;
  writer append_;
};

} // namespace tessera
