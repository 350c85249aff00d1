#include "python_process.hpp"

#include <tessera/core/error.hpp>

#include <cstdlib>
#include <string_view>
#include <sys/wait.h>
#include <unistd.h>

namespace bench {

namespace {

/// A program that is started by mpirun must not take itself for a rank of ours.
std::vector<std::string> environment_without_mpi() {
  std::vector<std::string> kept;
  for (char** entry = environ; *entry != nullptr; ++entry) {
    const std::string_view text = *entry;
    const bool allows_root = text.starts_with("OMPI_ALLOW_RUN_AS_ROOT");
    const bool of_mpi = text.starts_with("OMPI_") || text.starts_with("PMIX_") ||
                        text.starts_with("ORTE_") || text.starts_with("PRTE_");
    if (allows_root || !of_mpi) kept.emplace_back(text);
  }
  return kept;
}

std::vector<char*> pointers(std::vector<std::string>& texts) {
  std::vector<char*> result;
  for (std::string& text : texts) result.push_back(text.data());
  result.push_back(nullptr);
  return result;
}

} // namespace

python_process::python_process(const char* script, const std::vector<std::string>& launcher) {
  std::vector<std::string> command = launcher;
  for (const char* word : {TESSERA_BENCH_PYTHON, "-c", script}) command.emplace_back(word);
  std::vector<std::string> environment = environment_without_mpi();
  const std::vector<char*> arguments = pointers(command);
  const std::vector<char*> variables = pointers(environment);
  int questions[2];
  int answers[2];
  if (pipe(questions) != 0 || pipe(answers) != 0) throw tessera::memory_error("no pipes left");
  child_ = fork();
  if (child_ == 0) {
    dup2(questions[0], STDIN_FILENO);
    dup2(answers[1], STDOUT_FILENO);
    for (const int descriptor : {questions[0], questions[1], answers[0], answers[1]})
      close(descriptor);
    execvpe(arguments[0], arguments.data(), variables.data());
    _exit(127);
  }
  close(questions[0]);
  close(answers[1]);
  to_ = fdopen(questions[1], "w");
  from_ = fdopen(answers[0], "r");
}

python_process::~python_process() {
  std::fclose(to_);
  std::fclose(from_);
  waitpid(child_, nullptr, 0);
}

std::string python_process::ask(const std::string& question) {
  std::fprintf(to_, "%s\n", question.c_str());
  std::fflush(to_);
  char answer[256] = "";
  if (std::fgets(answer, sizeof answer, from_) == nullptr)
    throw tessera::argument_error("Python gave no answer to '" + question + "'");
  return answer;
}

} // namespace bench
