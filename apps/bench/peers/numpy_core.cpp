// NumPy, in a process of its own.
#include "core_peers.hpp"
#include "numpy_core_script.hpp"
#include "python_process.hpp"

#include <string>

namespace bench {

namespace {

class numpy_core final : public core_library {
public:
  [[nodiscard]] std::string name() const override { return "numpy"; }
  std::vector<candidate> make(core_problem& p) override {
    const std::string what = core_case_names[static_cast<std::size_t>(p.what)];
    python_.ask(what + ' ' + std::to_string(p.n) + ' ' + std::to_string(p.rows));
    candidate c{name(), nullptr};
    c.run_elsewhere = [this](int times) { return std::stod(python_.ask(std::to_string(times))); };
    return {c};
  }

private:
  python_process python_{numpy_core_script};
};

} // namespace

std::unique_ptr<core_library> make_numpy_core() { return std::make_unique<numpy_core>(); }

} // namespace bench
