#include "selection/numpy_select.hpp"

#ifdef TESSERA_HAS_NUMPY
#include "numpy_core_script.hpp"
#include "peers/python_process.hpp"

#include <chrono>
#include <memory>
#include <string>
#include <thread>
#endif

namespace bench {

using namespace tessera;

#ifdef TESSERA_HAS_NUMPY

namespace {

/// The answer that rank 0 has. The others sleep meanwhile: a rank that waits in MPI keeps a
/// processor busy.
double answer_of_first(const communicator& world, double answer) {
  MPI_Request request = MPI_REQUEST_NULL;
  MPI_Ibcast(&answer, 1, MPI_DOUBLE, 0, world.native(), &request);
  for (int done = 0; done == 0;) {
    MPI_Test(&request, &done, MPI_STATUS_IGNORE);
    if (done == 0) std::this_thread::sleep_for(std::chrono::milliseconds(1));
  }
  return answer;
}

} // namespace

void add_numpy_select(std::vector<candidate>& ways, const communicator& world, index_t n) {
  std::shared_ptr<python_process> python;
  if (world.rank() == 0) {
    python = std::make_shared<python_process>(numpy_core_script);
    python->ask("select " + std::to_string(n) + " 1");
  }
  candidate way{"numpy", nullptr};
  way.run_elsewhere = [python, world](int times) {
    const double seconds = python ? std::stod(python->ask(std::to_string(times))) : 0.0;
    return answer_of_first(world, seconds);
  };
  ways.push_back(way);
}

#else

void add_numpy_select(std::vector<candidate>& /*ways*/, const communicator& /*world*/,
                      index_t /*n*/) {}

#endif

} // namespace bench
