// What the simulations have in common: the file that --picture names, or "".
#pragma once

#include <tessera/core/error.hpp>

#include <string>

inline std::string picture_file(int argc, char** argv) {
  if (argc == 1) return "";
  if (argc == 3 && std::string(argv[1]) == "--picture") return argv[2];
  throw tessera::usage_error("give --picture FILE.png, or nothing");
}
