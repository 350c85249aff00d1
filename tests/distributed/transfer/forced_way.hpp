// Transfers that go in a way that a test has chosen.
#pragma once

#include <tessera/distributed/memory/shared_memory.hpp>
#include <tessera/distributed/transfer/transfer.hpp>

#include <cstdlib>
#include <string>

namespace tessera_test {

/// By messages, in a way; restores what was before.
class forced_way {
public:
  explicit forced_way(const std::string& way) {
    use_shared_memory(false);
    setenv("TESSERA_TRANSFER", way.c_str(), 1);
  }
  forced_way(const forced_way&) = delete;
  forced_way& operator=(const forced_way&) = delete;
  ~forced_way() {
    transfer_plan::set_piece_bytes(piece_);
    setenv("TESSERA_TRANSFER", before_.c_str(), 1);
    use_shared_memory(was_shared_);
  }

private:
  static std::string present() {
    const char* const text = std::getenv("TESSERA_TRANSFER");
    return text != nullptr ? text : "";
  }
  bool was_shared_ = uses_shared_memory();
  index_t piece_ = transfer_plan::piece_bytes();
  std::string before_ = present();
};

} // namespace tessera_test
