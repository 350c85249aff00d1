// Creation.
#include "function.hpp"

#include <tessera/core/create.hpp>

using namespace tessera;

namespace {

const add_function zeros_2("zeros", [](arguments& in, results& out) {
  const index_t rows = in.integer();
  out(zeros<double>(rows, in.integer()));
});

} // namespace
