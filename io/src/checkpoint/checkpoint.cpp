#include "behind/background_save.hpp"
#include "behind/held_pieces.hpp"
#include "behind/rank_reports.hpp"
#include "checkpoint/checkpoint_folder.hpp"
#include "checkpoint/checkpoint_manifest.hpp"
#include "checkpoint/checkpoint_save.hpp"
#include "checkpoint/checkpoint_state.hpp"
#include "checkpoint/pending_slot.hpp"
#include "checkpoint/written_pieces.hpp"
#include "files/from_root.hpp"
#include "hdf5/hdf5_state.hpp"

#include <tessera/core/error.hpp>
#include <tessera/core/files/output_file.hpp>
#include <tessera/core/profile.hpp>
#include <tessera/distributed/agree.hpp>
#include <tessera/io/checkpoint.hpp>
#include <tessera/io/checkpoint_generation.hpp>

#include <fmt/core.h>

#include <cstdio>
#include <string>
#include <utility>

namespace tessera {

namespace detail {

namespace {

/// "'u', 'rng'"
template <class Value> std::string names_of(std::initializer_list<Value> values) {
  std::string text;
  for (const Value& v : values) text += fmt::format("{}{}'", text.empty() ? "'" : ", '", v.name());
  return text;
}

/// What the manifest says of the pieces that went to a sink.
std::string lines_of(piece_sink& sink) {
  std::string text;
  for (const hashed_piece& piece : sink.pieces()) text += piece_line(piece);
  return text;
}

void warn_of_damage(const std::string& what, bool is_last) {
  std::fprintf(stderr, "tessera: warning: a checkpoint is damaged: %s; %s\n", what.c_str(),
               is_last ? "there is no older one" : "the one before it is tried");
}

/// One that goes on from here would be refused when it saves, perhaps after hours.
void warn_of_another(const std::string& folder) {
  const std::string other = checkpoint_lock::holder(folder);
  if (!other.empty())
    std::fprintf(stderr, "tessera: warning: %s saves to '%s', and this one could not\n",
                 other.c_str(), folder.c_str());
}

} // namespace

void checkpointed<generator>::save(hdf5_file& file, const std::string& name,
                                   const generator& value) {
  const generator_state& s = value.state();
  file.set_attribute("/", name,
                     ndarray<std::uint64_t, 1>{s.seed, s.stream, s.position, s.children});
}

void checkpointed<generator>::restore(hdf5_file& file, const std::string& name, generator& value) {
  const auto words = file.attribute<ndarray<std::uint64_t, 1>>("/", name);
  if (words.size() != 4)
    throw file_error(
        fmt::format("'{}' in '{}' is not the state of a generator", name, file.path()));
  value.restore({words(0), words(1), words(2), words(3)});
}

} // namespace detail

using namespace detail;

checkpoint::checkpoint(communicator comm, std::string folder, const checkpoint_options& options)
    : comm_(std::move(comm)), folder_(std::move(folder)), options_(options),
      state_(std::make_shared<checkpoint_state>()), pending_(pending_slot::of(folder_)) {
  if (options.memory_limit < 0)
    throw argument_error(fmt::format("a checkpoint whose copies take {} bytes at most; the limit "
                                     "must be 0 or more",
                                     options.memory_limit));
  if (options.keep < 1)
    throw argument_error(
        fmt::format("a checkpoint keeps {} generations; it must be 1 or more", options.keep));
  agree(comm_, "the folder of checkpoints",
        fmt::format("'{}' with the last {}", folder_, options.keep));
  text_from_root(comm_, [&] {
    make_folder(folder_);
    return std::string();
  });
}

/// A generation whose arrays are written, or on their way, under its temporary name.
struct checkpoint::written_data {
  checkpoint_manifest head;
  output_file file; ///< this rank's side of it
};

/// Copies are made by all ranks alike, so all or none of them have something to wait for.
void checkpoint::wait_for_pending() const {
  pending_access::wait_for_news(std::exchange(pending_->save, {}));
}

/// Agrees on a save and makes room for it; returns its number.
index_t checkpoint::begin_save(index_t step, std::initializer_list<saved_value> values) {
  agree(comm_, "a checkpoint that is saved",
        fmt::format("step {} with {}", step, names_of(values)));
  collectively(comm_, [&] {
    if (step < 0) throw argument_error(fmt::format("a checkpoint of step {}", step));
    check_saved_names(values);
  });
  wait_for_pending();
  return std::stoll(text_from_root(comm_, [&] {
    if (!state_->lock) {
      state_->lock = checkpoint_lock::of(folder_);
      sync_name_of(folder_);
    }
    return std::to_string(next_generation(folder_));
  }));
}

/// Gives the arrays to `sink`, writes all else, and closes the file in HDF5.
checkpoint::written_data checkpoint::write_data(hdf5_file& file, index_t generation, index_t step,
                                                std::initializer_list<saved_value> values,
                                                piece_sink& sink) const {
  hdf5_file::state& s = *file.state_;
  s.sink = &sink;
  for (const saved_value& v : values) v.save(file);
  for (hashed_piece& piece : sink.pieces()) piece.array = plain_path(piece.array);
  checkpoint_manifest head;
  head.generation = generation;
  head.step = step;
  s.writing([&] {
    collectively(comm_, [&] {
      if (comm_.rank() == 0) head.arrays = arrays_of(s.file.get(), s.failure("/"));
    });
  });
  std::optional<output_file> output;
  s.finish([&] { output.emplace(std::move(*s.output).release()); });
  return {std::move(head), std::move(*output)};
}

void checkpoint::save(index_t step, std::initializer_list<saved_value> values) {
  TESSERA_PROFILE("checkpoint: save");
  const index_t generation = begin_save(step, values);
  hdf5_file file = hdf5_file::create(comm_, generation_path(folder_, generation, ".h5"));
  written_pieces sink(file.state_->output->own());
  written_data data = write_data(file, generation, step, values, sink);
  collectively(comm_, [&] {
    if (comm_.rank() == 0) look_at_data(data.head, data.file);
    data.file.sync();
    data.file.close();
  });
  const std::string pieces = gather_text(comm_, lines_of(sink), 0);
  text_from_root(comm_, [&] {
    data.file.commit();
    finish_generation(folder_, data.head, pieces);
    note_whole(folder_, generation, *state_);
    return std::string();
  });
  prune_checkpoints(comm_, folder_, options_.keep, *state_);
}

/// What a rank has to do for a save in the background, when all is copied.
struct checkpoint::background_part {
  std::shared_ptr<held_pieces> sink;
  std::shared_ptr<const output_file> data; // of this rank's thread
  std::shared_ptr<const rank_reports> reports;

  void add_to(const std::shared_ptr<background_work>& work) const {
    work->add([part = *this] {
      part.data->sync();
      part.reports->tell_done(lines_of(*part.sink));
    });
    work->add(
        [part = *this, of = work.get()] {
          if (of->has_failed() || of->is_given_up()) part.reports->tell_failed();
        },
        background_work::after_failure::run);
  }
};

/// Has rank 0's thread make the generation when all have written their parts.
void checkpoint::finish_behind(const std::shared_ptr<background_work>& work,
                               std::shared_ptr<const rank_reports> reports,
                               written_data data) const {
  const auto kept = std::make_shared<written_data>(std::move(data));
  work->add([kept, reports = std::move(reports), of = work.get(), state = state_, folder = folder_,
             keep = options_.keep] {
    const auto pieces = reports->wait_for_all(*of);
    if (!pieces) return; // who failed tells
    look_at_data(kept->head, kept->file);
    kept->file.sync();
    kept->file.commit();
    finish_generation(folder, kept->head, *pieces);
    note_whole(folder, kept->head.generation, *state);
    prune_checkpoints(folder, keep, *state);
  });
}

pending_save checkpoint::start_save(index_t step, std::initializer_list<saved_value> values) {
  TESSERA_PROFILE("checkpoint: start a save");
  const index_t generation = begin_save(step, values);
  const std::string path = generation_path(folder_, generation, ".h5");
  hdf5_file file = hdf5_file::create(comm_, path);
  const auto work = background_work::begin();
  // What is under way refers to what is here; where this fails, it must not go on.
  abandoned_unless_complete guard(*work);
  background_part mine;
  collectively(comm_, [&] {
    mine.data = std::make_shared<const output_file>(
        output_file::open(path, file.state_->output->temporary()));
    mine.sink =
        std::make_shared<held_pieces>(work, mine.data, pending_->memory_for(options_.memory_limit));
  });
  written_data data = write_data(file, generation, step, values, *mine.sink);
  mine.reports =
      std::make_shared<const rank_reports>(comm_, generation_path(folder_, generation, ".reports"),
                                           static_cast<index_t>(lines_of(*mine.sink).size()));
  collectively(comm_, [&] {
    mine.add_to(work);
    if (comm_.rank() == 0) finish_behind(work, mine.reports, std::move(data));
  });
  guard.complete();
  pending_->save = pending_access::make(comm_, work);
  return pending_->save;
}

std::optional<index_t> checkpoint::restore(std::initializer_list<restored_value> values) {
  TESSERA_PROFILE("checkpoint: restore");
  wait_for_pending();
  agree(comm_, "a checkpoint that is restored", names_of(values));
  const std::vector<index_t> generations = generations_in(comm_, folder_);
  if (comm_.rank() == 0) warn_of_another(folder_);
  for (const index_t generation : generations) {
    index_t step = 0;
    try {
      step = checked_step(comm_, folder_, generation, *state_);
    } catch (const error& damage) {
      if (comm_.rank() == 0) warn_of_damage(damage.what(), generation == generations.back());
      continue;
    }
    hdf5_file file = hdf5_file::open(comm_, generation_path(folder_, generation, ".h5"));
    for (const restored_value& v : values) v.restore(file);
    return step;
  }
  if (generations.empty()) return std::nullopt;
  throw file_error(
      fmt::format("none of the {} checkpoints in '{}' is whole", generations.size(), folder_));
}

std::vector<index_t> checkpoint::steps() const {
  wait_for_pending();
  std::vector<index_t> steps;
  for (const checkpoint_generation& g : inspect_checkpoint(comm_, folder_, false))
    if (g.step >= 0) steps.push_back(g.step);
  return steps;
}

} // namespace tessera
