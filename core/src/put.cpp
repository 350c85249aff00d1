#include <tessera/core/put.hpp>

namespace tessera::detail {

namespace {

void copy_row(std::byte* const* rows, index_t n, const void* itemsize) {
  std::memcpy(rows[0], rows[1],
              static_cast<std::size_t>(n * *static_cast<const index_t*>(itemsize)));
}

} // namespace

void copy_elements(index_t* shape, std::size_t ndim, const loop_operand& to,
                   const loop_operand& from) {
  loop_operand operands[] = {to, from};
  run_loop_nest(shape, ndim, operands, 2, loop_mode::first_is_written, &copy_row, &to.itemsize);
}

} // namespace tessera::detail
