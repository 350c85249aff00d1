#include "file_peers.hpp"

#ifdef TESSERA_HAS_NUMPY
#include "file_peers_script.hpp"
#include "python_process.hpp"
#endif

#include <tessera/core/error.hpp>

#include <array>
#include <chrono>
#include <cstring>
#include <string>
#include <thread>

namespace bench {

using namespace tessera;

#ifdef TESSERA_HAS_NUMPY

struct file_peers::process : python_process {
  using python_process::python_process;
};

namespace {

std::vector<std::string> launcher(int ranks) {
  return {"mpirun", "--oversubscribe", "--bind-to", "none", "--quiet", "-n", std::to_string(ranks)};
}

} // namespace

file_peers::file_peers(const communicator& world, bool over_ranks) : world_(world) {
  if (world.rank() == 0)
    process_ = std::make_shared<process>(
        file_peers_script, over_ranks ? launcher(world.size()) : std::vector<std::string>());
}

std::string file_peers::ask(const std::string& question) const {
  std::array<char, 64> answer{};
  if (process_) {
    std::string text = "no";
    try {
      text = process_->ask(question);
    } catch (const argument_error&) { // the script ended: some module is not there
    }
    text.copy(answer.data(), answer.size() - 1);
  }
  // The others sleep meanwhile: a rank that waits in MPI keeps a processor busy.
  MPI_Request request = MPI_REQUEST_NULL;
  MPI_Ibcast(answer.data(), static_cast<int>(answer.size()), MPI_CHAR, 0, world_.native(),
             &request);
  for (int done = 0; done == 0;) {
    MPI_Test(&request, &done, MPI_STATUS_IGNORE);
    if (done == 0) std::this_thread::sleep_for(std::chrono::milliseconds(1));
  }
  return answer.data();
}

void file_peers::add(std::vector<candidate>& ways, const std::string& name,
                     const std::string& module, const std::vector<std::string>& call) {
  if (!ask("has\t" + module).starts_with("yes")) return;
  std::string line;
  for (const std::string& word : call) line += (line.empty() ? "" : "\t") + word;
  candidate way{name, nullptr};
  way.run_elsewhere = [peers = *this, line](int) {
    const std::string answer = peers.ask(line);
    if (answer.starts_with("no")) throw argument_error("no answer to '" + line + "'");
    return std::stod(answer);
  };
  ways.push_back(way);
}

#else

struct file_peers::process {};
file_peers::file_peers(const communicator& world, bool /*over_ranks*/) : world_(world) {}
void file_peers::add(std::vector<candidate>& /*ways*/, const std::string& /*name*/,
                     const std::string& /*module*/, const std::vector<std::string>& /*call*/) {}

#endif

file_peers::~file_peers() = default;

} // namespace bench
