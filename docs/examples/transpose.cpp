// transpose.cpp: a matrix whose rows lie on the ranks, to its transpose, whose rows do.
#include <tessera/distributed.hpp>

#include <cstdio>

using namespace tessera;

int main(int argc, char** argv) {
  return run(argc, argv, [](communicator& world) {
    const process_grid<2> by_rows(world, {0, 1});
    const auto a =
        fromfunction([](index_t i, index_t j) { return 1000 * i + j; }, by_rows, {600, 900});
    auto t = empty<index_t>(by_rows, {900, 600});

    const copy_plan transposing(a.transpose(), t);
    transposing.run(a.transpose(), t); // or once, without a plan: t(all, all) = a.transpose();

    const auto wrong =
        count_nonzero(t != 1000 * arange<index_t>(600) + arange<index_t>(900)(all, newaxis));
    const auto bytes = static_cast<double>(allreduce_sum(world, transposing.bytes()));
    if (world.rank() == 0) std::printf("%.2f MB went to other ranks\n", bytes / 1e6);
    return wrong == 0 ? 0 : 1;
  });
}
