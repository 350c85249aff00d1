/// @file
/// Several arrays in one file: npz, NumPy's archive of npy files.
///
/// Its parts lie in npz.cpp and npz_file.cpp.
#pragma once

#include <tessera/io/npy.hpp>

#include <initializer_list>
#include <memory>
#include <string>
#include <vector>

namespace tessera {

/// How save_npz writes.
struct npz_options {
  /// As numpy.savez_compressed does, by deflate; else as numpy.savez.
  bool compressed = false;
};

namespace detail {

/// Bytes of global arrays that go through rank 0 at a time; 8 MiB unless a test sets it.
void set_npz_piece_bytes(index_t bytes);

/// A view of a global array without its type, and what that points to.
template <class A> struct npz_view {
  explicit npz_view(const A& array) : node(as_node(array)), ref(node.ref()) {}
  npz_view(const npz_view&) = delete;
  npz_view& operator=(const npz_view&) = delete;
  ~npz_view() = default;

  decltype(as_node(std::declval<const A&>())) node;
  view_ref ref;
};

/// An evaluated expression and a view of that.
template <class A> struct npz_copy {
  explicit npz_copy(A copied) : array(std::move(copied)), view(array) {}
  A array;
  npz_view<A> view;
};

} // namespace detail

/// A named array to be saved: an array, a view or an expression. Refers to the elements of an
/// `ndarray`, a contiguous view or a global array, which must not go away before it is saved; keeps
/// all others. All members are local, but the constructor from an expression of global arrays.
class npz_array {
public:
  /// The elements of an array, a view or an expression.
  template <local_operand A>
  npz_array(std::string name, const A& array) // NOLINT(google-explicit-constructor)
      : name_(std::move(name)) {
    keep(detail::readable(array));
  }
  /// Those of a temporary array, which it keeps.
  template <class T, std::size_t N>
  npz_array(std::string name, ndarray<T, N>&& array) : name_(std::move(name)) {
    keep(std::move(array));
  }

  /// Those of a global array, a slice of one, or an expression of such, which is evaluated.
  /// Collective.
  template <global_operand A>
  npz_array(std::string name, const A& array) // NOLINT(google-explicit-constructor)
      : name_(std::move(name)) {
    if constexpr (detail::global_elements<A>) {
      const auto kept = std::make_shared<const detail::npz_view<A>>(array);
      keep<typename A::value_type>(kept, kept->ref);
    } else {
      auto copied = copy(array);
      const auto kept =
          std::make_shared<const detail::npz_copy<decltype(copied)>>(std::move(copied));
      keep<typename A::value_type>(kept, kept->view.ref);
    }
  }

  /// A scalar, which has no axes: shape ().
  template <class T>
  requires(detail::is_number<T> || detail::is_fixed<T>)
      npz_array(std::string name, const T& value) // NOLINT(google-explicit-constructor)
      : name_(std::move(name)), type_(detail::npy_dtype_of<T>()) {
    const auto kept = std::make_shared<const T>(value);
    copy_ = kept;
    data_ = kept.get();
  }

  [[nodiscard]] const std::string& name() const { return name_; }
  [[nodiscard]] detail::dtype type() const { return type_; }
  [[nodiscard]] const std::vector<index_t>& shape() const { return shape_; }
  /// Refers to the elements, in the order of their subscripts; null for a global array.
  [[nodiscard]] const void* data() const { return data_; }
  /// Refers to a global array; null for a local one.
  [[nodiscard]] const detail::view_ref* global() const { return global_; }

private:
  template <class T, std::size_t N> void keep(const view<const T, N>& elements) {
    if (!elements.is_contiguous()) return keep(elements.copy());
    type_ = detail::npy_dtype_of<T>();
    shape_.assign(elements.shape().begin(), elements.shape().end());
    data_ = elements.data();
  }
  template <class T> void keep(std::shared_ptr<const void> kept, const detail::view_ref& elements) {
    copy_ = std::move(kept);
    global_ = &elements;
    type_ = detail::npy_dtype_of<std::remove_cv_t<T>>();
    shape_.assign(elements.shape, elements.shape + elements.ndim);
  }
  template <class T, std::size_t N> void keep(ndarray<T, N>&& elements) {
    const auto kept = std::make_shared<const ndarray<T, N>>(std::move(elements));
    copy_ = kept;
    keep(kept->view());
  }

  std::string name_;
  detail::dtype type_{};
  std::vector<index_t> shape_;
  const void* data_ = nullptr;
  const detail::view_ref* global_ = nullptr;
  std::shared_ptr<const void> copy_;
};

/// Writes arrays to an npz file, from which numpy.load gets them by their names. The bytes depend
/// on the arrays alone, not on the time. Local.
///
/// The file appears when it is complete; until then an older one of that name stays. Any sizes:
/// beyond 4 GiB, the format's 64-bit extension is used.
///
///     save_npz("run.npz", {{"x", x}, {"y", sin(x)}}, {.compressed = true});
///
/// @throws file_error when it cannot be written; argument_error for a name that is there twice,
/// empty, too long, holds a backslash or control characters, or would lead out of a folder into
/// which the archive is unpacked, as "/x" and "../x" do.
void save_npz(const std::string& path, std::initializer_list<npz_array> arrays,
              const npz_options& options = {});
/// The same of arrays that are found at run time.
void save_npz(const std::string& path, const std::vector<npz_array>& arrays,
              const npz_options& options = {});

/// Writes arrays of all ranks to one npz file, the bytes that the call above writes of the whole
/// arrays: global arrays over the ranks of `comm`, slices and expressions of them; of local arrays
/// and scalars those of rank 0. Rank 0 packs and writes; elements of global arrays come to it in
/// pieces of 8 MiB, never the whole. Collective; errors on all ranks, the same.
///
///     save_npz(world, "run.npz", {{"u", u}, {"mean", mean(u)}}, {.compressed = true});
void save_npz(const communicator& comm, const std::string& path,
              std::initializer_list<npz_array> arrays, const npz_options& options = {});
/// The same of arrays that are found at run time. Collective.
void save_npz(const communicator& comm, const std::string& path,
              const std::vector<npz_array>& arrays, const npz_options& options = {});

namespace detail {

struct npz_state;
struct npz_stream;

/// One array of an npz file, being read from its header to its end.
class npz_member {
public:
  npz_member(npz_state& archive, const std::string& name);
  npz_member(const npz_member&) = delete;
  npz_member& operator=(const npz_member&) = delete;
  ~npz_member();

  [[nodiscard]] const npy_header& header() const;
  /// @throws file_error when the array has another type or number of axes.
  void check(dtype wanted, std::size_t ndim);
  /// All elements, in the file's order; checks the archive's checksum.
  void read(void* to, index_t count);

private:
  std::unique_ptr<npz_stream> stream_;
};

} // namespace detail

/// An npz file opened for reading, written by save_npz, numpy.savez or numpy.savez_compressed.
/// Local; move-only.
///
///     npz_file run("run.npz");
///     for (const std::string& name : run.names()) ...
///     const auto x = run.load<double, 1>("x");
///
/// Members of the archive that are not npy files are passed over. Checksums are checked. What an
/// array claims to take is compared with what its bytes in the archive can give before any memory
/// is asked for; still, a small file can hold a thousand times its size in zeros: `header` tells.
class npz_file {
public:
  /// @throws file_error when it cannot be read, is no archive, is damaged, or holds a name that is
  /// there twice or leads out of the archive ("/x", "../x").
  explicit npz_file(const std::string& path);
  npz_file(npz_file&& other) noexcept;
  npz_file& operator=(npz_file&& other) noexcept;
  npz_file(const npz_file&) = delete;
  npz_file& operator=(const npz_file&) = delete;
  ~npz_file();

  /// The names of the arrays, in the order of the file.
  [[nodiscard]] const std::vector<std::string>& names() const;
  /// Type and shape of an array, for programs that choose the type at run time.
  /// @throws file_error when there is no such array, or it is damaged.
  [[nodiscard]] npy_header header(const std::string& name) const;
  /// Reads an array of N axes of elements of type T, as `load_npy` does.
  /// @throws file_error when there is no such array, or it has another type or number of axes, or
  /// is damaged.
  template <class T, std::size_t N>
  [[nodiscard]] ndarray<T, N> load(const std::string& name) const {
    detail::npz_member member(*state_, name);
    member.check(detail::npy_dtype_of<T>(), N);
    return detail::npy_array<T, N>(name, member.header(),
                                   [&](T* to, index_t count) { member.read(to, count); });
  }

  /// The one element of an array without axes.
  template <class T> [[nodiscard]] T load(const std::string& name) const {
    detail::npz_member member(*state_, name);
    member.check(detail::npy_dtype_of<T>(), 0);
    T value{};
    member.read(&value, 1);
    return value;
  }

  /// All elements of an array, in the file's order, as those of a type that was found at run time.
  void load(const std::string& name, detail::dtype type, void* to, index_t count) const;

private:
  std::unique_ptr<detail::npz_state> state_;
};

} // namespace tessera
