// What libFuzzer calls, for the target that TESSERA_FUZZ_TARGET names.
#include "fuzz.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t bytes) {
  tessera_fuzz::TESSERA_FUZZ_TARGET(std::string(reinterpret_cast<const char*>(data), bytes));
  return 0;
}
