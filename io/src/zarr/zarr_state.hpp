/// @file
/// What a zarr_store knows, and the pieces its member functions are made of.
///
/// The members lie beside those of zarr_store that use them: opening, closing and agreeing in
/// zarr_store.cpp, making arrays in zarr_write.cpp, ending in zarr_commit.cpp, finding arrays in
/// zarr_read.cpp.
#pragma once

#include "files/shared_output_folder.hpp"
#include "zarr/folders/store_folder.hpp"
#include "zarr/metadata/array_metadata.hpp"

#include <tessera/io/zarr.hpp>

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace tessera {

namespace detail {

/// A group or an array. Of a store that is written, rank 0 alone has the attributes.
struct zarr_node {
  bool is_array = false;
  array_metadata array{}; ///< of an array
  json attributes = json::object();
  bool grows = false;     ///< it was made by `append`
  array_metadata frame{}; ///< of what grows
  bool is_series = false; ///< of numbers, which are kept until the end
  std::string numbers{};  ///< rank 0 has them
};

} // namespace detail

/// A store that is read is open on every rank, by itself. Of one that is written, all ranks know
/// what it will hold, and write files below `output`.
struct zarr_store::state {
  state(const communicator& ranks, const std::string& name) : comm(ranks), path(name) {}

  communicator comm;
  std::string path;
  std::optional<detail::store_folder> input;          // of a store that is read
  std::optional<detail::shared_output_folder> output; // of one that is written
  bool failed = false;
  std::map<std::string, detail::zarr_node> nodes; // of a store that is written
  std::map<std::string, std::shared_ptr<const detail::zarr_node>> known; // what was read

  /// "cannot write 'u' in 'out.zarr'"
  [[nodiscard]] std::string failure(const std::string& object) const;
  /// Gives up what is written. Local.
  void discard() noexcept;
  /// Throws argument_error on all ranks unless all want to do the same thing. Collective.
  void check_same(const std::string& action) const;
  void check_writable() const;
  void check_readable() const;

  /// Throws argument_error unless a node can have this path. Local; the same on all ranks.
  void check_is_free(const std::string& node) const;
  /// Notes a node, and groups around it. Local; the same on all ranks.
  detail::zarr_node& add(const std::string& node, detail::zarr_node what);
  /// A node of a store that is written. @throws dataset_not_found_error
  detail::zarr_node& written(const std::string& node, const std::string& action);
  /// Writes all elements of an array into the folder of a node; `first` is the place of a frame in
  /// the grid of chunks of what grows. Collective.
  void write_elements(const std::string& node, const detail::array_metadata& array,
                      const detail::file_source& from, const std::vector<index_t>& first = {});
  /// The folder of a node in a store that is written, and what errors call it. Local.
  [[nodiscard]] std::string written_folder(const std::string& node) const;
  [[nodiscard]] std::string shown_folder(const std::string& node) const;
  /// Makes it where it is not there. Collective.
  void make_folder(const std::string& node) const;
  /// Series of numbers, then the metadata. On rank 0.
  void write_series();
  void write_metadata();

  /// A node of a store that is read: rank 0 reads what it says of itself. Collective.
  /// @throws dataset_not_found_error, format_error
  const detail::zarr_node& find(const std::string& node, const std::string& action);
  /// The same of an array.
  const detail::array_metadata& find_array(const std::string& node, const std::string& action);
  /// A node of a store of either kind.
  const detail::zarr_node& look_at(const std::string& node, const std::string& action);
  /// The folder of an array. Local.
  [[nodiscard]] detail::store_folder folder_of(const std::string& node) const;

  /// A step of writing; after a failure on any rank, the store is given up.
  template <class F> auto writing(F&& step) {
    try {
      return step();
    } catch (...) {
      failed = true;
      discard();
      throw;
    }
  }
};

namespace detail {

/// No zarr.json is larger.
inline constexpr index_t most_metadata_bytes = index_t{256} << 20U;

/// The text of a node's zarr.json; nothing where the folder has none. Local.
/// @throws file_error that says so of version 2.
std::optional<std::string> metadata_text(const store_folder& folder);

/// The paths of all nodes below the root of a store, in the order of the alphabet. Links and
/// folders that are no nodes are passed over. Local.
std::vector<std::string> node_paths(const store_folder& root);

} // namespace detail

} // namespace tessera
