// Tests that move what they move as a whole, and in pieces of a few bytes.
#pragma once

#include "cases.hpp"

#include <tessera/distributed/transfer/transfer.hpp>

#include <gtest/gtest.h>

namespace tessera_test {

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
