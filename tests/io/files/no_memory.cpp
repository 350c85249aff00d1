// Where memory runs out, also in small pieces, errors are Tessera's.
#include "support/scratch.hpp"

#include <tessera/core.hpp>
#include <tessera/io.hpp>

#include <gtest/gtest.h>

#include <atomic>
#include <cstdlib>
#include <new>
#include <string>
#include <vector>

using namespace tessera;
using tessera_test::scratch;

namespace {

std::atomic<bool> counts = false;
std::atomic<long> left = 0; // requests until one fails

bool may_have() { return !counts || left-- != 0; }

} // namespace

// Where they are inlined, the compiler sees new and free.
[[gnu::noinline]] void* operator new(std::size_t bytes) {
  void* const memory = may_have() ? std::malloc(bytes) : nullptr;
  if (memory == nullptr) throw std::bad_alloc();
  return memory;
}
[[gnu::noinline]] void* operator new(std::size_t bytes, const std::nothrow_t& /*tag*/) noexcept {
  return may_have() ? std::malloc(bytes) : nullptr;
}
[[gnu::noinline]] void operator delete(void* memory) noexcept { std::free(memory); }
[[gnu::noinline]] void operator delete(void* memory, std::size_t /*bytes*/) noexcept {
  std::free(memory);
}

namespace {

/// Calls `f` where the first request fails, the second, ..., until none does. What it throws is an
/// error; returns how often.
template <class F> long failures_of(F&& f) {
  constexpr long most = 100000;
  for (long some = 0; some < most; ++some) {
    left = some;
    counts = true;
    try {
      f();
      counts = false;
      return some;
    } catch (const error&) {
      counts = false;
    } catch (const std::exception& foreign) {
      counts = false;
      ADD_FAILURE() << "after " << some << " requests: " << foreign.what();
      return -1;
    }
  }
  ADD_FAILURE() << "never succeeds";
  return -1;
}

TEST(no_memory, local_functions_throw_errors) {
  const scratch folder;
  const std::string own = folder / std::to_string(communicator::world().rank());
  const ndarray<int, 2> a(shape_t<2>{40, 30}, 7);
  const std::string npy = own + ".npy";
  const std::string npz = own + ".npz";
  const std::string text = own + ".txt";
  save_npy(npy, a);
  EXPECT_GT(failures_of([&] { static_cast<void>(load_npy<double, 2>(npy)); }), 0);
  EXPECT_GT(failures_of([&] { static_cast<void>(read_npy_header(npy)); }), 0);
  const std::vector<npz_array> arrays{{"a", a}};
  EXPECT_GT(failures_of([&] { save_npz(npz, arrays); }), 0);
  const std::string name = "a";
  EXPECT_GT(failures_of([&] { static_cast<void>(npz_file(npz).load<double, 2>(name)); }), 0);
  const savetxt_options writing; // which are the caller's
  EXPECT_GT(failures_of([&] { savetxt(text, a, writing); }), 0);
  const loadtxt_options reading;
  EXPECT_GT(failures_of([&] { static_cast<void>(loadtxt<double>(text, reading)); }), 0);
}

} // namespace
