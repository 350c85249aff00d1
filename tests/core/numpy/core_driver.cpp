// Evaluates expressions on arrays from a file, for comparison with NumPy.
//
//     core_driver expressions cases results     see test_expressions.py
//     core_driver slices | promotion            tables, see test_tables.py
//     core_driver sums cases results            sums of doubles, see test_tables.py
#include "catalogue.hpp"
#include "tables.hpp"

#include <cstdio>
#include <cstring>

int main(int argc, char** argv) {
  if (argc == 2 && std::strcmp(argv[1], "slices") == 0) return print_slices();
  if (argc == 2 && std::strcmp(argv[1], "promotion") == 0) return print_promotion();
  if (argc == 4 && std::strcmp(argv[1], "sums") == 0) return sum_all(argv[2], argv[3]);
  if (argc == 4 && std::strcmp(argv[1], "expressions") == 0) return evaluate_all(argv[2], argv[3]);
  std::fprintf(stderr, "usage: core_driver slices|promotion|sums|expressions [cases results]\n");
  return 2;
}
