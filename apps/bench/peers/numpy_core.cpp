// NumPy, in a process of its own that is told what to do through pipes.
#include "core_peers.hpp"
#include "numpy_core_script.hpp"

#include <tessera/core/error.hpp>

#include <csignal>
#include <cstdio>
#include <string>
#include <sys/wait.h>
#include <unistd.h>

namespace bench {

namespace {

/// A Python that runs the script.
class python {
public:
  python() {
    int questions[2];
    int answers[2];
    if (pipe(questions) != 0 || pipe(answers) != 0) throw tessera::memory_error("no pipes left");
    child_ = fork();
    if (child_ == 0) {
      dup2(questions[0], STDIN_FILENO);
      dup2(answers[1], STDOUT_FILENO);
      for (const int descriptor : {questions[0], questions[1], answers[0], answers[1]})
        close(descriptor);
      execl(TESSERA_BENCH_PYTHON, TESSERA_BENCH_PYTHON, "-c", numpy_core_script, nullptr);
      _exit(127);
    }
    close(questions[0]);
    close(answers[1]);
    to_ = fdopen(questions[1], "w");
    from_ = fdopen(answers[0], "r");
  }
  python(const python&) = delete;
  python& operator=(const python&) = delete;
  ~python() {
    std::fclose(to_);
    std::fclose(from_);
    waitpid(child_, nullptr, 0);
  }

  std::string ask(const std::string& question) {
    std::fprintf(to_, "%s\n", question.c_str());
    std::fflush(to_);
    char answer[64] = "";
    if (std::fgets(answer, sizeof answer, from_) == nullptr)
      throw tessera::argument_error("NumPy gave no answer to '" + question + "'");
    return answer;
  }

private:
  pid_t child_ = -1;
  std::FILE* to_ = nullptr;
  std::FILE* from_ = nullptr;
};

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
  python python_;
};

} // namespace

std::unique_ptr<core_library> make_numpy_core() { return std::make_unique<numpy_core>(); }

} // namespace bench
