/// @file
/// Files whose elements are written behind the program.
#pragma once

#include "behind/rank_reports.hpp"
#include "parts/part_in_memory.hpp"

#include <tessera/io/pending_save.hpp>
#include <tessera/io/shared_output_file.hpp>

#include <functional>
#include <memory>
#include <string>

namespace tessera::detail {

/// Adds to the work that this rank tells rank 0's thread when all before is done, with what `text`
/// gives then, or that it failed.
void report_when_done(const std::shared_ptr<background_work>& work,
                      const std::shared_ptr<const rank_reports>& reports,
                      std::function<std::string()> text);

/// Writes `part` of the array that begins at byte `offset` of a file, from a copy of the elements,
/// and has the file take its name when all ranks have written theirs. Collective.
/// @throws file_error on all ranks when it cannot be started.
pending_save write_behind(const communicator& comm, shared_output_file file, const file_part& part,
                          index_t offset, part_in_memory&& elements);

/// Has rank 0's thread do something, such as writing what was gathered there. Collective.
pending_save run_on_root_behind(const communicator& comm, std::function<void()> task);

} // namespace tessera::detail
