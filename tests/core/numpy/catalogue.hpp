#pragma once

/// Evaluates each case of a file; the result is the program's exit code.
int evaluate_all(const char* cases, const char* results);
