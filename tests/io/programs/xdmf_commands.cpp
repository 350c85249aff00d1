// Writes an XDMF file as a script wants it; for xdmf_check.py.
//
//     xdmf_commands OUT COMMANDS
//
// COMMANDS holds lines of words between tabulators: first "origin ..." and "spacing ...", then
// "time file dataset frame name cells" of each field; "save" saves what came before. The errors of
// commands are printed, one line each.
#include <tessera/core/error.hpp>
#include <tessera/distributed.hpp>
#include <tessera/io/xdmf.hpp>

#include <cstdio>
#include <fstream>
#include <sstream>

using namespace tessera;

namespace {

std::vector<std::string> words_of(const std::string& line) {
  std::vector<std::string> words;
  std::istringstream text(line);
  for (std::string word; std::getline(text, word, '\t');) words.push_back(word);
  return words;
}

std::vector<double> numbers_of(std::ifstream& file) {
  std::string line;
  std::getline(file, line);
  std::vector<double> numbers;
  const std::vector<std::string> words = words_of(line);
  for (std::size_t k = 1; k < words.size(); ++k) numbers.push_back(std::stod(words[k]));
  return numbers;
}

void obey(xdmf_series& series, const std::vector<std::string>& words) {
  if (words[0] == "save") return series.save();
  series.add(std::stod(words[0]),
             {words[1], words[2], std::stol(words[3]), words[4], words[5] == "1"});
}

} // namespace

int main(int argc, char** argv) {
  return run(argc, argv, [&](const communicator& world) {
    if (argc != 3) throw usage_error("xdmf_commands OUT COMMANDS");
    std::ifstream file(argv[2]);
    std::vector<double> origin = numbers_of(file);
    std::vector<double> spacing = numbers_of(file);
    xdmf_series series(world, argv[1], {.origin = origin, .spacing = spacing});
    for (std::string line; std::getline(file, line);) {
      try {
        obey(series, words_of(line));
      } catch (const error& failure) {
        if (world.rank() == world.size() - 1) std::printf("%s\n", failure.what());
      }
    }
  });
}
