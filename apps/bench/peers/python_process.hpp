// A Python in a process of its own, which is told what to do through pipes.
#pragma once

#include <cstdio>
#include <string>
#include <sys/types.h>
#include <vector>

namespace bench {

/// Runs a script that answers each line it reads with a line.
class python_process {
public:
  /// `launcher` stands before the interpreter on the command line, such as mpirun and its options.
  explicit python_process(const char* script, const std::vector<std::string>& launcher = {});
  python_process(const python_process&) = delete;
  python_process& operator=(const python_process&) = delete;
  ~python_process();

  /// @throws tessera::argument_error where the script ended.
  std::string ask(const std::string& question);

private:
  pid_t child_ = -1;
  std::FILE* to_ = nullptr;
  std::FILE* from_ = nullptr;
};

} // namespace bench
