// Pages of shared memory, as the system gives and takes them.
#pragma once

#include <tessera/core/shape.hpp>

#include <cstddef>

namespace tessera::detail {

/// Bytes of a page.
index_t page_size();

/// The file system that Open MPI takes shared memory from sets no pages aside for a window: who
/// touches one that is not there is killed. So its room is asked for first.
bool has_pages(double bytes);

/// A window is a file: beyond the limit of a file's size, whoever makes it is killed.
bool has_large_files();

/// Could this process map so much more? Open MPI crashes where a rank cannot map a window.
bool has_addresses(double bytes);

/// What keeps windows from being made.
enum class window_room { no_addresses, no_large_files, no_pages, enough };
window_room room_for_window(double bytes);
/// What to do about it.
const char* advice_for(window_room room);

/// Has the kernel set pages aside; false when it cannot.
bool populate(std::byte* data, index_t bytes);

/// Gives whole pages back, for all processes that share them; their bytes become zeros. False where
/// the system does not know how: then they stay.
bool give_pages_back(std::byte* data, index_t bytes);

} // namespace tessera::detail
