/// @file
/// Everything in io: text, npy, npz, HDF5, pictures, plots.
#pragma once

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
#include <tessera/io/xdmf.hpp>
