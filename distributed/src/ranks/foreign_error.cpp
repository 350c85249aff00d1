#include <tessera/distributed/ranks/foreign_error.hpp>

#include <filesystem>
#include <new>
#include <stdexcept>

namespace tessera::detail {

error as_error(const std::exception& failure) {
  if (const auto* known = dynamic_cast<const error*>(&failure)) return *known;
  if (dynamic_cast<const std::bad_alloc*>(&failure) != nullptr ||
      dynamic_cast<const std::length_error*>(&failure) != nullptr)
    return {error_kind::memory, std::string("there is not enough memory: ") + failure.what()};
  if (dynamic_cast<const std::filesystem::filesystem_error*>(&failure) != nullptr)
    return {error_kind::file, failure.what()};
  return {error_kind::other, failure.what()};
}

} // namespace tessera::detail
