/// @file
/// What an hdf5_file knows, and the pieces its member functions are made of.
///
/// The members lie beside those of hdf5_file that use them: opening and closing in hdf5_file.cpp,
/// finding and making datasets in hdf5_create.cpp, selecting in hdf5_read.cpp, writing in
/// hdf5_write.cpp and filtered_write.cpp.
#pragma once

#include "hdf5/datasets/hdf5_dataset.hpp"
#include "hdf5/datasets/hdf5_output_dataset.hpp"
#include "hdf5/wrappers/hdf5_driver.hpp"
#include "parts/agreed_source.hpp"
#include "parts/file_place.hpp"
#include "parts/piece_sink.hpp"

#include <tessera/io/hdf5.hpp>
#include <tessera/io/input_file.hpp>
#include <tessera/io/shared_output_file.hpp>

#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace tessera {

namespace detail {

class chunk_filter;

}

/// A file that is read is open on every rank, by itself. One that is written is open in HDF5 on
/// rank 0 only; the others know it as `output`.
struct hdf5_file::state {
  state(const communicator& ranks, const std::string& name) : comm(ranks), path(name) {}

  communicator comm;
  std::string path;
  detail::hdf5_device device;
  detail::hdf5_handle file;
  std::optional<input_file> input;          // of a file that is read
  index_t file_bytes = -1;                  // how many these are
  std::optional<shared_output_file> output; // of a file that is written
  bool failed = false;
  bool unpacks = false;               // what is read, as netCDF says
  detail::piece_sink* sink = nullptr; // takes what ranks write by themselves, if there is one

  /// "cannot write 'u' in 'out.h5'"
  [[nodiscard]] std::string failure(const std::string& object) const {
    return std::string("cannot ") + (output ? "write '" : "read '") + object + "' in '" + path +
           "'";
  }
  /// Closes the file, and removes it if it was to be written. Local, so that it can happen while an
  /// exception unwinds the stack of this rank alone.
  void discard() noexcept;
  /// Throws argument_error on all ranks unless all want to do the same thing. Collective.
  void check_same(const std::string& action) const;
  void check_writable() const;
  void check_readable() const;
  /// Throws file_error if the disk failed below HDF5. Local, for rank 0.
  void check_device() const;
  /// Closes the file, and ends writing by `commit_output`. Collective.
  void finish(const std::function<void()>& commit_output);

  /// Throws argument_error on all ranks if the file has an object of this name. Collective.
  void check_is_free(const std::string& name) const;
  /// What subscripts select of a dataset; the same on all ranks. Collective.
  [[nodiscard]] detail::file_place select(const std::string& name,
                                          const std::vector<index_t>& shape,
                                          subscript_list subscripts) const;
  /// What rank 0 finds about a dataset that is to be written to. Collective.
  [[nodiscard]] detail::hdf5_output_dataset
  find(const std::string& name, const std::optional<detail::dtype>& in_memory = {}) const;
  /// Makes a dataset. Collective.
  detail::hdf5_output_dataset make(const detail::hdf5_plan& plan, bool is_zero);

  /// Writes an array to its place in a dataset, in the way that suits both. Collective.
  void write(const detail::hdf5_output_dataset& target, const detail::file_place& place,
             const detail::file_source& from);
  /// Every rank writes its own elements. Collective.
  void write_directly(const detail::hdf5_output_dataset& target, const detail::file_place& place,
                      const detail::file_source& from);
  /// Every rank filters whole chunks and writes these. Collective.
  void write_filtered(const detail::hdf5_output_dataset& target, const detail::file_place& place,
                      const detail::file_source& from);
  void write_filtered_round(const detail::hdf5_output_dataset& target,
                            const detail::file_place& place, const detail::file_source& box,
                            std::size_t axis, const detail::hdf5_handle& dataset,
                            detail::chunk_filter& filter);
  /// Rank 0 writes all elements through HDF5, a piece at a time. Collective.
  void write_through_root(const detail::hdf5_output_dataset& target,
                          const detail::file_place& place, const detail::file_source& from);

  /// A step of writing; after a failure on any rank, the file is given up.
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

// Small enough to unpack for a part of it, large enough to pack well.
inline constexpr index_t usual_chunk_bytes = index_t{1} << 20U;

/// Throws argument_error unless a dataset has this type.
void check_stored_type(const std::string& action, const hdf5_output_dataset& target, dtype type);

/// Throws shape_error unless arrays of this shape are frames of a series.
void check_hdf5_frame(const std::string& name, const std::vector<index_t>& frame,
                      const std::vector<index_t>& series);
/// Throws index_error unless a series has a frame k.
void check_hdf5_frame(const std::string& name, index_t k, const std::vector<index_t>& series);

} // namespace detail

} // namespace tessera
