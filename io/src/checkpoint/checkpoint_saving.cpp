#include "behind/background_save.hpp"
#include "behind/held_pieces.hpp"
#include "behind/rank_reports.hpp"
#include "behind/write_behind.hpp"
#include "checkpoint/checkpoint_folder.hpp"
#include "checkpoint/checkpoint_manifest.hpp"
#include "checkpoint/checkpoint_save.hpp"
#include "checkpoint/checkpoint_state.hpp"
#include "checkpoint/pending_slot.hpp"
#include "checkpoint/piece_writers.hpp"
#include "checkpoint/written_pieces.hpp"
#include "files/from_root.hpp"
#include "hdf5/hdf5_state.hpp"
#include "parts/plain_path.hpp"

#include <tessera/core/error.hpp>
#include <tessera/core/files/output_file.hpp>
#include <tessera/core/profile.hpp>
#include <tessera/distributed/agree.hpp>
#include <tessera/io/checkpoint.hpp>

#include <fmt/core.h>

#include <functional>
#include <optional>
#include <string>
#include <utility>

namespace tessera {

using namespace detail;

namespace {

/// What the manifest says of the pieces that went to a sink.
std::string lines_of(piece_sink& sink) {
  std::string text;
  for (const hashed_piece& piece : sink.pieces()) text += piece_line(piece);
  return text;
}

/// How long they are at most. Checksums and places are not looked at: threads may be writing them.
index_t longest_lines(piece_sink& sink, bool is_tiled) {
  index_t length = 0;
  for (const hashed_piece& piece : sink.pieces()) {
    hashed_piece known;
    known.array = piece.array;
    known.lower = piece.lower;
    known.shape = piece.shape;
    length += static_cast<index_t>(piece_line(known).size()) + (is_tiled ? longest_place : 0);
  }
  return length;
}

} // namespace

/// A generation whose arrays are written, or on their way, under its temporary name.
struct checkpoint::written_data {
  checkpoint_manifest head;
  output_file file; ///< this rank's side of it
};

/// Copies are made by all ranks alike, so all or none of them have something to wait for.
void checkpoint::wait_for_pending() const {
  const std::function<void()> succeeded = std::exchange(pending_->when_saved, nullptr);
  if (pending_access::wait_for_news(std::exchange(pending_->save, {}))) succeeded();
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

/// How this save is written: as tiles where any of them may be packed or left out.
std::optional<tile_settings> checkpoint::tiles_of(index_t generation,
                                                  std::initializer_list<saved_value> values) const {
  tile_settings settings{generation, nullptr, {}};
  for (const saved_value& v : values)
    if (v.is_array() && v.options().compression != tile_compression::off)
      settings.packing.emplace(plain_path(v.name()), v.options().compression);
  if (!options_.incremental && settings.packing.empty()) return {};
  const auto& before = pending_->history;
  if (!options_.incremental || before == nullptr || before->depth() >= options_.full_every)
    return settings;
  // What was damaged, or moved away, is written again.
  const std::string is_there = text_from_root(comm_, [&] {
    return std::string(is_known(folder_, before->generation(), *state_) ? "y" : "");
  });
  if (!is_there.empty()) settings.before = before;
  return settings;
}

namespace {

std::shared_ptr<piece_writer> writer_of(const std::optional<tile_settings>& tiles,
                                        const output_file& output) {
  if (tiles) return std::make_shared<tile_pieces>(output, *tiles);
  return std::make_shared<plain_pieces>(output);
}

/// What a later save may refer to.
std::shared_ptr<const tile_history> history_of(const std::optional<tile_settings>& tiles,
                                               piece_sink& sink) {
  if (!tiles) return nullptr;
  const index_t depth = tiles->before != nullptr ? tiles->before->depth() + 1 : 1;
  return std::make_shared<const tile_history>(tiles->generation, depth, sink.pieces());
}

} // namespace

/// Gives the arrays to `sink`, writes all else, and closes the file in HDF5.
checkpoint::written_data checkpoint::write_data(hdf5_file& file, index_t generation, index_t step,
                                                std::initializer_list<saved_value> values,
                                                piece_sink& sink, bool is_tiled) const {
  hdf5_file::state& s = *file.state_;
  s.sink = &sink;
  for (const saved_value& v : values) v.save(file);
  checkpoint_manifest head;
  head.is_tiled = is_tiled;
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
  const std::optional<tile_settings> tiles = tiles_of(generation, values);
  hdf5_file file = hdf5_file::create(comm_, data_path(folder_, generation, tiles.has_value()));
  const std::shared_ptr<piece_writer> writer = writer_of(tiles, file.state_->output->own());
  written_pieces sink(*writer);
  written_data data = write_data(file, generation, step, values, sink, tiles.has_value());
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
  pending_->history = history_of(tiles, sink);
  prune_checkpoints(comm_, folder_, options_.keep, *state_);
}

/// What a rank has to do for a save in the background, when all is copied.
struct checkpoint::background_part {
  std::shared_ptr<held_pieces> sink;
  std::shared_ptr<const output_file> data; // of this rank's thread
  std::shared_ptr<const rank_reports> reports;

  void add_to(const std::shared_ptr<background_work>& work) const {
    report_when_done(work, reports, [part = *this] {
      part.data->sync();
      return lines_of(*part.sink);
    });
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
  const std::optional<tile_settings> tiles = tiles_of(generation, values);
  const std::string path = data_path(folder_, generation, tiles.has_value());
  hdf5_file file = hdf5_file::create(comm_, path);
  const auto work = background_work::begin();
  // HDF5 and the threads of all ranks would wait for each other's turn to write to the file.
  work->hold();
  // What is under way refers to what is here; where this fails, it must not go on.
  abandoned_unless_complete guard(*work);
  background_part mine;
  collectively(comm_, [&] {
    mine.data = std::make_shared<const output_file>(
        output_file::open(path, file.state_->output->temporary()));
    mine.sink = std::make_shared<held_pieces>(work, writer_of(tiles, *mine.data),
                                              pending_->memory_for(options_.memory_limit));
  });
  written_data data = write_data(file, generation, step, values, *mine.sink, tiles.has_value());
  const index_t longest = longest_lines(*mine.sink, tiles.has_value());
  mine.reports = std::make_shared<const rank_reports>(
      comm_, generation_path(folder_, generation, ".reports"), longest);
  collectively(comm_, [&] {
    mine.add_to(work);
    if (comm_.rank() == 0) finish_behind(work, mine.reports, std::move(data));
  });
  work->release();
  guard.complete();
  pending_->save = pending_access::make(comm_, work);
  pending_->when_saved = [slot = pending_.get(), tiles, sink = mine.sink] {
    slot->history = history_of(tiles, *sink);
  };
  return pending_->save;
}

} // namespace tessera
