/// @file
/// Zarr stores of global arrays, shared by all ranks.
///
/// Its parts lie in zarr_store.cpp, zarr_write.cpp, zarr_append.cpp, zarr_read.cpp, zarr_scan.cpp,
/// zarr_attributes.cpp and zarr_listing.cpp.
#pragma once

#include <tessera/distributed/agree.hpp>
#include <tessera/io/parts/file_part.hpp>
#include <tessera/io/parts/file_subscript.hpp>
#include <tessera/io/parts/local_array.hpp>
#include <tessera/io/types/attribute_value.hpp>
#include <tessera/io/zarr/metadata/zarr_layout.hpp>
#include <tessera/io/zarr/zarr_description.hpp>
#include <tessera/io/zarr/zarr_entry.hpp>

#include <initializer_list>
#include <string>
#include <vector>

namespace tessera {

/// A Zarr store (version 3) that all ranks of a communicator write or read together: a folder with
/// a file for each chunk or shard of an array.
///
/// zarr-python, xarray and others see `store["u"][i, j] == u(i, j)`, and any number of ranks under
/// any distribution reads it back. Elements are bool, integers, float, double and complex numbers.
/// Every file is written by one rank, as a whole; its bytes do not depend on how many ranks there
/// are.
///
/// A store is written under a temporary name in the same folder and takes its own name in `commit`;
/// until then an older store of that name stays as it was. After a failure nothing is committed. A
/// store is written from `create` to `commit`; what it holds is read after `open`.
///
/// Every member function but `path` and `comm` is collective over the store's ranks: all call it
/// with the same arguments (arrays: their own parts), and all throw the same error. Names of arrays
/// are paths such as "u" or "results/u"; groups on the way are made. "/" is the root: an array
/// written there is the whole store (`save_zarr`).
///
///     zarr_store store = zarr_store::create(world, "heat.zarr");
///     store.write("u", u, {.chunk = {64, 64}, .shard = {1024, 1024}, .codec = "zstd"});
///     store.set_attribute("u", "dt", 0.1);
///     store.commit();
///
///     zarr_store saved = zarr_store::open(world, "heat.zarr");
///     saved.read("u", u);
///
/// Stores from elsewhere: codecs bytes, transpose, sharding_indexed, gzip, zstd and crc32c are
/// read, others are named in an error; symbolic links inside of a store are not followed. Numbers
/// are converted when read where every value has its place in the wanted type, as int32 in double
/// or half precision in float; otherwise reading throws. Chunks that are not there are the fill
/// value.
///
/// Follows the Zarr specification, version 3.1 (https://zarr-specs.readthedocs.io).
class zarr_store {
public:
  /// Starts a new store. Collective.
  /// @throws file_error naming the path and the reason, as for a folder that does not exist, or
  /// where what has the name is no Zarr store, which would be lost.
  [[nodiscard]] static zarr_store create(const communicator& comm, const std::string& path);
  /// Opens a store for reading. Collective.
  /// @throws file_error naming the path and the reason: missing, no Zarr store, of version 2,
  /// damaged.
  [[nodiscard]] static zarr_store open(const communicator& comm, const std::string& path);

  zarr_store(zarr_store&& other) noexcept : state_(other.state_) { other.state_ = nullptr; }
  zarr_store& operator=(zarr_store&& other) noexcept;
  zarr_store(const zarr_store&) = delete;
  zarr_store& operator=(const zarr_store&) = delete;
  /// Closes the store; one that was not committed is removed. Local: waits for no other rank.
  ~zarr_store();

  /// The name that it has, or takes in `commit`. Local.
  [[nodiscard]] const std::string& path() const;
  /// Its ranks. Local.
  [[nodiscard]] const communicator& comm() const;

  /// Writes an array as a new array of its shape: a global array, a view of one or an expression of
  /// such (which is evaluated first, into memory of its own), over the store's ranks; or the local
  /// array, view, expression or number that rank 0 has (the others' argument is ignored).
  /// Collective.
  ///
  ///     store.write("u", u, {.chunk = {64, 64}, .codec = "gzip", .dimensions = {"y", "x"}});
  ///     store.write("inner", u(slice(1, -1), slice(1, -1)), {.fill_value = NAN});
  ///     store.write("dt", 0.1); // without axes: zarr-python's store["dt"][()]
  ///
  /// Chunks (or shards) that lie in one rank's block are written by that rank, from where they are.
  /// Those that are divided between ranks are brought together, about 32 MiB or a row of them on
  /// each rank at a time. Choose chunks or shards that divide the blocks, and nothing travels.
  /// @throws file_error when it cannot be written, argument_error when the name is taken or the
  /// layout cannot be.
  template <detail::file_value A>
  void write(const std::string& array_name, const A& array, const zarr_layout& layout = {});
  /// Adds an array as the last frame of an array of shape (frames, ...) that grows along its first
  /// axis; the first call makes it, in the layout that is given there: `chunk` and `shard` of a
  /// frame; a file holds elements of one frame. A number (rank 0's) gives a series of numbers,
  /// which is kept in memory until `commit`. Collective; costs what `write` does.
  ///
  ///     store.append("u", u, {.dimensions = {"time", "y", "x"}});
  ///     store.append("time", t);
  ///
  /// @throws shape_error naming both shapes, argument_error when the array is of another type or
  /// was not made by `append`.
  template <detail::file_value A>
  void append(const std::string& array_name, const A& array, const zarr_layout& layout = {});
  /// Makes a group, and those around it, as for attributes; it may be there. Collective.
  void create_group(const std::string& name);

  /// Reads an array into the elements that each rank owns; halos become stale. Collective.
  /// @throws shape_error naming both shapes when they differ; file_error when there is no such
  /// array (the message lists those there are), or its elements have no place in T.
  template <class T, std::size_t N>
  void read(const std::string& array_name, global_array<T, N>& into) {
    read(array_name, into, all);
  }
  /// Reads a whole array, which every rank then has: `store.read<double, 2>("u")`. Collective.
  template <class T, std::size_t N>
  [[nodiscard]] ndarray<T, N> read(const std::string& array_name) {
    return read_local<T, N>(array_name, {});
  }
  /// Reads the part of an array that subscripts select, as `store["u"][10:20:2, 3]` in Python, with
  /// NumPy's rules (see `hdf5_file::read`). Nothing else is read, but of packed chunks those that
  /// hold some of it. Rank 0 reads; every rank then has it. Collective.
  ///
  ///     const auto part = store.read<double, 2>("u", slice(10, 20, 2), 3, all);
  ///
  /// @throws index_error naming the shape, shape_error when the part has not N axes.
  template <class T, std::size_t N, class... S>
  requires(sizeof...(S) > 0 && (detail::is_file_subscript<S> && ...))
      [[nodiscard]] ndarray<T, N> read(const std::string& array_name, const S&... subscripts) {
    return read_local<T, N>(array_name, {subscripts...});
  }
  /// Reads one element: `store.read<double>("time", -1)`; without subscripts, that of an array that
  /// has no other: `store.read<double>("dt")`. Collective.
  template <class T, class... S>
  requires(detail::is_integer<S>&&...) [[nodiscard]] T
      read(const std::string& array_name, const S&... subscripts);
  /// Reads the part that subscripts select into a global array of its shape; every rank reads what
  /// it owns. Collective.
  template <class T, std::size_t N, class... S>
  requires(sizeof...(S) > 0 && (detail::is_file_subscript<S> &&
                                ...)) void read(const std::string& array_name,
                                                global_array<T, N>& into, const S&... subscripts);
  /// Reads frame k of a series; negative ones count from the end. Collective.
  template <class T, std::size_t N>
  void read_frame(const std::string& array_name, index_t k, global_array<T, N>& into) {
    read(array_name, into, k);
  }

  /// Gives an array, a group, or the root ("/") a named value: a number, bool, text (UTF-8), an
  /// `ndarray` of numbers, or `std::vector<std::string>`. Replaces an older one of that name. Rank
  /// 0's value counts. Numbers that are not finite become the texts "NaN", "Infinity" and
  /// "-Infinity", since JSON has them not. Collective.
  /// @throws argument_error for a text that is no UTF-8, and for more than 16 MiB.
  template <class V>
  void set_attribute(const std::string& object, const std::string& name, const V& value) {
    write_attribute(object, name, detail::attribute_traits<std::decay_t<V>>::to(value));
  }
  /// Reads a named value: `store.attribute<double>("u", "dt")`. A single element may be read as an
  /// array of one axis, too. Numbers of JSON have no type: each is read as any that holds it.
  /// Collective. @throws element_type_error, dataset_not_found_error listing those there are.
  template <class V> [[nodiscard]] V attribute(const std::string& object, const std::string& name) {
    using traits = detail::attribute_traits<V>;
    return traits::from(read_attribute(object, name, traits::wanted()));
  }
  /// The names of an object's attributes, in the order of the alphabet. Collective.
  [[nodiscard]] std::vector<std::string> attributes(const std::string& object);
  /// An attribute of any type as text for people: "0.1", "[1, 2, 3]", "['x', 'y']"; long ones are
  /// shortened. Collective.
  [[nodiscard]] std::string attribute_text(const std::string& object, const std::string& name);

  /// Says what an array means, in the words of the CF conventions, and names its dimensions: xarray
  /// takes the array of a dimension's name in the same group for its coordinates. Rank 0's
  /// description counts. Collective.
  ///
  ///     store.describe("u", {.units = "K", .long_name = "temperature", .dimensions = {"y", "x"}});
  ///
  /// @throws shape_error when the axes are not as many as the names.
  void describe(const std::string& array_name, const zarr_description& description);

  /// All groups and arrays, in the order of the alphabet of their paths; of the root, what it
  /// holds, or itself where it is an array. Collective.
  /// @throws file_error when the root cannot be listed; what is wrong deeper inside stands in the
  /// entry of the node.
  [[nodiscard]] std::vector<zarr_entry> entries();
  /// The paths of all arrays, in the order of the alphabet. Collective.
  [[nodiscard]] std::vector<std::string> arrays();
  /// The shape of an array; without axes it is empty. Collective.
  [[nodiscard]] std::vector<index_t> shape(const std::string& array_name);
  /// The same of an array that is to be read as N axes of T, for a global array of its shape.
  /// Collective. @throws as `read`; format_error for more than it can hold.
  ///
  ///     global_array<double, 2> u(grid, store.shape_of<double, 2>("u"));
  template <class T, std::size_t N>
  [[nodiscard]] shape_t<N> shape_of(const std::string& array_name) {
    const std::vector<index_t> stored = selected_shape(array_name, detail::dtype_of<T>(), N, {});
    shape_t<N> extents{};
    for (std::size_t d = 0; d < N; ++d) extents[d] = stored[d];
    return extents;
  }
  /// NumPy's name of the element type, such as "float64". Collective.
  [[nodiscard]] std::string dtype(const std::string& array_name);
  /// Is there an array or group of this name? Collective.
  [[nodiscard]] bool has(const std::string& name);

  /// Reads all of an array in pieces, whole chunks of 8 MiB or one of them, every rank its share,
  /// and calls `take(elements, count)` for each, with elements of the type that `dtype` names (of
  /// "float16": float). `take` must not communicate. Collective.
  /// @throws file_error when there is no such array, or a part of it is damaged.
  template <class F> void scan(const std::string& array_name, F&& take) {
    scan_pieces(
        array_name,
        [](void* f, const void* elements, index_t count) {
          (*static_cast<std::remove_reference_t<F>*>(f))(elements, count);
        },
        &take);
  }

  /// Ends writing: writes the metadata and gives the store its name. An older store of that name is
  /// exchanged with it and removed. Collective.
  /// @throws file_error when anything failed, now or before; the old store is then untouched.
  void commit();

private:
  struct state;
  explicit zarr_store(state* s) : state_(s) {}

  using subscript_list = std::initializer_list<detail::file_subscript>;

  /// Calls `write` with an array without its type.
  template <class A, class Write> void with_elements(const A& array, Write&& write);
  template <class T, std::size_t N>
  ndarray<T, N> read_local(const std::string& array_name, subscript_list subscripts);

  void check_ranks(const communicator& comm) const;
  void write_new(const std::string& name, const detail::file_source& from,
                 const zarr_layout& layout);
  void append_frame(const std::string& name, const detail::file_source& from,
                    const zarr_layout& layout);
  std::vector<index_t> selected_shape(const std::string& name, detail::dtype type, std::size_t ndim,
                                      subscript_list subscripts);
  void read_selected(const std::string& name, const detail::file_part& part, std::byte* data,
                     subscript_list subscripts);
  void read_selected_part(const std::string& name, const detail::file_part& part, std::byte* data,
                          subscript_list subscripts);
  using piece_taker = void (*)(void* context, const void* elements, index_t count);
  void scan_pieces(const std::string& name, piece_taker take, void* context);
  void write_attribute(const std::string& object, const std::string& name,
                       const detail::attribute_value& value);
  detail::attribute_value read_attribute(const std::string& object, const std::string& name,
                                         const detail::attribute_wanted& wanted);

  state* state_ = nullptr;
};

} // namespace tessera
