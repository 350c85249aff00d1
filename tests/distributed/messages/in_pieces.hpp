// Tests that move what they move as a whole, and in pieces of a few bytes.
#pragma once

#include "cases.hpp"

#include <tessera/distributed/ranks/agreed.hpp>
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

/// As long as it lives, arguments are not compared.
class unchecked_arguments {
public:
  unchecked_arguments() { check_arguments(false); }
  unchecked_arguments(const unchecked_arguments&) = delete;
  unchecked_arguments& operator=(const unchecked_arguments&) = delete;
  ~unchecked_arguments() { check_arguments(before_); }

private:
  bool before_ = checks_arguments();
};

/// The parameter is the size of a piece.
class in_pieces : public testing::TestWithParam<index_t> {
protected:
  in_pieces() { transfer_plan::set_piece_bytes(GetParam()); }
  ~in_pieces() override {
    world().barrier();
    transfer_plan::set_piece_bytes(before_);
  }
  static bool is_in_small_pieces() { return GetParam() < 1000; }
  int me = world().rank();
  int ranks = world().size();

private:
  index_t before_ = transfer_plan::piece_bytes();
};

} // namespace tessera_test
