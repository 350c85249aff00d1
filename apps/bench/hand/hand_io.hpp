// Files by hand: the loops that a program without a library would have.
#pragma once

#include <tessera/distributed/communicator.hpp>

#include <cstddef>
#include <string>
#include <vector>

namespace bench {

/// Maps a file of ten numbers a line and parses this rank's share of the lines.
std::vector<double> parse_by_hand(const tessera::communicator& world, const std::string& path);

/// Formats rows of ten numbers with %.18e and writes them behind those of the ranks before.
void format_by_hand(const tessera::communicator& world, const std::string& path,
                    const double* values, long rows);

/// The bytes of one rank's part of a file: `count` pieces of `bytes`, `step` apart from `first` on.
struct file_pieces {
  long first = 0;
  long bytes = 0;
  long step = 0;
  long count = 1;
};

/// Writes a new file, each rank its pieces, with plain system calls; `durable`: then fsync.
void write_by_hand(const tessera::communicator& world, const std::string& path,
                   const std::byte* data, const file_pieces& mine, bool durable = false);
void read_by_hand(const std::string& path, std::byte* data, const file_pieces& mine);

} // namespace bench
