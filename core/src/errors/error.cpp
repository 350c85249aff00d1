#include <tessera/core/error.hpp>

#include <atomic>
#include <string>

namespace tessera {

struct error::shared_text {
  std::string text;
  std::atomic<int> users{1};
};

error::error(error_kind kind, const std::string& message)
    : kind_(kind), text_(new shared_text{message}) {}

error::error(error_kind kind, const char* message) : error(kind, std::string(message)) {}

error::error(const error& other) noexcept
    : std::exception(other), kind_(other.kind_), text_(other.text_) {
  ++text_->users;
}

error& error::operator=(const error& other) noexcept {
  ++other.text_->users;
  if (--text_->users == 0) delete text_;
  kind_ = other.kind_;
  text_ = other.text_;
  return *this;
}

error::~error() {
  if (--text_->users == 0) delete text_;
}

const char* error::what() const noexcept { return text_->text.c_str(); }

void throw_error(error_kind kind, const std::string& message) {
  switch (kind) {
  case error_kind::argument: throw argument_error(message);
  case error_kind::shape: throw shape_error(message);
  case error_kind::index: throw index_error(message);
  case error_kind::memory: throw memory_error(message);
  case error_kind::file: throw file_error(message);
  case error_kind::missing_file: throw file_not_found_error(message);
  case error_kind::missing_dataset: throw dataset_not_found_error(message);
  case error_kind::file_format: throw format_error(message);
  case error_kind::element_type: throw element_type_error(message);
  case error_kind::disk_full: throw disk_full_error(message);
  case error_kind::parse: throw parse_error(message);
  case error_kind::communication: throw communication_error(message);
  case error_kind::usage: throw usage_error(message);
  case error_kind::other: break;
  }
  throw error(error_kind::other, message);
}

} // namespace tessera
