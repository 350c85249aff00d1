// Tests that move what they move as a whole, and in pieces of a few bytes.
#pragma once

#include "cases.hpp"

#include <tessera/distributed/transfer/transfer.hpp>

#include <gtest/gtest.h>

#include <cstdlib>

namespace tessera_test {

/// All tests that choose no size, in pieces of TESSERA_TEST_PIECE_BYTES.
inline const bool pieces_are_given = [] {
  const char* const bytes = std::getenv("TESSERA_TEST_PIECE_BYTES");
  if (bytes != nullptr) transfer_plan::set_piece_bytes(std::atoll(bytes));
  return bytes != nullptr;
}();

/// The parameter is the size of a piece.
class in_pieces : public testing::TestWithParam<index_t> {
protected:
  in_pieces() { transfer_plan::set_piece_bytes(GetParam()); }
  ~in_pieces() override {
    world().barrier();
    transfer_plan::set_piece_bytes(before_);
  }
  int me = world().rank();
  int ranks = world().size();

private:
  index_t before_ = transfer_plan::piece_bytes();
};

} // namespace tessera_test
