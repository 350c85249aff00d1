// What `tessera-bench messages` sends as objects.
#pragma once

#include <map>
#include <string>
#include <utility>
#include <vector>

namespace bench {

using numbers_by_number = std::map<int, double>;
using numbers_by_name = std::map<std::string, double>;
using many_numbers = std::vector<double>;
using nested_objects = std::map<std::string, std::vector<std::pair<int, std::vector<double>>>>;

inline numbers_by_number make_numbers_by_number() {
  numbers_by_number made;
  for (int k = 0; k < 1000; ++k) made[k] = 0.5 * k;
  return made;
}
inline numbers_by_name make_numbers_by_name() {
  numbers_by_name made;
  for (int k = 0; k < 1000; ++k) made["number " + std::to_string(k)] = 0.5 * k;
  return made;
}
inline many_numbers make_many_numbers() { return many_numbers(1000000, 1.5); }
/// 100 x 10 x 10 numbers.
inline nested_objects make_nested_objects() {
  nested_objects made;
  for (int k = 0; k < 100; ++k)
    made["group " + std::to_string(k)].assign(10, {k, std::vector<double>(10, 0.5 * k)});
  return made;
}

} // namespace bench
