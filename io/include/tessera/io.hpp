/// @file
/// Everything in io: text, npy, npz, HDF5, pictures, plots.
#pragma once

// Macros of others, which stand in the way of the standard library's headers: put back at the end.
#pragma push_macro("min")
#pragma push_macro("max")
#undef min
#undef max

#include <tessera/distributed.hpp>
#include <tessera/io/checkpoint.hpp>
#include <tessera/io/hdf5.hpp>
#include <tessera/io/image.hpp>
#include <tessera/io/image_series.hpp>
#include <tessera/io/line_plot.hpp>
#include <tessera/io/npy.hpp>
#include <tessera/io/npz.hpp>
#include <tessera/io/numbered.hpp>
#include <tessera/io/shared_output_file.hpp>
#include <tessera/io/text.hpp>
#include <tessera/io/vtkhdf.hpp>
#include <tessera/io/xdmf.hpp>
#include <tessera/io/zarr.hpp>

#pragma pop_macro("min")
#pragma pop_macro("max")
