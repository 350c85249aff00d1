#include "files/from_root.hpp"

#include <tessera/distributed/agree.hpp>
#include <tessera/io/shared_output_file.hpp>

#include <optional>
#include <string>

namespace tessera {

namespace {

output_file join(const communicator& comm, const std::string& path) {
  detail::agree(comm, "the name of a file", path);
  std::optional<output_file> made;
  const std::string temporary = detail::text_from_root(comm, [&] {
    made.emplace(output_file::create(path));
    return made->temporary();
  });
  return collectively(comm,
                      [&] { return made ? std::move(*made) : output_file::open(path, temporary); });
}

} // namespace

shared_output_file::shared_output_file(const communicator& comm, const std::string& path)
    : comm_(comm), file_(join(comm, path)) {}

void shared_output_file::sync() const {
  collectively(comm_, [this] { file_.sync(); });
}

void shared_output_file::commit() {
  collectively(comm_, [this] { file_.close(); });
  detail::text_from_root(comm_, [this] {
    file_.commit();
    return std::string();
  });
}

} // namespace tessera
