#include <tessera/core/error.hpp>

#include <gtest/gtest.h>

using namespace tessera;

namespace {

template <error_kind Kind> void expect_own_type() {
  try {
    throw_error(Kind, "what went wrong");
    ADD_FAILURE() << "nothing was thrown";
  } catch (const error_of<Kind>& e) {
    EXPECT_EQ(e.kind(), Kind);
    EXPECT_STREQ(e.what(), "what went wrong");
  } catch (const error& e) {
    ADD_FAILURE() << "kind " << static_cast<int>(Kind) << " threw another type";
  }
}

} // namespace

TEST(error, throw_error_throws_the_type_of_each_kind) {
  expect_own_type<error_kind::argument>();
  expect_own_type<error_kind::shape>();
  expect_own_type<error_kind::index>();
  expect_own_type<error_kind::memory>();
  expect_own_type<error_kind::file>();
  expect_own_type<error_kind::missing_file>();
  expect_own_type<error_kind::missing_dataset>();
  expect_own_type<error_kind::file_format>();
  expect_own_type<error_kind::element_type>();
  expect_own_type<error_kind::disk_full>();
  expect_own_type<error_kind::parse>();
  expect_own_type<error_kind::communication>();
  expect_own_type<error_kind::usage>();
}

TEST(error, other_kinds_throw_the_base_class) {
  try {
    throw_error(error_kind::other, "unknown");
  } catch (const error& e) {
    EXPECT_EQ(e.kind(), error_kind::other);
    EXPECT_STREQ(e.what(), "unknown");
  }
  EXPECT_THROW(throw_error(static_cast<error_kind>(77), "from a newer rank"), error);
}

TEST(error, is_a_standard_exception) {
  EXPECT_THROW(throw shape_error("x"), std::exception);
  EXPECT_THROW(throw shape_error("x"), error);
}

TEST(error, what_can_happen_to_files_is_a_file_error) {
  EXPECT_THROW(throw file_not_found_error("x"), file_error);
  EXPECT_THROW(throw dataset_not_found_error("x"), file_error);
  EXPECT_THROW(throw format_error("x"), file_error);
  EXPECT_THROW(throw element_type_error("x"), file_error);
  EXPECT_THROW(throw disk_full_error("x"), file_error);
  EXPECT_FALSE((std::is_convertible_v<parse_error, file_error>));
}

TEST(error, kinds_are_distinct_types) {
  EXPECT_FALSE((std::is_same_v<shape_error, index_error>));
  EXPECT_FALSE((std::is_convertible_v<shape_error, argument_error>));
}
