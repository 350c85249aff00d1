// core_functions cases results: calls functions by name, for comparison with NumPy; see
// functions.py.
#include "function.hpp"

#include <map>
#include <string>

namespace {

std::map<std::string, function>& table() {
  static std::map<std::string, function> functions;
  return functions;
}

function find(const std::string& name) {
  const auto found = table().find(name);
  if (found != table().end()) return found->second;
  std::fprintf(stderr, "core_functions: there is no function '%s'\n", name.c_str());
  std::exit(1);
}

} // namespace

add_function::add_function(const char* name, function f) {
  if (!table().emplace(name, f).second) {
    std::fprintf(stderr, "core_functions: two functions '%s'\n", name);
    std::exit(1);
  }
}

int main(int argc, char** argv) {
  if (argc != 3) {
    std::fprintf(stderr, "usage: core_functions cases results\n");
    return 2;
  }
  case_reader in(argv[1]);
  result_writer file(argv[2]);
  arguments args(in);
  results out(file);
  index_t more = 0;
  while (in.next(more)) {
    const std::string name = args.text();
    try {
      find(name)(args, out);
    } catch (const tessera::error& e) {
      out.text(e.what());
    }
    file.integer(0); // the end of this call's results
  }
}
