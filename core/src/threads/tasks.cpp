#include <tessera/core/threads/tasks.hpp>

#include <atomic>

namespace tessera::detail {

namespace {

/// Passes on tasks until one fails, then only those before it.
struct task_list {
  piece_function run;
  void* context;
  std::atomic<index_t> end; // the lowest one that failed, or all

  void run_one(index_t k) {
    if (k > end.load(std::memory_order_relaxed)) return;
    try {
      run(k, context);
    } catch (...) {
      index_t before = end.load(std::memory_order_relaxed);
      while (k < before && !end.compare_exchange_weak(before, k, std::memory_order_relaxed)) {
      }
      throw;
    }
  }
};

} // namespace

void run_tasks(index_t count, index_t bytes, piece_function run, void* context) {
  if (count < 2 || pieces_of(bytes, least_bytes_of_tasks) == 1) {
    for (index_t k = 0; k < count; ++k) run(k, context);
    return;
  }
  task_list tasks{run, context, count};
  for_pieces(count, [&](index_t k) { tasks.run_one(k); });
}

} // namespace tessera::detail
