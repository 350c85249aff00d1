// The message of an exception that must be thrown.
#pragma once

#include <gtest/gtest.h>

#include <string>

/// What `f` says when it throws an Error; anything else fails the test.
template <class Error, class F> std::string message_of(F&& f) {
  try {
    f();
  } catch (const Error& e) {
    return e.what();
  } catch (const std::exception& e) {
    ADD_FAILURE() << "another exception: " << e.what();
    return "";
  }
  ADD_FAILURE() << "nothing was thrown";
  return "";
}
