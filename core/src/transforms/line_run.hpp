// Runs a plan on lines.
#pragma once

#include "transforms/line_plan.hpp"

namespace tessera::detail {

/// Two buffers, between which the passes go to and fro.
template <class T> struct line_buffers {
  split_lines<T> at[2];
  int current = 0; ///< which of them holds the lines

  [[nodiscard]] split_lines<T>& lines() { return at[current]; }
  [[nodiscard]] split_lines<T>& other() { return at[1 - current]; }
  void swap() { current = 1 - current; }
};

/// Elements of each of the four arrays that `lines` lines of a plan need.
template <class T> index_t buffer_size(const line_plan<T>& plan, index_t lines);

/// Transforms lines forwards. They lie in the buffers (see place_of), or in memory where `from` is
/// given, and go there where `to` is given, else to the buffers, without gaps. In memory only where
/// the plan has no chirp and passes.
template <class T>
void run_lines(const line_plan<T>& plan, index_t lines, line_buffers<T>& buffers,
               const complex_lines<T>* from = nullptr, const complex_lines<T>* to = nullptr);

} // namespace tessera::detail
