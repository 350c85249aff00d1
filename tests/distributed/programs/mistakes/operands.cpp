// The same calls with different arrays.
#include "mistakes.hpp"

using namespace tessera;

namespace {

void halo_of_another_array(setting& s) {
  if (s.odd)
    s.w.update_halo(); // odd: halo_of_another_array
  else
    s.u.update_halo(); // rest: halo_of_another_array
}

void halo_of_another_shape(setting& s) {
  if (s.odd)
    s.small.update_halo(); // odd: halo_of_another_shape
  else
    s.u.update_halo(); // rest: halo_of_another_shape
}

void new_array_of_another_shape(setting& s) {
  const index_t columns = s.odd ? 36 : 40;
  const global_array<double, 2> x(s.rows, {24, columns}); // both: new_array_of_another_shape
}

void new_array_of_another_type(setting& s) {
  if (s.odd)
    const global_array<float, 2> x(s.rows, {24, 36}); // odd: new_array_of_another_type
  else
    const global_array<double, 2> x(s.rows, {24, 36}); // rest: new_array_of_another_type
}

void sum_of_another_type(setting& s) {
  if (s.odd)
    sum(s.f); // odd: sum_of_another_type
  else
    sum(s.u); // rest: sum_of_another_type
}

void another_slice(setting& s) {
  const index_t end = s.odd ? 12 : 24;
  sum(s.u(slice(0, end), all)); // both: another_slice
}

void max_of_another_type(setting& s) {
  if (s.odd)
    max(s.f); // odd: max_of_another_type
  else
    max(s.u); // rest: max_of_another_type
}

void copy_of_another_slice(setting& s) {
  if (s.odd)
    s.t(slice(0, 3), all) = s.u(slice(0, 3), all); // odd: copy_of_another_slice
  else
    s.t(slice(1, 4), all) = s.u(slice(1, 4), all); // rest: copy_of_another_slice
}

/// All are wrong alike: an error that all ranks catch.
void wrong_together(setting& s) {
  try {
    static_cast<void>(s.u.at(100, 100));
  } catch (const error&) {
    sum(s.u);
  }
}

} // namespace

mistakes mistakes_of_operands() {
  return {
      {"halo_of_another_array", halo_of_another_array},
      {"halo_of_another_shape", halo_of_another_shape},
      {"new_array_of_another_shape", new_array_of_another_shape},
      {"new_array_of_another_type", new_array_of_another_type},
      {"sum_of_another_type", sum_of_another_type},
      {"another_slice", another_slice},
      {"max_of_another_type", max_of_another_type},
      {"copy_of_another_slice", copy_of_another_slice},
      {"wrong_together", wrong_together},
  };
}
