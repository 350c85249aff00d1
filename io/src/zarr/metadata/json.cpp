#include "zarr/metadata/json.hpp"

#include <tessera/core/error.hpp>

#include <fmt/core.h>

#include <algorithm>
#include <string>
#include <string_view>
#include <utility>

namespace tessera::detail {

namespace {

constexpr int deepest = 64;
constexpr std::size_t longest_brief = 1000;

/// Goes through a text outside of its strings, and rewrites what Python adds to JSON.
class json_sieve {
public:
  json_sieve(const std::string& text, const std::string& action) : text_(text), action_(action) {}

  std::string run() {
    while (at_ < text_.size()) step();
    return std::move(result_);
  }

private:
  void step() {
    const char c = text_[at_];
    if (c == '"') return take_string();
    if (c == '[' || c == '{') go_deeper();
    if (c == ']' || c == '}') --depth_;
    for (const std::string_view word : {"NaN", "Infinity", "-Infinity"})
      if (c == word[0] && std::string_view(text_).substr(at_, word.size()) == word)
        return take_word(word);
    result_ += c;
    ++at_;
  }
  void take_string() {
    std::size_t end = at_ + 1;
    while (end < text_.size() && text_[end] != '"') end += text_[end] == '\\' ? 2U : 1U;
    end = std::min(end + 1, text_.size());
    result_.append(text_, at_, end - at_);
    at_ = end;
  }
  void take_word(std::string_view word) {
    result_ += '"';
    result_ += word;
    result_ += '"';
    at_ += word.size();
  }
  void go_deeper() {
    if (++depth_ > deepest)
      throw format_error(
          fmt::format("{}: its JSON is nested deeper than {} at byte {}; it is damaged", action_,
                      deepest, at_));
  }

  const std::string& text_;
  const std::string& action_;
  std::string result_;
  std::size_t at_ = 0;
  int depth_ = 0;
};

/// Without the library's number of the error, and what it read last, which may be no text.
std::string reason_of(const json::exception& failure) {
  const std::string text = failure.what();
  const std::size_t number = text.find("] ");
  const std::size_t begin = number == std::string::npos ? 0 : number + 2;
  return text.substr(begin, text.find("; last read") - begin);
}

} // namespace

json parse_json(const std::string& text, const std::string& action) {
  try {
    return json::parse(json_sieve(text, action).run());
  } catch (const json::exception& failure) {
    throw format_error(fmt::format("{}: it is no JSON: {}", action, reason_of(failure)));
  }
}

std::string json_text(const json& value) {
  try {
    return value.dump(2) + '\n';
  } catch (const json::exception& failure) {
    throw argument_error(fmt::format("texts in Zarr are UTF-8: {}", reason_of(failure)));
  }
}

namespace {

std::string brief(const json& value) {
  if (value.is_string()) return "'" + value.get<std::string>() + "'";
  if (!value.is_array()) return value.dump(-1, ' ', false, json::error_handler_t::replace);
  std::string text = "[";
  for (const json& each : value) {
    if (text.size() > longest_brief) break;
    text += (text.size() > 1 ? ", " : "") + brief(each);
  }
  return text + "]";
}

} // namespace

std::string brief_text(const json& value) {
  std::string text = value.is_string() ? value.get<std::string>() : brief(value);
  for (char& c : text)
    if (static_cast<unsigned char>(c) < ' ' || c == '\x7f') c = ' ';
  if (text.size() <= longest_brief) return text;
  std::size_t end = longest_brief;
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0U) == 0x80U) --end; // UTF-8
  return text.substr(0, end) + "...";
}

} // namespace tessera::detail
