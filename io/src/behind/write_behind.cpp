#include "behind/write_behind.hpp"
#include "behind/background_save.hpp"
#include "behind/held_pieces.hpp"
#include "parts/file_box.hpp"

#include <tessera/distributed/agree.hpp>

#include <limits>
#include <utility>

namespace tessera::detail {

namespace {

/// Pieces of which no checksums are wanted.
class unhashed_pieces : public piece_writer {
public:
  explicit unhashed_pieces(std::shared_ptr<const output_file> output)
      : output_(std::move(output)) {}

  [[nodiscard]] index_t piece_bytes() const override { return hashed_piece_bytes(); }
  void write(const file_part& piece, index_t offset, const std::byte* data,
             hashed_piece&) const override {
    write_box(
        [&](index_t at, const void* from, index_t bytes) { output_->write_at(at, from, bytes); },
        piece, offset, data);
  }

private:
  std::shared_ptr<const output_file> output_;
};

/// Rank 0's thread gives the file its name, or removes it where a rank failed.
void commit_behind(const std::shared_ptr<background_work>& work,
                   const std::shared_ptr<const rank_reports>& reports, output_file file) {
  const auto kept = std::make_shared<output_file>(std::move(file));
  work->add([kept, reports, of = work.get()] {
    if (reports->wait_for_all(*of)) kept->commit();
  });
}

} // namespace

void report_when_done(const std::shared_ptr<background_work>& work,
                      const std::shared_ptr<const rank_reports>& reports,
                      std::function<std::string()> text) {
  work->add([reports, text = std::move(text)] { reports->tell_done(text()); });
  work->add(
      [reports, of = work.get()] {
        if (of->has_failed() || of->is_given_up()) reports->tell_failed();
      },
      background_work::after_failure::run);
}

pending_save write_behind(const communicator& comm, shared_output_file file, const file_part& part,
                          index_t offset, part_in_memory&& elements) {
  const auto work = background_work::begin();
  work->hold();
  // Tasks refer to what the sink notes.
  std::shared_ptr<held_pieces> sink;
  abandoned_unless_complete guard(*work);
  collectively(comm, [&] {
    auto writer = std::make_shared<unhashed_pieces>(
        std::make_shared<const output_file>(output_file::open(file.path(), file.temporary())));
    sink = std::make_shared<held_pieces>(
        work, std::move(writer),
        std::make_shared<held_memory>(std::numeric_limits<index_t>::max()));
    sink->add("", part, offset, std::move(elements));
  });
  const auto reports = std::make_shared<const rank_reports>(comm, file.path() + ".reports", 0);
  collectively(comm, [&] {
    report_when_done(work, reports, [sink] { return std::string(); });
    if (comm.rank() == 0) commit_behind(work, reports, std::move(file).release());
  });
  work->release();
  guard.complete();
  return pending_access::make(comm, work);
}

pending_save run_on_root_behind(const communicator& comm, std::function<void()> task) {
  const auto work = background_work::begin();
  collectively(comm, [&] {
    if (comm.rank() == 0) work->add(std::move(task));
  });
  return pending_access::make(comm, work);
}

} // namespace tessera::detail
