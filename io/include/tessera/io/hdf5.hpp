/// @file
/// HDF5 files of global arrays, shared by all ranks.
#pragma once

#include <tessera/distributed/agree.hpp>
#include <tessera/io/hdf5_attribute.hpp>
#include <tessera/io/hdf5_entry.hpp>
#include <tessera/io/hdf5_part.hpp>

#include <string>
#include <vector>

namespace tessera {

/// An HDF5 file that all ranks of a communicator write or read together.
///
/// A dataset holds a global array in natural order, whatever its distribution: h5py sees
/// `file["u"][i, j] == u(i, j)`, and any number of ranks under any distribution reads it back. All
/// real types, bool (h5py's enumeration) and complex numbers (its compound of r and i) are stored.
///
/// A file is written under a temporary name in the same folder and takes its own name in `commit`;
/// until then an older file of that name stays as it was. After a failure nothing is committed. A
/// file is written once, from `create` to `commit`; what it holds is read after `open`.
///
/// Every member function is collective over the file's ranks: all call it with the same arguments
/// (arrays: their own parts), and all throw the same error. Names of datasets are paths such as
/// "u" or "results/u"; groups on the way are made. HDF5's own printing of errors is switched off.
///
///     hdf5_file file = hdf5_file::create(world, "heat.h5");
///     file.write("u", u);
///     file.set_attribute("u", "dt", 0.1);
///     file.commit();
///
///     hdf5_file saved = hdf5_file::open(world, "heat.h5");
///     saved.read("u", u);
///
/// Files from elsewhere: external storage, external links and virtual datasets, which would read
/// other files, are refused, and a size that the file cannot hold is an error before memory for it
/// is asked for.
///
/// Numbers are converted when read where every value has its place in the wanted type, as int32 in
/// double; otherwise reading throws.
class hdf5_file {
public:
  /// Starts a new file. Collective.
  /// @throws file_error naming the path and the reason, as for a folder that does not exist.
  [[nodiscard]] static hdf5_file create(const communicator& comm, const std::string& path);
  /// Opens a file for reading. Collective.
  /// @throws file_error naming the path and the reason: missing, not HDF5, damaged.
  [[nodiscard]] static hdf5_file open(const communicator& comm, const std::string& path);

  hdf5_file(hdf5_file&& other) noexcept : state_(other.state_) { other.state_ = nullptr; }
  hdf5_file& operator=(hdf5_file&& other) noexcept;
  hdf5_file(const hdf5_file&) = delete;
  hdf5_file& operator=(const hdf5_file&) = delete;
  /// Closes the file; one that was not committed is removed. Local: waits for no other rank.
  ~hdf5_file();

  [[nodiscard]] const std::string& path() const;
  [[nodiscard]] const communicator& comm() const;

  /// Writes a global array as a new dataset of its shape. Its ranks are the file's. Collective.
  /// @throws file_error when it cannot be written, argument_error when the name is taken.
  template <class T, std::size_t N>
  void write(const std::string& dataset, const global_array<T, N>& array) {
    check_ranks(array.comm());
    if (!detail::has_long_runs(array.distribution(), sizeof(T)))
      return write(dataset, to_row_blocks(array));
    write_new(dataset, detail::hdf5_part_of(array), detail::bytes_of(array.owned().data()));
  }
  /// Writes the local array that rank 0 has as a new dataset; the others' argument is ignored.
  /// Collective.
  template <class T, std::size_t N>
  void write(const std::string& dataset, const view<T, N>& array) {
    const view<const T, N> elements = array;
    write_local(dataset, detail::hdf5_part_of(elements), detail::bytes_of(elements.data()));
  }
  template <class T, std::size_t N>
  void write(const std::string& dataset, const ndarray<T, N>& array) {
    write_local(dataset, detail::hdf5_part_of(array.view()), detail::bytes_of(array.data()));
  }

  /// Makes a dataset of shape (count, ...) for `count` global arrays like `like`, to be filled by
  /// `write_frame`; frames that are never written are zero. Collective.
  template <class T, std::size_t N>
  void create_series(const std::string& dataset, index_t count, const global_array<T, N>& like) {
    check_ranks(like.comm());
    if (like.distribution().is_cyclic()) return create_series(dataset, count, to_row_blocks(like));
    create_dataset(dataset, detail::hdf5_frame(detail::hdf5_part_of(like), 0, count));
  }
  /// Writes a global array as frame k, counted from 0, of a series. Collective.
  template <class T, std::size_t N>
  void write_frame(const std::string& dataset, index_t k, const global_array<T, N>& array) {
    check_ranks(array.comm());
    if (!detail::has_long_runs(array.distribution(), sizeof(T)))
      return write_frame(dataset, k, to_row_blocks(array));
    write_into_series(dataset, k, detail::hdf5_part_of(array),
                      detail::bytes_of(array.owned().data()));
  }

  /// Reads a dataset into the elements that each rank owns; halos become stale. Collective.
  /// @throws shape_error naming both shapes when they differ; file_error when there is no such
  /// dataset (the message lists those there are), or its elements have no place in T.
  template <class T, std::size_t N>
  void read(const std::string& dataset, global_array<T, N>& into) {
    check_ranks(into.comm());
    if (into.distribution().is_cyclic())
      return read_rows(into, [&](auto& rows) { read(dataset, rows); });
    read_part(dataset, detail::hdf5_part_of(into), detail::bytes_of(into.owned().data()));
  }
  /// Reads a whole dataset, which every rank then has: `file.read<double, 2>("u")`. Collective.
  template <class T, std::size_t N> [[nodiscard]] ndarray<T, N> read(const std::string& dataset) {
    const std::vector<index_t> stored = checked_shape(dataset, N);
    shape_t<N> extents{};
    for (std::size_t d = 0; d < N; ++d) extents[d] = stored[d];
    auto result = collectively(comm(), [&] { return ndarray<T, N>(extents); });
    read_whole(dataset, detail::hdf5_part_of(std::as_const(result).view()),
               detail::bytes_of(result.data()));
    return result;
  }
  /// Reads frame k of a series, counted from 0. Collective.
  template <class T, std::size_t N>
  void read_frame(const std::string& dataset, index_t k, global_array<T, N>& into) {
    check_ranks(into.comm());
    if (into.distribution().is_cyclic())
      return read_rows(into, [&](auto& rows) { read_frame(dataset, k, rows); });
    read_from_series(dataset, k, detail::hdf5_part_of(into), detail::bytes_of(into.owned().data()));
  }

  /// Gives a dataset, a group, or the file ("/") a named value: a number, bool, text (UTF-8), or an
  /// `ndarray<T, 1>` of up to 60000 bytes. Replaces an older one of that name. Rank 0's value
  /// counts. Collective.
  template <class V>
  void set_attribute(const std::string& object, const std::string& name, const V& value) {
    write_attribute(object, name, detail::hdf5_attribute_traits<std::decay_t<V>>::to(value));
  }
  /// Reads a named value: `file.attribute<double>("u", "dt")`. A number may be read as
  /// `ndarray<T, 1>`, too. Collective.
  template <class V> [[nodiscard]] V attribute(const std::string& object, const std::string& name) {
    return detail::hdf5_attribute_traits<V>::from(
        read_attribute(object, name, detail::hdf5_attribute_wanted<V>()));
  }

  /// The names of an object's attributes, in the order of the alphabet. Collective.
  [[nodiscard]] std::vector<std::string> attributes(const std::string& object);
  /// An attribute of any type as text for people: "0.1", "[1, 2, 3]", "['x', 'y']"; long ones are
  /// shortened. Collective.
  [[nodiscard]] std::string attribute_text(const std::string& object, const std::string& name);

  /// All groups, datasets and links, in the order of the alphabet of their paths; of the root, what
  /// it holds. Rank 0 reads what says so, and no elements. Links are not followed: those to other
  /// files, and datasets that would read other files, say so in `refused`. An object of several
  /// names is listed by each, what a group holds by one of them. Collective.
  ///
  ///     for (const hdf5_entry& e : file.entries())
  ///       if (!e.is_group) std::cout << e.path << ' ' << e.dtype << '\n';
  [[nodiscard]] std::vector<hdf5_entry> entries();

  /// The shape of a dataset; that of a scalar is empty. Collective.
  [[nodiscard]] std::vector<index_t> shape(const std::string& dataset);
  /// NumPy's name of the element type, such as "float64"; "string", "compound"... for those that
  /// cannot be read. Collective.
  [[nodiscard]] std::string dtype(const std::string& dataset);
  /// Is there a dataset or group of this name? Collective.
  [[nodiscard]] bool has(const std::string& name);
  /// The paths of all datasets, in the order of the alphabet. Collective.
  [[nodiscard]] std::vector<std::string> datasets();

  /// Ends writing: closes the file and gives it its name. Collective.
  /// @throws file_error when anything failed, now or before; the old file is then untouched.
  void commit();

private:
  friend class checkpoint;
  struct state;
  explicit hdf5_file(state* s) : state_(s) {}

  /// Reads into whole rows first, where ranks own no boxes.
  template <class T, std::size_t N, class Read>
  static void read_rows(global_array<T, N>& into, Read&& read) {
    global_array<T, N> rows(grid_along<N>(into.comm(), 0), into.shape());
    read(rows);
    redistribute(rows, into);
  }
  void check_ranks(const communicator& comm) const;
  index_t create_dataset(const std::string& name, const detail::hdf5_part& part);
  void write_new(const std::string& name, const detail::hdf5_part& part, const std::byte* data);
  void write_elements(const std::string& name, const detail::hdf5_part& part, index_t offset,
                      const std::byte* data);
  void write_local(const std::string& name, detail::hdf5_part part, const std::byte* data);
  void write_into_series(const std::string& name, index_t k, const detail::hdf5_part& part,
                         const std::byte* data);
  void read_part(const std::string& name, const detail::hdf5_part& part, std::byte* data);
  void read_into(const std::string& name, const detail::hdf5_part& part, std::byte* data);
  void read_whole(const std::string& name, const detail::hdf5_part& part, std::byte* data);
  void read_from_series(const std::string& name, index_t k, const detail::hdf5_part& part,
                        std::byte* data);
  std::vector<index_t> checked_shape(const std::string& name, std::size_t ndim);
  void write_attribute(const std::string& object, const std::string& name,
                       detail::hdf5_attribute value);
  detail::hdf5_attribute read_attribute(const std::string& object, const std::string& name,
                                        const detail::hdf5_attribute& wanted);

  state* state_ = nullptr;
};

namespace detail {

/// Bytes of the buffer through which strided memory is read; 32 MiB unless a test sets it.
void set_hdf5_buffer_bytes(index_t bytes);

} // namespace detail

} // namespace tessera
