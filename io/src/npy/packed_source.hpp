/// @file
/// What libzip puts into an archive, packed by the threads of the process.
#pragma once

#include "files/deflate_blocks.hpp"
#include "npy/zip_input.hpp"

namespace tessera::detail {

/// A member of an archive as it is stored there, which is packed while libzip asks for it.
class packed_source : public zip_input {
public:
  explicit packed_source(deflate_blocks blocks) : blocks_(std::move(blocks)) {}

private:
  std::string_view next() override { return blocks_.next(); }
  void describe(zip_stat_t& known, bool is_at_end) const override {
    known.valid = ZIP_STAT_SIZE | ZIP_STAT_COMP_METHOD;
    known.size = static_cast<zip_uint64_t>(blocks_.size());
    known.comp_method = ZIP_CM_DEFLATE;
    if (!is_at_end) return; // the checksum is not known yet
    known.valid |= ZIP_STAT_CRC;
    known.crc = blocks_.crc();
  }

  deflate_blocks blocks_;
};

} // namespace tessera::detail
