#include "watch/rank_state_text.hpp"

#include <algorithm>
#include <array>
#include <charconv>

namespace tessera::detail {

namespace {

constexpr char between_fields = '\x1f';
constexpr char after_rank = '\x1e';

/// The part before the first separator, which is taken away with it.
std::string_view cut_first(std::string_view& text, char separator) {
  const std::size_t end = std::min(text.find(separator), text.size());
  const std::string_view first = text.substr(0, end);
  text.remove_prefix(std::min(end + 1, text.size()));
  return first;
}

int number(std::string_view text) {
  int value = -1;
  std::from_chars(text.data(), text.data() + text.size(), value);
  return value;
}

rank_state state_of_fields(std::string_view fields) {
  rank_state state;
  state.what = static_cast<rank_state::doing>(number(cut_first(fields, between_fields)));
  state.peer = number(cut_first(fields, between_fields));
  state.text = cut_first(fields, between_fields);
  state.note = cut_first(fields, between_fields);
  while (!fields.empty()) state.calls.emplace_back(cut_first(fields, between_fields));
  return state;
}

} // namespace

std::string text_of_states(const std::vector<rank_state>& states, const std::vector<int>& ranks) {
  std::string text;
  for (const int rank : ranks) {
    const rank_state& state = states[static_cast<std::size_t>(rank)];
    for (const int value : {rank, static_cast<int>(state.what), state.peer})
      text.append(std::to_string(value)) += between_fields;
    for (const std::string& part : {state.text, state.note}) text.append(part) += between_fields;
    for (const std::string& call : state.calls) text.append(call) += between_fields;
    text += after_rank;
  }
  return text;
}

void take_states(std::string_view text, std::vector<rank_state>& states) {
  while (!text.empty()) {
    std::string_view fields = cut_first(text, after_rank);
    const int rank = number(cut_first(fields, between_fields));
    if (rank >= 0 && rank < static_cast<int>(states.size()))
      states[static_cast<std::size_t>(rank)] = state_of_fields(fields);
  }
}

} // namespace tessera::detail
