// A program that one rank ends in the way its first argument names, for faults.py: each line that
// does so is marked.

#include <tessera/core/files/output_file.hpp>
#include <tessera/distributed/reduce.hpp>
#include <tessera/distributed/run.hpp>
#include <tessera/distributed/stop_requested.hpp>
#include <tessera/tessera.hpp>

#include <algorithm>
#include <chrono>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <map>
#include <string>
#include <sys/mman.h>
#include <thread>
#include <unistd.h>

#undef NDEBUG
#include <cassert>

using namespace tessera;

namespace {

using namespace std::chrono_literals;

volatile int zero = 0;
int* volatile nowhere = nullptr;

#define NOT_INLINED __attribute__((noinline))

NOT_INLINED void null_pointer() {
  *nowhere = 1; // line: segv
}

NOT_INLINED void division() {
  zero = 7 / zero; // line: fpe
}

NOT_INLINED void illegal() {
  __builtin_trap(); // line: ill
}

/// A page of a file that has none.
NOT_INLINED void beyond_a_file() {
  std::FILE* const file = std::tmpfile();
  void* const page = mmap(nullptr, 4096, PROT_READ | PROT_WRITE, MAP_SHARED, fileno(file), 0);
  *static_cast<volatile int*>(page) = 1; // line: bus
}

NOT_INLINED void aborts() {
  std::abort(); // line: abort
}

NOT_INLINED void asserts() {
  assert(zero != 0); // line: assert
}

/// glibc finds out, within `free`.
NOT_INLINED void frees_twice() {
  void* volatile memory = std::malloc(5000);
  std::free(memory);
  std::free(memory); // line: free // NOLINT: a mistake on purpose
}

NOT_INLINED int recursion(int depth) {
  volatile char much[20000] = {};
  return recursion(depth + 1) + much[depth % 20000]; // line: recursion
}

/// What is called is no function.
NOT_INLINED void calls_nothing() {
  reinterpret_cast<void (*)()>(nowhere)(); // line: call
  zero = 0;
}

/// In a call of the library.
NOT_INLINED void in_the_library() {
  ndarray<double, 1> a = ones(10);
  a = map([](double x) { return x + *nowhere; }, a); // line: library
}

NOT_INLINED void in_a_thread() {
  std::thread other([] {
    *nowhere = 1; // line: thread
  });
  other.join();
}

/// The heap's own notes are overwritten: who asks it for memory in this thread fails again, or
/// waits for a lock.
NOT_INLINED void breaks_the_heap() {
  const volatile std::size_t much = 100000;
  while (zero == 0)
    std::fill_n(static_cast<char*>(std::malloc(much)) + much, 16, 'z'); // line: heap
}

NOT_INLINED void killed_from_outside() {
  kill(getpid(), SIGSEGV); // line: sent
  std::this_thread::sleep_for(1h);
}

NOT_INLINED void own_handler() {
  std::signal(SIGSEGV, [](int) { _exit(42); });
  *nowhere = 1;
}

const std::map<std::string, void (*)()> faults{
    {"segv", null_pointer},
    {"fpe", division},
    {"ill", illegal},
    {"bus", beyond_a_file},
    {"abort", aborts},
    {"assert", asserts},
    {"free", frees_twice},
    {"recursion", [] { zero = recursion(0); }},
    {"call", calls_nothing},
    {"library", in_the_library},
    {"thread", in_a_thread},
    {"heap", breaks_the_heap},
    {"sent", killed_from_outside},
    {"own", own_handler},
};

/// Ends when it is asked to, and never else.
void until_asked(const communicator& world) {
  stop_requested();
  std::fprintf(stderr, "rank %d of process %d waits\n", world.rank(), static_cast<int>(getpid()));
  int steps = 0;
  while (!stop_requested(world)) {
    std::this_thread::sleep_for(10ms);
    ++steps;
  }
  if (world.rank() == 0)
    std::fprintf(stderr, "asked after %s\n", steps > 0 ? "some steps" : "none");
}

/// Has asked once, and does not care.
void deaf(const communicator& world) {
  stop_requested();
  std::fprintf(stderr, "rank %d of process %d waits\n", world.rank(), static_cast<int>(getpid()));
  while (true) std::this_thread::sleep_for(10ms);
}

} // namespace

/// faults FAULT RANK (or all): while the others wait for it, and each has a temporary file.
int main(int argc, char** argv) {
  return run(argc, argv, [&](communicator& world) {
    const std::string name = argc > 1 ? argv[1] : "";
    const std::string who = argc > 2 ? argv[2] : "all";
    const output_file file = output_file::create("out" + std::to_string(world.rank()) + ".dat");
    world.barrier();
    if (name == "until_asked") return until_asked(world);
    if (name == "deaf") return deaf(world);
    if (name == "asks_before") stop_requested();
    if (who == "all" || std::stoi(who) == world.rank())
      faults.at(name == "asks_before" ? "segv" : name)();
    world.barrier();
  });
}
