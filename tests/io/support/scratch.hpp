/// @file
/// Folders and files for tests.
#pragma once

#include <tessera/core/error.hpp>
#include <tessera/distributed/collectives.hpp>
#include <tessera/distributed/communicator.hpp>

#include <algorithm>
#include <csignal>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <random>
#include <string>
#include <sys/resource.h>
#include <vector>

namespace tessera_test {

/// A new folder that all ranks of the program share, removed with this object. Collective.
class scratch {
public:
  scratch() : world_(tessera::communicator::world()) {
    std::string name;
    if (world_.rank() == 0) {
      name =
          std::filesystem::current_path() / ("scratch-" + std::to_string(std::random_device()()));
      std::filesystem::create_directory(name);
    }
    folder_ = tessera::broadcast(world_, name, 0);
  }
  scratch(const scratch&) = delete;
  scratch& operator=(const scratch&) = delete;
  ~scratch() {
    world_.barrier();
    std::error_code ignored;
    if (world_.rank() == 0) std::filesystem::remove_all(folder_, ignored);
  }

  [[nodiscard]] std::string operator/(const std::string& name) const {
    return folder_ + "/" + name;
  }
  [[nodiscard]] const std::string& folder() const { return folder_; }

  /// Rank 0 writes a file; returns its path when it is there. Collective.
  std::string file(const std::string& name, const std::string& content) const {
    const std::string path = *this / name;
    if (world_.rank() == 0) std::ofstream(path, std::ios::binary) << content;
    world_.barrier();
    return path;
  }

  /// Number of entries: temporary files must not stay. Collective.
  [[nodiscard]] long entries() const {
    world_.barrier();
    const auto count = std::distance(std::filesystem::directory_iterator(folder_), {});
    world_.barrier();
    return count;
  }

private:
  tessera::communicator world_;
  std::string folder_;
};

/// Names of the files in a folder of checkpoints, but that of the lock, in order. Collective.
inline std::vector<std::string> files_in(const std::string& folder) {
  const tessera::communicator world = tessera::communicator::world();
  world.barrier();
  std::vector<std::string> names;
  for (const auto& entry : std::filesystem::directory_iterator(folder))
    if (entry.path().filename() != ".lock") names.push_back(entry.path().filename());
  std::sort(names.begin(), names.end());
  world.barrier();
  return names;
}

inline std::string content_of(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

/// What a call throws, as "kind: message"; empty when it does not.
template <class F> std::string message_of(F&& call) {
  try {
    call();
  } catch (const tessera::file_error& e) {
    return std::string("file: ") + e.what();
  } catch (const tessera::parse_error& e) {
    return std::string("parse: ") + e.what();
  } catch (const tessera::argument_error& e) {
    return std::string("argument: ") + e.what();
  } catch (const tessera::shape_error& e) {
    return std::string("shape: ") + e.what();
  } catch (const std::exception& e) {
    return std::string("other: ") + e.what();
  }
  return {};
}

/// While it lives, files cannot grow beyond a size: a stand-in for a full disk.
class file_size_limit {
public:
  explicit file_size_limit(rlim_t bytes) : old_handler_(std::signal(SIGXFSZ, SIG_IGN)) {
    ::getrlimit(RLIMIT_FSIZE, &old_);
    const rlimit limit{bytes, old_.rlim_max};
    ::setrlimit(RLIMIT_FSIZE, &limit);
  }
  file_size_limit(const file_size_limit&) = delete;
  file_size_limit& operator=(const file_size_limit&) = delete;
  ~file_size_limit() {
    ::setrlimit(RLIMIT_FSIZE, &old_);
    std::signal(SIGXFSZ, old_handler_);
  }

private:
  rlimit old_{};
  void (*old_handler_)(int);
};

} // namespace tessera_test
