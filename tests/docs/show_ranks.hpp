// Prints what the cells of docs/mpi4py-to-tessera.md give on each rank, for
// test_mpi4py_to_tessera.py to compare.
#pragma once

#include <tessera/core/members.hpp>
#include <tessera/distributed.hpp>
#include <tessera/distributed/objects.hpp>

#include <cmath>
#include <iostream>
#include <map>
#include <sstream>
#include <string>
#include <type_traits>
#include <vector>

using namespace tessera;

/// What stands in a dictionary, as cells.py has it.
template <class X> std::string inner_text(const X& x) {
  std::ostringstream out;
  if constexpr (requires { typename X::mapped_type; }) {
    const char* separator = "{";
    for (const auto& [key, value] : x) {
      out << separator << inner_text(key) << ": " << inner_text(value);
      separator = ", ";
    }
    out << (x.empty() ? "{}" : "}");
  } else if constexpr (std::is_arithmetic_v<X> || std::is_same_v<X, std::string>) {
    out << x;
  } else {
    const char* separator = "[";
    for (const auto& value : x) {
      out << separator << inner_text(value);
      separator = ", ";
    }
    out << (x.empty() ? "[]" : "]");
  }
  return out.str();
}

template <class K, class V> void show(const std::map<K, V>& x) {
  std::cout << inner_text(x) << '\n';
}

#include "show.hpp"

/// What the cells take for granted. What they print is kept, and printed by rank 0 in the end.
class on_ranks {
public:
  explicit on_ranks(communicator& all_ranks)
      : world(all_ranks), usual_(std::cout.rdbuf(kept_.rdbuf())) {}
  on_ranks(const on_ranks&) = delete;
  on_ranks& operator=(const on_ranks&) = delete;
  ~on_ranks() { std::cout.rdbuf(usual_); }

  void print() {
    std::cout.rdbuf(usual_);
    std::cout << tessera::gather_text(world, "@rank\n" + kept_.str(), 0);
  }

protected:
  communicator& world;
  const int rank = world.rank();
  const int size = world.size();

private:
  std::ostringstream kept_;
  std::streambuf* usual_;
};
