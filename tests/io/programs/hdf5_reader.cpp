// Reads all that there is in HDF5 files that may be damaged, for hdf5_mutants.py.
//
//     hdf5_reader read FILE...     of each file prints "file K", then "data BYTES" or "error TEXT",
//     and
//                                  "memory M", the most that was in use so far, in MiB
//     hdf5_reader write FILE       makes one
//
// A file that takes more than five seconds of the processor ends the program by SIGPROF. What ends
// it by another signal is followed by the calls that led there. "leak" is printed where the text in
// $TESSERA_SECRET, which is in none of the files, was read.
#include <tessera/core/complex.hpp>
#include <tessera/core/creation/create.hpp>
#include <tessera/distributed.hpp>
#include <tessera/io/hdf5.hpp>

#include <array>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <execinfo.h>
#include <string>
#include <sys/resource.h>
#include <sys/time.h>
#include <unistd.h>

using namespace tessera;

namespace {

constexpr int patience = 5; // seconds of the processor

const char* secret() {
  const char* const text = std::getenv("TESSERA_SECRET");
  return text != nullptr ? text : "no secret is as long as this";
}

/// Notes what was read of one file.
struct reader {
  hdf5_file file;
  index_t bytes = 0;
  std::string failure = {};

  template <class F> void try_to(F&& f) {
    try {
      f();
    } catch (const error& e) {
      if (failure.empty()) failure = e.what();
    }
  }
  void note(const void* data, std::size_t count) {
    bytes += static_cast<index_t>(count);
    if (count > 0 && ::memmem(data, count, secret(), std::strlen(secret())) != nullptr)
      std::puts("leak");
  }
  template <class T> void note(const ndarray<T, 1>& a) {
    note(a.data(), static_cast<std::size_t>(a.size()) * sizeof(T));
  }

  template <class T, std::size_t N> void read(const std::string& name) {
    const auto values = file.read<T, N>(name);
    note(values.data(), static_cast<std::size_t>(values.size()) * sizeof(T));
  }
  template <class T> void read_as(const std::string& name, std::size_t ndim) {
    if (ndim == 1) return read<T, 1>(name);
    if (ndim == 2) return read<T, 2>(name);
    read<T, 3>(name);
  }
  void read_dataset(const std::string& name) {
    const std::string type = file.dtype(name);
    const std::size_t ndim = file.shape(name).size();
    if (type == "uint8") return read_as<std::uint8_t>(name, ndim);
    if (type == "int32") return read_as<std::int32_t>(name, ndim);
    if (type == "int64") return read_as<std::int64_t>(name, ndim);
    if (type == "bool") return read_as<bool>(name, ndim);
    if (type == "complex128") return read_as<std::complex<double>>(name, ndim);
    read_as<double>(name, ndim);
  }
  void read_attributes(const std::string& object) {
    for (const char* name : {"text", "fixed", "number", "vector", "texts", "reference"}) {
      try_to([&] {
        const auto text = file.attribute<std::string>(object, name);
        note(text.data(), text.size());
      });
      try_to([&] { static_cast<void>(file.attribute<double>(object, name)); });
      try_to([&] { static_cast<void>(file.attribute<std::int64_t>(object, name)); });
      try_to([&] { note(file.attribute<ndarray<double, 1>>(object, name)); });
    }
  }
  /// As tessera-info does it with --attributes and --stats.
  void list_all() {
    for (const hdf5_entry& e : file.entries()) {
      if (!e.link.empty() || !e.refused.empty()) continue;
      try_to([&] {
        for (const std::string& name : file.attributes(e.path)) {
          const std::string text = file.attribute_text(e.path, name);
          note(text.data(), text.size());
        }
      });
      if (e.is_group) continue;
      try_to([&] {
        file.scan(e.path, [&](const void* elements, index_t count) {
          note(elements, static_cast<std::size_t>(count));
        });
      });
    }
  }
  void read_all() {
    try_to([&] { list_all(); });
    std::vector<std::string> names = file.datasets();
    for (const char* link : {"elsewhere", "soft", "group/elsewhere", "group"}) {
      static_cast<void>(file.has(link));
      names.emplace_back(link);
    }
    for (const std::string& name : names) try_to([&] { read_dataset(name); });
    read_attributes("/");
    for (const std::string& name : names) read_attributes(name);
  }
};

void read_file(const communicator& alone, const char* path) {
  const itimerval limit{{0, 0}, {patience, 0}};
  ::setitimer(ITIMER_PROF, &limit, nullptr);
  try {
    reader r{hdf5_file::open(alone, path)};
    r.read_all();
    std::printf("data %ld %s\n", static_cast<long>(r.bytes), r.failure.c_str());
  } catch (const error& e) {
    std::printf("error %s\n", e.what());
  }
}

/// HDF5 itself may crash: who was it?
void tell_calls(int signal) {
  std::array<void*, 40> calls{};
  ::backtrace_symbols_fd(calls.data(), ::backtrace(calls.data(), calls.size()), STDERR_FILENO);
  ::_exit(128 + signal);
}

void watch_signals() {
  static std::array<char, 1 << 16> stack; // the other one may be full
  const stack_t other{stack.data(), 0, stack.size()};
  ::sigaltstack(&other, nullptr);
  struct sigaction action {};
  action.sa_handler = tell_calls;
  action.sa_flags = SA_ONSTACK;
  for (const int signal : {SIGSEGV, SIGBUS, SIGFPE, SIGABRT, SIGILL, SIGPROF})
    ::sigaction(signal, &action, nullptr);
  std::array<void*, 2> first{};
  ::backtrace(first.data(), 2); // loads what it needs
}

void write_file(const communicator& alone, const char* path) {
  hdf5_file file = hdf5_file::create(alone, path);
  file.write("u", full<double, 2>({5, 6}, 0.5));
  file.write("group/flags", full<bool, 1>({7}, true));
  file.write("c", full<std::complex<double>, 1>({3}, {1, 2}));
  file.set_attribute("/", "number", 7);
  file.set_attribute("u", "text", "metres");
  file.set_attribute("u", "vector", ndarray<double, 1>{1.0, 2.0});
  file.commit();
}

} // namespace

int main(int argc, char** argv) {
  return run(argc, argv, [&](const communicator& world) {
    if (argc < 3) throw argument_error("usage: hdf5_reader read|write FILE...");
    if (std::string(argv[1]) == "write") return write_file(world, argv[2]);
    watch_signals();
    for (int k = 2; k < argc; ++k) {
      std::printf("file %d\n", k - 2);
      std::fflush(stdout);
      read_file(world, argv[k]);
      rusage used{};
      ::getrusage(RUSAGE_SELF, &used);
      std::printf("memory %ld\n", used.ru_maxrss / 1024);
      std::fflush(stdout);
    }
  });
}
