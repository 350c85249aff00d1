/// @file
/// HDF5 files of global arrays, shared by all ranks.
///
/// Its parts lie in hdf5_file.cpp, hdf5_create.cpp, hdf5_write.cpp, hdf5_append.cpp, hdf5_read.cpp,
/// hdf5_scan.cpp, hdf5_texts.cpp, hdf5_attributes.cpp, hdf5_scales.cpp and hdf5_listing.cpp.
#pragma once

#include <tessera/distributed/agree.hpp>
#include <tessera/io/hdf5/datasets/hdf5_buffers.hpp>
#include <tessera/io/hdf5/datasets/hdf5_layout.hpp>
#include <tessera/io/hdf5/hdf5_description.hpp>
#include <tessera/io/hdf5/hdf5_entry.hpp>
#include <tessera/io/hdf5/hdf5_open_options.hpp>
#include <tessera/io/parts/file_part.hpp>
#include <tessera/io/parts/file_subscript.hpp>
#include <tessera/io/parts/local_array.hpp>
#include <tessera/io/types/attribute_value.hpp>

#include <initializer_list>
#include <string>
#include <vector>

namespace tessera {

namespace detail {

struct stored_rows;

} // namespace detail

/// An HDF5 file that all ranks of a communicator write or read together.
///
/// A dataset holds a global array in natural order, whatever its distribution: h5py sees
/// `file["u"][i, j] == u(i, j)`, and any number of ranks under any distribution reads it back. All
/// real types, bool (h5py's enumeration) and complex numbers (its compound of r and i) are stored.
///
/// A file is written under a temporary name in the same folder and takes its own name in `commit`;
/// until then an older file of that name stays as it was. After a failure nothing is committed. A
/// file is written from `create` or `extend` to `commit`; what it holds is read after `open`.
///
/// Every member function but `path` and `comm` is collective over the file's ranks: all call it
/// with the same arguments (arrays: their own parts), and all throw the same error. Names of
/// datasets are paths such as "u" or "results/u"; groups on the way are made. HDF5's own printing
/// of errors is switched off.
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
/// double or half precision in float; otherwise reading throws. Enumerations and bitfields are
/// integers, and complex numbers may have their parts under any of the usual names, or, as PETSc
/// writes them, along a last axis of 2. Elements that were never written are the fill value.
class hdf5_file {
public:
  /// Starts a new file. Collective.
  /// @throws file_error naming the path and the reason, as for a folder that does not exist.
  [[nodiscard]] static hdf5_file create(const communicator& comm, const std::string& path);
  /// Continues a file: what it holds is copied to a temporary file, every rank its share, and all
  /// that can be done with a new one can be done with that; the old one stays as it is until
  /// `commit`. Collective.
  /// @throws file_error naming the path and the reason: missing, not HDF5, damaged, no permission.
  [[nodiscard]] static hdf5_file extend(const communicator& comm, const std::string& path);
  /// Opens a file for reading. Collective.
  /// @throws file_error naming the path and the reason: missing, not HDF5, damaged.
  [[nodiscard]] static hdf5_file open(const communicator& comm, const std::string& path,
                                      const hdf5_open_options& options = {});

  hdf5_file(hdf5_file&& other) noexcept : state_(other.state_) { other.state_ = nullptr; }
  hdf5_file& operator=(hdf5_file&& other) noexcept;
  hdf5_file(const hdf5_file&) = delete;
  hdf5_file& operator=(const hdf5_file&) = delete;
  /// Closes the file; one that was not committed is removed. Local: waits for no other rank.
  ~hdf5_file();

  /// The name that it has, or takes in `commit`. Local.
  [[nodiscard]] const std::string& path() const;
  /// Its ranks. Local.
  [[nodiscard]] const communicator& comm() const;

  /// Writes an array as a new dataset of its shape: a global array, a view of one or an expression
  /// of such (which is evaluated first, into memory of its own), over the file's ranks; or the
  /// local array, view, expression or number that rank 0 has (the others' argument is ignored).
  /// Collective.
  ///
  ///     file.write("u", u, {.chunk = {64, 64}, .deflate = 4});
  ///     file.write("inner", u(slice(1, -1), slice(1, -1)));
  ///     file.write("dt", 0.1);                               // a scalar: h5py's file["dt"][()]
  ///
  /// Without filters, every rank writes its elements where they belong, after they were brought
  /// into whole rows where a rank's are short in the file (which takes their memory once more).
  /// With filters, elements travel to where their chunks are packed, about 32 MiB or a row of
  /// chunks on each rank at a time. The bytes of the file do not depend on the number of ranks.
  /// @throws file_error when it cannot be written, argument_error when the name is taken or the
  /// layout cannot be.
  template <detail::file_value A>
  void write(const std::string& dataset, const A& array, const hdf5_layout& layout = {});

  /// Makes a dataset whose elements are written later, part by part; those that are not are zero.
  /// Collective.
  ///
  ///     file.create_dataset<double, 3>("u", {100, 64, 64});
  ///     file.write_into("u", plane, 7);
  template <class T, std::size_t N>
  void create_dataset(const std::string& dataset, const shape_t<N>& shape,
                      const hdf5_layout& layout = {}) {
    create_empty(dataset, detail::dtype_of<T>(), detail::to_vector(shape), layout);
  }
  /// Writes an array to the part of a dataset that subscripts select: `file.write_into("u", a,
  /// slice(10, 20), 3)` is h5py's `file["u"][10:20, 3] = a`: integers, slices, `all`; trailing axes
  /// left out are taken whole. The array has the shape of the part. Collective. Steps other than 1
  /// and -1, and parts of chunks that are filtered, go through rank 0, piece by piece.
  /// @throws shape_error naming both shapes when they differ, index_error, and argument_error when
  /// the dataset is of another type; file_error when there is none.
  template <detail::file_value A, class... S>
  requires(detail::is_file_subscript<S>&&...) void write_into(const std::string& dataset,
                                                              const A& array,
                                                              const S&... subscripts);

  /// Adds an array as the last frame of a dataset of shape (frames, ...) that grows along its first
  /// axis; the first call makes it, in the layout that is given there. A number (rank 0's) gives a
  /// series of numbers, as the time of each frame. Collective; costs what `write` does.
  ///
  ///     file.append("u", u, {.deflate = 4});
  ///     file.append("time", t);
  ///
  /// @throws shape_error naming both shapes, argument_error when the dataset is of another type or
  /// cannot grow.
  template <detail::file_value A>
  void append(const std::string& dataset, const A& array, const hdf5_layout& layout = {});
  /// Keeps the first `count` frames of a dataset that grows, as before a run continues from an
  /// older state. Collective.
  /// @throws argument_error when it has fewer, or a fixed shape.
  void truncate(const std::string& dataset, index_t count);

  /// Makes a dataset of shape (count, ...) for `count` global arrays like `like`, to be filled by
  /// `write_frame`; frames that are never written are zero. Collective.
  template <class T, std::size_t N>
  void create_series(const std::string& dataset, index_t count, const global_array<T, N>& like) {
    check_ranks(like.comm());
    std::vector<index_t> shape = detail::to_vector(like.shape());
    shape.insert(shape.begin(), count);
    create_empty(dataset, detail::dtype_of<T>(), shape, {});
  }
  /// Writes a global array as frame k, counted from 0, of a series. Collective.
  template <class T, std::size_t N>
  void write_frame(const std::string& dataset, index_t k, const global_array<T, N>& array) {
    with_elements(array,
                  [&](const detail::file_source& from) { write_as_frame(dataset, k, from); });
  }

  /// Reads a dataset into the elements that each rank owns; halos become stale. Collective.
  /// @throws shape_error naming both shapes when they differ; file_error when there is no such
  /// dataset (the message lists those there are), or its elements have no place in T.
  template <class T, std::size_t N>
  void read(const std::string& dataset, global_array<T, N>& into) {
    check_ranks(into.comm());
    if (into.distribution().is_cyclic())
      return read_rows(into, [&](auto& rows) { read(dataset, rows); });
    read_part(dataset, detail::file_part_of(into), detail::bytes_of(into.owned().data()));
  }
  /// Reads a whole dataset, which every rank then has: `file.read<double, 2>("u")`. Collective.
  template <class T, std::size_t N> [[nodiscard]] ndarray<T, N> read(const std::string& dataset) {
    const std::vector<index_t> stored = checked_shape(dataset, detail::dtype_of<T>(), N);
    shape_t<N> extents{};
    for (std::size_t d = 0; d < N; ++d) extents[d] = stored[d];
    auto result = collectively(comm(), [&] { return ndarray<T, N>(extents); });
    read_whole(dataset, detail::file_part_of(std::as_const(result).view()),
               detail::bytes_of(result.data()));
    return result;
  }
  /// Reads the part of a dataset that subscripts select, as `file["u"][10:20:2, 3]` in h5py, with
  /// NumPy's rules: an integer drops its axis, negative ones count from the end, ends of slices
  /// beyond an axis are cut, negative steps run backwards, trailing axes left out are taken whole.
  /// Nothing else is read, but of chunks those that hold some of it. Rank 0 reads; every rank then
  /// has it. Collective.
  ///
  ///     const auto part = file.read<double, 2>("u", slice(10, 20, 2), 3, all);
  ///
  /// @throws index_error naming the shape, shape_error when the part has not N axes.
  template <class T, std::size_t N, class... S>
  requires(sizeof...(S) > 0 && (detail::is_file_subscript<S> && ...))
      [[nodiscard]] ndarray<T, N> read(const std::string& dataset, const S&... subscripts);
  /// Reads one element: `file.read<double>("time", -1)`; without subscripts, that of a dataset that
  /// has no other: `file.read<double>("dt")`, `file.read<std::string>("title")`. Collective.
  template <class T, class... S>
  requires(detail::is_integer<S>&&...) [[nodiscard]] T
      read(const std::string& dataset, const S&... subscripts);
  /// Reads the part that subscripts select into a global array of its shape; every rank reads what
  /// it owns. Collective.
  template <class T, std::size_t N, class... S>
  requires(sizeof...(S) > 0 && (detail::is_file_subscript<S> &&
                                ...)) void read(const std::string& dataset,
                                                global_array<T, N>& into, const S&... subscripts);
  /// Reads frame k of a series, counted from 0. Collective.
  template <class T, std::size_t N>
  void read_frame(const std::string& dataset, index_t k, global_array<T, N>& into) {
    check_ranks(into.comm());
    if (into.distribution().is_cyclic())
      return read_rows(into, [&](auto& rows) { read_frame(dataset, k, rows); });
    read_from_series(dataset, k, detail::file_part_of(into), detail::bytes_of(into.owned().data()));
  }

  /// Writes texts (UTF-8) of any length as a new dataset of one axis, as h5py's `string_dtype`.
  /// Those of rank 0 count, which holds and writes them all. Collective.
  /// @throws argument_error for a text with a zero byte inside.
  void write(const std::string& dataset, const std::vector<std::string>& texts);
  /// Writes a text as a scalar dataset. That of rank 0 counts. Collective.
  void write(const std::string& dataset, const std::string& text);
  /// Reads texts of any length or a fixed one, which every rank then has, in row-major order if
  /// they have several axes. Arrays of texts of a fixed width are read faster, and shared between
  /// the ranks, as `fixed_string`. Collective.
  [[nodiscard]] std::vector<std::string> read_text(const std::string& dataset);

  /// Gives a dataset, a group, or the file ("/") a named value: a number, bool, text (UTF-8), a
  /// struct, an `ndarray` of these, or `std::vector<std::string>`. Replaces an older one of that
  /// name. Rank 0's value counts. Collective.
  /// @throws argument_error for a text with a zero byte inside, and for more than 16 MiB.
  template <class V>
  void set_attribute(const std::string& object, const std::string& name, const V& value) {
    write_attribute(object, name, detail::attribute_traits<std::decay_t<V>>::to(value));
  }
  /// Reads a named value: `file.attribute<double>("u", "dt")`. A single element may be read as an
  /// array of one axis, too, and a text or texts in any form that HDF5 knows. Collective.
  template <class V> [[nodiscard]] V attribute(const std::string& object, const std::string& name) {
    using traits = detail::attribute_traits<V>;
    return traits::from(read_attribute(object, name, traits::wanted()));
  }
  /// The names of an object's attributes, in the order of the alphabet. Collective.
  [[nodiscard]] std::vector<std::string> attributes(const std::string& object);
  /// An attribute of any type as text for people: "0.1", "[1, 2, 3]", "['x', 'y']"; long ones are
  /// shortened. Collective.
  [[nodiscard]] std::string attribute_text(const std::string& object, const std::string& name);

  /// Says what a dataset means, in the words of the CF conventions. The coordinates of a dimension
  /// are the dataset of its name, of one axis, in the same group or one around it: it becomes a
  /// dimension scale of HDF5, and xarray opens the file with named dimensions. Write the
  /// coordinates first: where there are none, a dataset without elements takes the name, as in
  /// netCDF, and the dimension has a name only. Rank 0's description counts. Collective.
  ///
  ///     file.write("x", x);
  ///     file.write("u", u);
  ///     file.describe("x", {.units = "m"});
  ///     file.describe("u", {.units = "K", .long_name = "temperature", .dimensions = {"y", "x"}});
  ///
  /// @throws shape_error when the axes are not as many as the names, or coordinates have another
  /// size.
  void describe(const std::string& dataset, const hdf5_description& description);

  /// All groups, datasets and links, in the order of the alphabet of their paths; of the root, what
  /// it holds. Rank 0 reads what says so, and no elements. Links are not followed: those to other
  /// files, and datasets that would read other files, say so in `refused`. An object of several
  /// names is listed by each, what a group holds by one of them. Collective.
  ///
  ///     for (const hdf5_entry& e : file.entries())
  ///       if (!e.is_group) std::cout << e.path << ' ' << e.dtype << '\n';
  ///
  /// @throws file_error when the root cannot be listed; what is wrong deeper inside stands in the
  /// entry of its group.
  [[nodiscard]] std::vector<hdf5_entry> entries();

  /// The shape of a dataset; that of a scalar is empty. Collective.
  [[nodiscard]] std::vector<index_t> shape(const std::string& dataset);
  /// NumPy's name of the element type, such as "float64"; "string", "compound"... for those that
  /// cannot be read. Collective.
  [[nodiscard]] std::string dtype(const std::string& dataset);
  /// Is there a dataset or group of this name? Collective.
  [[nodiscard]] bool has(const std::string& name);
  /// The paths of all datasets, in the order of the alphabet. Collective.
  /// @throws file_error naming the group whose content cannot be listed: no list is shorter than
  /// it should be.
  [[nodiscard]] std::vector<std::string> datasets();

  /// Reads all of a dataset in pieces of 8 MiB, every rank its share of them, and calls
  /// `take(elements, count)` for each, with elements of the type that `dtype` names; checksums of
  /// filters are checked. False, without a call, for elements that cannot lie in memory as they
  /// are: text of any length and the like. `take` must not communicate. Collective.
  ///
  ///     double sum = 0;
  ///     file.scan("u", [&](const void* elements, index_t count) {
  ///       for (index_t i = 0; i < count; ++i) sum += static_cast<const double*>(elements)[i];
  ///     });
  ///     sum = allreduce_sum(world, sum);
  ///
  /// @throws file_error when there is no such dataset, or a part of it is damaged.
  template <class F> bool scan(const std::string& dataset, F&& take) {
    return scan_pieces(
        dataset,
        [](void* f, const void* elements, index_t count) {
          (*static_cast<std::remove_reference_t<F>*>(f))(elements, count);
        },
        &take);
  }

  /// Ends writing: closes the file and gives it its name. Collective.
  /// @throws file_error when anything failed, now or before; the old file is then untouched.
  void commit();

  /// This rank's share of the rows of a dataset whose type is found at run time. Collective.
  [[nodiscard]] detail::stored_rows read_rows(const std::string& dataset);

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
  /// Calls `write` with an array without its type.
  template <class A, class Write> void with_elements(const A& array, Write&& write);
  using subscript_list = std::initializer_list<detail::file_subscript>;

  void check_ranks(const communicator& comm) const;
  [[nodiscard]] std::string read_single_text(const std::string& name);
  void write_texts(const std::string& name, const std::vector<std::string>& texts, bool is_scalar);
  void create_empty(const std::string& name, detail::dtype type, const std::vector<index_t>& shape,
                    const hdf5_layout& layout);
  void write_new(const std::string& name, const detail::file_source& from,
                 const hdf5_layout& layout);
  void write_selected(const std::string& name, const detail::file_source& from,
                      subscript_list subscripts);
  void write_as_frame(const std::string& name, index_t k, const detail::file_source& from);
  void append_frame(const std::string& name, const detail::file_source& from,
                    const hdf5_layout& layout);
  std::vector<index_t> selected_shape(const std::string& name, detail::dtype type, std::size_t ndim,
                                      subscript_list subscripts);
  void read_selected(const std::string& name, const detail::file_part& part, std::byte* data,
                     subscript_list subscripts);
  void read_selected_part(const std::string& name, const detail::file_part& part, std::byte* data,
                          subscript_list subscripts);
  void read_part(const std::string& name, const detail::file_part& part, std::byte* data);
  void read_into(const std::string& name, const detail::file_part& part, std::byte* data);
  void read_whole(const std::string& name, const detail::file_part& part, std::byte* data);
  void read_from_series(const std::string& name, index_t k, const detail::file_part& part,
                        std::byte* data);
  std::vector<index_t> checked_shape(const std::string& name, detail::dtype type, std::size_t ndim);
  using piece_taker = void (*)(void* context, const void* elements, index_t count);
  bool scan_pieces(const std::string& name, piece_taker take, void* context);
  void write_attribute(const std::string& object, const std::string& name,
                       const detail::attribute_value& value);
  detail::attribute_value read_attribute(const std::string& object, const std::string& name,
                                         const detail::attribute_wanted& wanted);

  state* state_ = nullptr;
};

} // namespace tessera
