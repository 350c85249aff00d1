/// @file
/// Checkpoints: the state of a run in a folder, so that the run can go on after it was cut off.
///
/// Its parts lie in checkpoint/checkpoint.cpp and checkpoint/checkpoint_saving.cpp.
#pragma once

#include <tessera/core/random.hpp>
#include <tessera/io/checkpoint_generation.hpp>
#include <tessera/io/checkpoint_options.hpp>
#include <tessera/io/hdf5.hpp>
#include <tessera/io/pending_save.hpp>

#include <initializer_list>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace tessera {

namespace detail {

class background_work;
struct checkpoint_manifest;
class piece_sink;
class rank_reports;
struct checkpoint_state;
struct tile_settings;
class pending_slot;

/// How a value of type V is kept in the file of a generation. Arrays are datasets, all else is an
/// attribute of the file.
template <class V> struct checkpointed {
  static constexpr bool is_array = false;
  static void save(hdf5_file& file, const std::string& name, const V& value) {
    file.set_attribute("/", name, value);
  }
  static void restore(hdf5_file& file, const std::string& name, V& value) {
    value = file.attribute<V>("/", name);
  }
};

template <class T, std::size_t N> struct checkpointed<global_array<T, N>> {
  static constexpr bool is_array = true;
  static void save(hdf5_file& file, const std::string& name, const global_array<T, N>& value) {
    file.write(name, value);
  }
  static void restore(hdf5_file& file, const std::string& name, global_array<T, N>& value) {
    file.read(name, value);
  }
};

template <class T, std::size_t N> struct checkpointed<ndarray<T, N>> {
  static constexpr bool is_array = true;
  static void save(hdf5_file& file, const std::string& name, const ndarray<T, N>& value) {
    file.write(name, value);
  }
  static void restore(hdf5_file& file, const std::string& name, ndarray<T, N>& value) {
    value = file.read<T, N>(name);
  }
};

template <> struct checkpointed<generator> {
  static constexpr bool is_array = false;
  static void save(hdf5_file& file, const std::string& name, const generator& value);
  static void restore(hdf5_file& file, const std::string& name, generator& value);
};

} // namespace detail

/// A named value to be saved: a global array, an `ndarray` (rank 0's), a generator (rank 0's), or
/// what can be an attribute of HDF5: a number, bool, struct, text or texts, 16 MiB at most.
/// Elements of arrays are of any type that files hold. Refers to the value.
///
/// Names are any text of one line; those of arrays are paths, in which "a" and "/a" are the same.
/// All members but `save` are local.
class saved_value {
public:
  /// The value of a name; it must live until it is saved.
  template <class V>
  saved_value(std::string name, const V& value, // NOLINT(google-explicit-constructor)
              const saved_options& options = {})
      : name_(std::move(name)), value_(&value), options_(options),
        is_array_(detail::checkpointed<V>::is_array),
        save_([](hdf5_file& file, const std::string& as, const void* from) {
          detail::checkpointed<V>::save(file, as, *static_cast<const V*>(from));
        }) {}

  [[nodiscard]] const std::string& name() const { return name_; }
  /// Is it kept as a dataset?
  [[nodiscard]] bool is_array() const { return is_array_; }
  [[nodiscard]] const saved_options& options() const { return options_; }
  /// Writes it to a file, for `checkpoint::save`. Collective; errors on all ranks.
  void save(hdf5_file& file) const { save_(file, name_, value_); }

private:
  std::string name_;
  const void* value_;
  saved_options options_;
  bool is_array_;
  void (*save_)(hdf5_file&, const std::string&, const void*);
};

/// A named value to be restored, of a kind that can be saved. Refers to the value. All members but
/// `restore` are local.
class restored_value {
public:
  /// The value of a name; it must live until it is restored.
  template <class V>
  restored_value(std::string name, V& value) // NOLINT(google-explicit-constructor)
      : name_(std::move(name)), value_(&value),
        restore_([](hdf5_file& file, const std::string& as, void* to) {
          detail::checkpointed<V>::restore(file, as, *static_cast<V*>(to));
        }) {}

  [[nodiscard]] const std::string& name() const { return name_; }
  /// Reads it from a file, for `checkpoint::restore`. Collective; errors on all ranks.
  void restore(hdf5_file& file) const { restore_(file, name_, value_); }

private:
  std::string name_;
  void* value_;
  void (*restore_)(hdf5_file&, const std::string&, void*);
};

/// Saves the state of a run again and again, and restores the newest that is whole, on any number
/// of ranks and under any distribution, bit for bit.
///
///     checkpoint saved("run", {.keep = 2});
///     index_t step = saved.restore({{"u", u}, {"rng", rng}}).value_or(0);
///     for (; step < steps; ++step) {
///       if (step % 100 == 0) saved.save(step, {{"u", u}, {"rng", rng}});
///       ...
///     }
///
/// In the folder, each generation has a number: its data are in `000007.h5`, an ordinary HDF5 file,
/// and `000007.checkpoint`, the manifest, holds a checksum (XXH3, 64 bits) for every tile of at
/// most 32 MiB of an array, and one for all else. Both are written under temporary names, put on
/// the medium (fsync) and renamed, the manifest last; only then the generation exists. So whenever
/// the program or the power dies, the generations before are whole, and at most the one that was
/// being written is lost. A program that is killed leaves files that the next `save` removes.
///
/// A folder belongs to one process at a time that saves to it (rank 0's), from its first `save`
/// until no object of it is left: another job's `save` throws, and its `restore` warns. A lock of
/// the system (fcntl, in the file `.lock`) sees to that, and goes with the process however that
/// ends; on NFS it holds for all hosts, if locks are not switched off there. All members but
/// `folder` are collective over the ranks, and throw the same errors on all of them.
class checkpoint {
public:
  /// Makes the folder if there is none. Collective.
  /// @throws file_error when that cannot be done, argument_error when `keep` is below 1.
  explicit checkpoint(std::string folder, const checkpoint_options& options = {})
      : checkpoint(communicator::world(), std::move(folder), options) {}
  /// The same over the ranks of a communicator. Collective.
  checkpoint(communicator comm, std::string folder, const checkpoint_options& options = {});

  /// Saves a new generation; returns when it is on the medium. Costs what writing the arrays
  /// costs, their checksums, and one message of about 60 bytes a tile from each rank. Before one is
  /// removed, those that are kept must be whole: they are read, unless this object wrote or checked
  /// them and their files were not touched since. Collective.
  /// @throws file_error when it cannot be written (the generations before are untouched) or when
  /// another job saves to the folder, argument_error for a negative step, two values of one name,
  /// and names that could not be restored.
  void save(index_t step, std::initializer_list<saved_value> values);

  /// The same behind the program: what is saved is copied, and a thread of each rank writes it
  /// while the program goes on. The generation has the same bytes as by `save`, and exists when the
  /// save is done: what dies before has the one before. One save is under way at a time: the next
  /// save, `restore`, `steps` and the end of the last `checkpoint` of this folder wait for it, and
  /// but for the last throw what went wrong with it, unless `wait` has; else the end of `run` does.
  /// Arrays whose blocks are short in the file are brought into rows here; the rest of the work is
  /// done by threads that give way to the program's where processors are scarce, and that do not
  /// call MPI: ranks tell rank 0 by a file, `.000007.reports.tessera-0.tmp`, that they have done
  /// their part. Collective.
  ///
  ///     saved.start_save(step, {{"u", u}, {"rng", rng}});
  ///
  /// Costs the copy, and its memory, which stays for the next one as long as there is a
  /// `checkpoint` of this folder (see `checkpoint_options::memory_limit`).
  /// @throws what `save` throws, and what went wrong with the save before.
  pending_save start_save(index_t step, std::initializer_list<saved_value> values);

  /// Restores the newest generation that is whole, and returns its step; nothing where none was
  /// ever saved. One that is damaged is passed over, with a warning on stderr that says why. Reads
  /// the arrays twice: once to check them, once to fill them. Collective.
  /// @throws file_error when there are generations and none is whole, or when the one that is holds
  /// no such value; shape_error when an array has another shape. Values may then be restored in
  /// part.
  std::optional<index_t> restore(std::initializer_list<restored_value> values);

  /// The steps of all generations, the newest first, whole or not; without those whose manifest is
  /// damaged, so that it does not tell: `inspect_checkpoint` lists all. Collective.
  [[nodiscard]] std::vector<index_t> steps() const;

  /// Its folder. Local.
  [[nodiscard]] const std::string& folder() const { return folder_; }

private:
  struct written_data;
  struct background_part;
  void wait_for_pending() const;
  index_t begin_save(index_t step, std::initializer_list<saved_value> values);
  written_data write_data(hdf5_file& file, index_t generation, index_t step,
                          std::initializer_list<saved_value> values, detail::piece_sink& sink,
                          bool is_tiled) const;
  std::optional<detail::tile_settings> tiles_of(index_t generation,
                                                std::initializer_list<saved_value> values) const;
  hdf5_file open_data(index_t generation, detail::checkpoint_manifest manifest) const;
  void finish_behind(const std::shared_ptr<detail::background_work>& work,
                     std::shared_ptr<const detail::rank_reports> reports, written_data data) const;

  communicator comm_;
  std::string folder_;
  checkpoint_options options_;
  std::shared_ptr<detail::checkpoint_state> state_;
  std::shared_ptr<detail::pending_slot> pending_;
};

} // namespace tessera
