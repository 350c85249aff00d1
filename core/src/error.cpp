#include <tessera/core/error.hpp>

namespace tessera {

void throw_error(error_kind kind, const std::string& message) {
  switch (kind) {
  case error_kind::argument: throw argument_error(message);
  case error_kind::shape: throw shape_error(message);
  case error_kind::index: throw index_error(message);
  case error_kind::memory: throw memory_error(message);
  case error_kind::file: throw file_error(message);
  case error_kind::parse: throw parse_error(message);
  case error_kind::communication: throw communication_error(message);
  case error_kind::usage: throw usage_error(message);
  case error_kind::other: break;
  }
  throw error(error_kind::other, message);
}

} // namespace tessera
