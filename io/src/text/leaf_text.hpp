/// @file
/// Elements of any type as rows of text.
#pragma once

#include "text/row_format.hpp"

#include <tessera/io/files/byte_segments.hpp>
#include <tessera/io/text/savetxt.hpp>
#include <tessera/io/text/text_leaves.hpp>

#include <vector>

namespace tessera::detail {

/// Texts, structs and complex numbers, not real numbers alone.
bool has_leaves(dtype type);

/// The numbers and texts that a row of a matrix has: one for each leaf of an element, two for
/// complex numbers.
index_t columns_of(const text_matrix& m);

/// Appends rows of a matrix of texts, structs or complex numbers.
class leaf_text {
public:
  /// What is given must outlive it.
  leaf_text(const text_matrix& m, const row_format& format)
      : matrix_(m), format_(format), leaves_(text_leaves_of(m.type)) {}

  /// Appends the text of rows first <= i < last.
  void append(index_t first, index_t last, byte_segments& text) const;

private:
  void append_row(index_t i, byte_segments& text) const;
  void append_complex_row(index_t i, byte_segments& text) const;
  void append_leaf(const text_leaf& leaf, const std::byte* element, index_t& column,
                   byte_segments& text) const;
  void append_number(dtype type, const std::byte* number, index_t column,
                     byte_segments& text) const;
  void append_text(dtype type, const std::byte* data, index_t column, byte_segments& text) const;

  const text_matrix& matrix_;
  const row_format& format_;
  std::vector<text_leaf> leaves_;
};

} // namespace tessera::detail
