/// @file
/// npz files on behalf of a Python script.
#pragma once

#include <string>

/// Reads all arrays of an npz file, each with its type, and saves them in another one.
void copy_npz(const std::string& from, const std::string& to, bool compressed);
