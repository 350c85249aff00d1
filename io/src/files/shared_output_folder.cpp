#include "files/shared_output_folder.hpp"
#include "files/from_root.hpp"

#include <tessera/distributed/agree.hpp>

#include <optional>
#include <string>

namespace tessera::detail {

namespace {

output_folder join_folder(const communicator& comm, const std::string& path) {
  std::optional<output_folder> made;
  const std::string temporary = text_from_root(comm, [&] {
    made.emplace(output_folder::create(path));
    return made->temporary();
  });
  return collectively(
      comm, [&] { return made ? std::move(*made) : output_folder::open(path, temporary); });
}

} // namespace

shared_output_folder::shared_output_folder(const communicator& comm, const std::string& path)
    : comm_(comm), folder_(join_folder(comm, path)) {}

void shared_output_folder::commit() {
  // A rank that is ended by a signal does not remove what has its name.
  collectively(comm_, [this] { folder_.close(); });
  text_from_root(comm_, [this] {
    folder_.commit();
    return std::string();
  });
}

} // namespace tessera::detail
