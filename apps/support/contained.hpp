// A program in a process of its own.
#pragma once

#include <functional>
#include <string>

namespace apps {

/// Runs what a program does, before MPI starts, in a process of its own, so that a crash of a
/// library that reads a damaged file ends as other bad data do: one line on standard error, exit
/// code 1. Returns its exit code; other signals that end it end the caller, and those that are to
/// end the caller reach it. What mpirun started runs in the caller's: mpirun tells of crashes.
int contained(const char* program, const std::function<int()>& body);

/// What is being read, for the line about a crash. Local.
void note_input(const std::string& path);

} // namespace apps
