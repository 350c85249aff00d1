// Without a fuzzer: the inputs of the corpus, and each of them cut short and with a byte changed.
#include "fuzz.hpp"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <iterator>

namespace {

using target = void (*)(const std::string&);

void replay(const std::string& name, target parse) {
  int count = 0;
  for (const auto& entry : std::filesystem::directory_iterator(TESSERA_FUZZ_CORPUS "/" + name)) {
    SCOPED_TRACE(entry.path());
    std::ifstream file(entry.path(), std::ios::binary);
    std::string bytes{std::istreambuf_iterator<char>(file), {}};
    parse(bytes);
    const std::size_t step = 1 + bytes.size() / 60;
    for (std::size_t k = 0; k < bytes.size(); k += step) {
      parse(bytes.substr(0, k));
      bytes[k] ^= '\x11';
      parse(bytes);
      bytes[k] ^= '\x11';
    }
    ++count;
  }
  EXPECT_GT(count, 4) << "where is the corpus?";
}

} // namespace

TEST(fuzz_corpus, npy) { replay("npy", tessera_fuzz::npy); }
TEST(fuzz_corpus, text) { replay("text", tessera_fuzz::text); }
TEST(fuzz_corpus, manifest) { replay("manifest", tessera_fuzz::manifest); }
TEST(fuzz_corpus, zarr) { replay("zarr", tessera_fuzz::zarr); }
