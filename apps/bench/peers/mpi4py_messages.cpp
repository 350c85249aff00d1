#include "mpi4py_messages.hpp"

#ifdef TESSERA_HAS_NUMPY
#include "mpi4py_messages_script.hpp"
#include "python_process.hpp"
#endif

#include <tessera/core/error.hpp>

#include <chrono>
#include <thread>

namespace bench {

using namespace tessera;

#ifdef TESSERA_HAS_NUMPY

class mpi4py_messages::process : public python_process {
  using python_process::python_process;
};

mpi4py_messages::mpi4py_messages(const communicator& world)
    : mpi4py_messages(world, mpi4py_messages_script) {}
mpi4py_messages::mpi4py_messages(const communicator& world, const char* script) : world_(world) {
  if (world.rank() == 0)
    process_ = std::make_shared<process>(
        script, std::vector<std::string>{"mpirun", "--oversubscribe", "--bind-to", "none",
                                         "--quiet", "-n", "2"});
}

double mpi4py_messages::seconds(const std::string& object, int times) const {
  double answer = -1;
  if (process_) {
    try {
      answer = std::stod(process_->ask(object + '\t' + std::to_string(times)));
    } catch (const std::exception&) { // "no", or the script ended
    }
  }
  // The others sleep meanwhile: a rank that waits in MPI keeps a processor busy.
  MPI_Request request = MPI_REQUEST_NULL;
  MPI_Ibcast(&answer, 1, MPI_DOUBLE, 0, world_.native(), &request);
  for (int done = 0; done == 0;) {
    MPI_Test(&request, &done, MPI_STATUS_IGNORE);
    if (done == 0) std::this_thread::sleep_for(std::chrono::milliseconds(1));
  }
  return answer;
}

#else

class mpi4py_messages::process {};
mpi4py_messages::mpi4py_messages(const communicator& world) : world_(world) {}
mpi4py_messages::mpi4py_messages(const communicator& world, const char* /*script*/)
    : world_(world) {}
double mpi4py_messages::seconds(const std::string& /*object*/, int /*times*/) const { return -1; }

#endif

void mpi4py_messages::add(std::vector<candidate>& ways, const std::string& object,
                          const std::string& name) const {
  if (seconds(object, 1) < 0) return;
  candidate way{name, nullptr};
  way.run_elsewhere = [peer = *this, object](int times) { return peer.seconds(object, times); };
  ways.push_back(way);
}

} // namespace bench
