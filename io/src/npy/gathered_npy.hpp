/// @file
/// Global arrays on their way into an npz file, through rank 0.
#pragma once

#include "npy/zip_input.hpp"
#include "parts/box_pieces.hpp"

#include <tessera/core/memory.hpp>
#include <tessera/distributed/communicator.hpp>
#include <tessera/io/npz.hpp>

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace tessera::detail {

/// Brings elements of global arrays to rank 0, in pieces, when that asks for them.
class npz_gatherer {
public:
  /// The arrays must live as long. Collective.
  npz_gatherer(const communicator& comm, std::span<const npz_array> arrays);

  /// Takes part in what rank 0 asks for, until it ends. On all other ranks.
  void serve();
  /// Tells them that nothing more is needed. On rank 0.
  void end();
  /// Piece k of an array, in the order of subscripts; nothing behind the last one. The bytes stay
  /// until the next call. On rank 0, while the others serve.
  std::string_view get(index_t array, index_t piece);

private:
  void gather(const npz_array& array, index_t piece, int root);
  [[nodiscard]] pieces cut(const npz_array& array) const;

  communicator comm_;
  std::span<const npz_array> arrays_;
  std::vector<int> roots_; // rank 0, as each array's communicator counts it
  buffer memory_;
};

/// The bytes of one npy file, from its header on. On rank 0.
class gathered_npy {
public:
  gathered_npy(npz_gatherer& from, const npz_array& array, index_t number);

  [[nodiscard]] index_t size() const { return size_; }
  /// The next bytes, which stay until the next call for any array; none at the end.
  std::string_view next();
  /// Copies the next bytes, of which there are so many.
  void read(char* to, index_t bytes);

private:
  npz_gatherer& from_;
  index_t number_;
  std::string head_;
  index_t size_;
  index_t piece_ = -1; // the header
  std::string_view left_;
};

/// A member of an archive that is stored as it comes.
class stored_source : public zip_input {
public:
  explicit stored_source(gathered_npy bytes) : bytes_(std::move(bytes)) {}

private:
  std::string_view next() override { return bytes_.next(); }
  void describe(zip_stat_t& known, bool /*is_at_end*/) const override {
    known.valid = ZIP_STAT_SIZE;
    known.size = static_cast<zip_uint64_t>(bytes_.size());
  }

  gathered_npy bytes_;
};

} // namespace tessera::detail
