/// @file
/// Texts as options.
#pragma once

#include <tessera/core/errors/standard.hpp>

#include <initializer_list>
#include <string>
#include <utility>
#include <vector>

namespace tessera {

/// One text or several, where one is the usual case: `"#"`, or `{"#", "//"}`. A value; all members
/// are local.
class text_list {
public:
  text_list() = default;
  /// @name From texts
  /// Of one text, or of several in their order; an empty one stands for none.
  /// @{
  text_list(const char* one) : text_list(std::string(one)) {} // NOLINT
  text_list(std::string one) { add(std::move(one)); }         // NOLINT
  text_list(std::initializer_list<const char*> several) {
    for (const char* text : several) add(text);
  }
  explicit text_list(const std::vector<std::string>& several) {
    for (const std::string& text : several) add(text);
  }
  /// @}

  [[nodiscard]] const std::vector<std::string>& texts() const { return texts_; }

private:
  /// An empty text stands for none.
  void add(std::string text) {
    if (!text.empty()) texts_.push_back(std::move(text));
  }
  std::vector<std::string> texts_;
};

} // namespace tessera
