/// @file
/// HDF5 under a lock, for several threads: the library keeps state that it does not guard. Every
/// function of HDF5 that is used here is redefined as itself under the lock, which is held to the
/// end of the whole expression; what is missing in the list is found by a test.
///
/// It is implemented in hdf5_lock.cpp.
#pragma once

#include <hdf5.h>
#include <hdf5_hl.h>

#include <string>

namespace tessera::detail {

/// While it lives, no other thread of this process is in HDF5 by way of this library, and HDF5
/// prints no errors: they are thrown. When the last of a thread's goes, HDF5 prints again as the
/// program wants it. To be held around loops of many calls; never while ranks are waited for.
class hdf5_lock {
public:
  hdf5_lock();
  hdf5_lock(const hdf5_lock&) = delete;
  hdf5_lock& operator=(const hdf5_lock&) = delete;
  ~hdf5_lock();
};

/// What HDF5 says about this thread's last failure, in one line: the innermost cause, then what it
/// prevented.
std::string hdf5_reason();

} // namespace tessera::detail

// NOLINTBEGIN(cppcoreguidelines-macro-usage,bugprone-macro-parentheses)
#define TESSERA_LOCKED_HDF5(call) (::tessera::detail::hdf5_lock(), call)
#define H5open() TESSERA_LOCKED_HDF5(H5open())
#define H5Acreate2(...) TESSERA_LOCKED_HDF5(H5Acreate2(__VA_ARGS__))
#define H5Adelete(...) TESSERA_LOCKED_HDF5(H5Adelete(__VA_ARGS__))
#define H5Aexists(...) TESSERA_LOCKED_HDF5(H5Aexists(__VA_ARGS__))
#define H5Aget_space(...) TESSERA_LOCKED_HDF5(H5Aget_space(__VA_ARGS__))
#define H5Aget_storage_size(...) TESSERA_LOCKED_HDF5(H5Aget_storage_size(__VA_ARGS__))
#define H5Aget_type(...) TESSERA_LOCKED_HDF5(H5Aget_type(__VA_ARGS__))
#define H5Aiterate2(...) TESSERA_LOCKED_HDF5(H5Aiterate2(__VA_ARGS__))
#define H5Aopen(...) TESSERA_LOCKED_HDF5(H5Aopen(__VA_ARGS__))
#define H5Aread(...) TESSERA_LOCKED_HDF5(H5Aread(__VA_ARGS__))
#define H5Awrite(...) TESSERA_LOCKED_HDF5(H5Awrite(__VA_ARGS__))
#define H5DSattach_scale(...) TESSERA_LOCKED_HDF5(H5DSattach_scale(__VA_ARGS__))
#define H5DSis_attached(...) TESSERA_LOCKED_HDF5(H5DSis_attached(__VA_ARGS__))
#define H5DSis_scale(...) TESSERA_LOCKED_HDF5(H5DSis_scale(__VA_ARGS__))
#define H5DSset_scale(...) TESSERA_LOCKED_HDF5(H5DSset_scale(__VA_ARGS__))
#define H5Dcreate2(...) TESSERA_LOCKED_HDF5(H5Dcreate2(__VA_ARGS__))
#define H5Dget_chunk_storage_size(...) TESSERA_LOCKED_HDF5(H5Dget_chunk_storage_size(__VA_ARGS__))
#define H5Dget_create_plist(...) TESSERA_LOCKED_HDF5(H5Dget_create_plist(__VA_ARGS__))
#define H5Dget_offset(...) TESSERA_LOCKED_HDF5(H5Dget_offset(__VA_ARGS__))
#define H5Dget_space(...) TESSERA_LOCKED_HDF5(H5Dget_space(__VA_ARGS__))
#define H5Dget_space_status(...) TESSERA_LOCKED_HDF5(H5Dget_space_status(__VA_ARGS__))
#define H5Dget_storage_size(...) TESSERA_LOCKED_HDF5(H5Dget_storage_size(__VA_ARGS__))
#define H5Dget_type(...) TESSERA_LOCKED_HDF5(H5Dget_type(__VA_ARGS__))
#define H5Dread(...) TESSERA_LOCKED_HDF5(H5Dread(__VA_ARGS__))
#define H5Dread_chunk(...) TESSERA_LOCKED_HDF5(H5Dread_chunk(__VA_ARGS__))
#define H5Dset_extent(...) TESSERA_LOCKED_HDF5(H5Dset_extent(__VA_ARGS__))
#define H5Dvlen_reclaim(...) TESSERA_LOCKED_HDF5(H5Dvlen_reclaim(__VA_ARGS__))
#define H5Dwrite(...) TESSERA_LOCKED_HDF5(H5Dwrite(__VA_ARGS__))
#define H5Dwrite_chunk(...) TESSERA_LOCKED_HDF5(H5Dwrite_chunk(__VA_ARGS__))
#define H5FDregister(...) TESSERA_LOCKED_HDF5(H5FDregister(__VA_ARGS__))
#define H5Fclose(...) TESSERA_LOCKED_HDF5(H5Fclose(__VA_ARGS__))
#define H5Fcreate(...) TESSERA_LOCKED_HDF5(H5Fcreate(__VA_ARGS__))
#define H5Fis_hdf5(...) TESSERA_LOCKED_HDF5(H5Fis_hdf5(__VA_ARGS__))
#define H5Fopen(...) TESSERA_LOCKED_HDF5(H5Fopen(__VA_ARGS__))
#define H5Gcreate2(...) TESSERA_LOCKED_HDF5(H5Gcreate2(__VA_ARGS__))
#define H5Gopen2(...) TESSERA_LOCKED_HDF5(H5Gopen2(__VA_ARGS__))
#define H5Idec_ref(...) TESSERA_LOCKED_HDF5(H5Idec_ref(__VA_ARGS__))
#define H5Iget_type(...) TESSERA_LOCKED_HDF5(H5Iget_type(__VA_ARGS__))
#define H5Lexists(...) TESSERA_LOCKED_HDF5(H5Lexists(__VA_ARGS__))
#define H5Lget_val(...) TESSERA_LOCKED_HDF5(H5Lget_val(__VA_ARGS__))
#define H5Literate(...) TESSERA_LOCKED_HDF5(H5Literate(__VA_ARGS__))
#define H5Lunpack_elink_val(...) TESSERA_LOCKED_HDF5(H5Lunpack_elink_val(__VA_ARGS__))
#define H5Oexists_by_name(...) TESSERA_LOCKED_HDF5(H5Oexists_by_name(__VA_ARGS__))
#define H5Oget_info2(...) TESSERA_LOCKED_HDF5(H5Oget_info2(__VA_ARGS__))
#define H5Oget_info3(...) TESSERA_LOCKED_HDF5(H5Oget_info3(__VA_ARGS__))
#define H5Oopen(...) TESSERA_LOCKED_HDF5(H5Oopen(__VA_ARGS__))
#define H5Oopen_by_addr(...) TESSERA_LOCKED_HDF5(H5Oopen_by_addr(__VA_ARGS__))
#define H5Oopen_by_token(...) TESSERA_LOCKED_HDF5(H5Oopen_by_token(__VA_ARGS__))
#define H5Pcopy(...) TESSERA_LOCKED_HDF5(H5Pcopy(__VA_ARGS__))
#define H5Pcreate(...) TESSERA_LOCKED_HDF5(H5Pcreate(__VA_ARGS__))
#define H5Pdecode(...) TESSERA_LOCKED_HDF5(H5Pdecode(__VA_ARGS__))
#define H5Pencode(...) TESSERA_LOCKED_HDF5(H5Pencode(__VA_ARGS__))
#define H5Pfill_value_defined(...) TESSERA_LOCKED_HDF5(H5Pfill_value_defined(__VA_ARGS__))
#define H5Pget_chunk(...) TESSERA_LOCKED_HDF5(H5Pget_chunk(__VA_ARGS__))
#define H5Pget_chunk_opts(...) TESSERA_LOCKED_HDF5(H5Pget_chunk_opts(__VA_ARGS__))
#define H5Pget_driver_info(...) TESSERA_LOCKED_HDF5(H5Pget_driver_info(__VA_ARGS__))
#define H5Pget_external_count(...) TESSERA_LOCKED_HDF5(H5Pget_external_count(__VA_ARGS__))
#define H5Pget_fill_time(...) TESSERA_LOCKED_HDF5(H5Pget_fill_time(__VA_ARGS__))
#define H5Pget_fill_value(...) TESSERA_LOCKED_HDF5(H5Pget_fill_value(__VA_ARGS__))
#define H5Pget_filter2(...) TESSERA_LOCKED_HDF5(H5Pget_filter2(__VA_ARGS__))
#define H5Pget_layout(...) TESSERA_LOCKED_HDF5(H5Pget_layout(__VA_ARGS__))
#define H5Pget_nfilters(...) TESSERA_LOCKED_HDF5(H5Pget_nfilters(__VA_ARGS__))
#define H5Premove_filter(...) TESSERA_LOCKED_HDF5(H5Premove_filter(__VA_ARGS__))
#define H5Pset_alignment(...) TESSERA_LOCKED_HDF5(H5Pset_alignment(__VA_ARGS__))
#define H5Pset_alloc_time(...) TESSERA_LOCKED_HDF5(H5Pset_alloc_time(__VA_ARGS__))
#define H5Pset_cache(...) TESSERA_LOCKED_HDF5(H5Pset_cache(__VA_ARGS__))
#define H5Pset_char_encoding(...) TESSERA_LOCKED_HDF5(H5Pset_char_encoding(__VA_ARGS__))
#define H5Pset_chunk(...) TESSERA_LOCKED_HDF5(H5Pset_chunk(__VA_ARGS__))
#define H5Pset_chunk_cache(...) TESSERA_LOCKED_HDF5(H5Pset_chunk_cache(__VA_ARGS__))
#define H5Pset_chunk_opts(...) TESSERA_LOCKED_HDF5(H5Pset_chunk_opts(__VA_ARGS__))
#define H5Pset_deflate(...) TESSERA_LOCKED_HDF5(H5Pset_deflate(__VA_ARGS__))
#define H5Pset_driver(...) TESSERA_LOCKED_HDF5(H5Pset_driver(__VA_ARGS__))
#define H5Pset_elink_cb(...) TESSERA_LOCKED_HDF5(H5Pset_elink_cb(__VA_ARGS__))
#define H5Pset_fapl_core(...) TESSERA_LOCKED_HDF5(H5Pset_fapl_core(__VA_ARGS__))
#define H5Pset_fclose_degree(...) TESSERA_LOCKED_HDF5(H5Pset_fclose_degree(__VA_ARGS__))
#define H5Pset_fill_time(...) TESSERA_LOCKED_HDF5(H5Pset_fill_time(__VA_ARGS__))
#define H5Pset_filter(...) TESSERA_LOCKED_HDF5(H5Pset_filter(__VA_ARGS__))
#define H5Pset_fletcher32(...) TESSERA_LOCKED_HDF5(H5Pset_fletcher32(__VA_ARGS__))
#define H5Pset_layout(...) TESSERA_LOCKED_HDF5(H5Pset_layout(__VA_ARGS__))
#define H5Pset_libver_bounds(...) TESSERA_LOCKED_HDF5(H5Pset_libver_bounds(__VA_ARGS__))
#define H5Pset_nbit(...) TESSERA_LOCKED_HDF5(H5Pset_nbit(__VA_ARGS__))
#define H5Pset_obj_track_times(...) TESSERA_LOCKED_HDF5(H5Pset_obj_track_times(__VA_ARGS__))
#define H5Pset_scaleoffset(...) TESSERA_LOCKED_HDF5(H5Pset_scaleoffset(__VA_ARGS__))
#define H5Pset_shuffle(...) TESSERA_LOCKED_HDF5(H5Pset_shuffle(__VA_ARGS__))
#define H5Pset_szip(...) TESSERA_LOCKED_HDF5(H5Pset_szip(__VA_ARGS__))
#define H5Pset_vlen_mem_manager(...) TESSERA_LOCKED_HDF5(H5Pset_vlen_mem_manager(__VA_ARGS__))
#define H5Screate(...) TESSERA_LOCKED_HDF5(H5Screate(__VA_ARGS__))
#define H5Screate_simple(...) TESSERA_LOCKED_HDF5(H5Screate_simple(__VA_ARGS__))
#define H5Sget_simple_extent_dims(...) TESSERA_LOCKED_HDF5(H5Sget_simple_extent_dims(__VA_ARGS__))
#define H5Sget_simple_extent_ndims(...) TESSERA_LOCKED_HDF5(H5Sget_simple_extent_ndims(__VA_ARGS__))
#define H5Sget_simple_extent_npoints(...)                                                          \
  TESSERA_LOCKED_HDF5(H5Sget_simple_extent_npoints(__VA_ARGS__))
#define H5Sget_simple_extent_type(...) TESSERA_LOCKED_HDF5(H5Sget_simple_extent_type(__VA_ARGS__))
#define H5Sselect_hyperslab(...) TESSERA_LOCKED_HDF5(H5Sselect_hyperslab(__VA_ARGS__))
#define H5Tarray_create2(...) TESSERA_LOCKED_HDF5(H5Tarray_create2(__VA_ARGS__))
#define H5Tcopy(...) TESSERA_LOCKED_HDF5(H5Tcopy(__VA_ARGS__))
#define H5Tcreate(...) TESSERA_LOCKED_HDF5(H5Tcreate(__VA_ARGS__))
#define H5Tdetect_class(...) TESSERA_LOCKED_HDF5(H5Tdetect_class(__VA_ARGS__))
#define H5Tenum_create(...) TESSERA_LOCKED_HDF5(H5Tenum_create(__VA_ARGS__))
#define H5Tenum_insert(...) TESSERA_LOCKED_HDF5(H5Tenum_insert(__VA_ARGS__))
#define H5Tenum_nameof(...) TESSERA_LOCKED_HDF5(H5Tenum_nameof(__VA_ARGS__))
#define H5Tequal(...) TESSERA_LOCKED_HDF5(H5Tequal(__VA_ARGS__))
#define H5Tget_array_dims2(...) TESSERA_LOCKED_HDF5(H5Tget_array_dims2(__VA_ARGS__))
#define H5Tget_array_ndims(...) TESSERA_LOCKED_HDF5(H5Tget_array_ndims(__VA_ARGS__))
#define H5Tget_class(...) TESSERA_LOCKED_HDF5(H5Tget_class(__VA_ARGS__))
#define H5Tget_cset(...) TESSERA_LOCKED_HDF5(H5Tget_cset(__VA_ARGS__))
#define H5Tget_ebias(...) TESSERA_LOCKED_HDF5(H5Tget_ebias(__VA_ARGS__))
#define H5Tget_fields(...) TESSERA_LOCKED_HDF5(H5Tget_fields(__VA_ARGS__))
#define H5Tget_member_index(...) TESSERA_LOCKED_HDF5(H5Tget_member_index(__VA_ARGS__))
#define H5Tget_member_name(...) TESSERA_LOCKED_HDF5(H5Tget_member_name(__VA_ARGS__))
#define H5Tget_member_offset(...) TESSERA_LOCKED_HDF5(H5Tget_member_offset(__VA_ARGS__))
#define H5Tget_member_type(...) TESSERA_LOCKED_HDF5(H5Tget_member_type(__VA_ARGS__))
#define H5Tget_member_value(...) TESSERA_LOCKED_HDF5(H5Tget_member_value(__VA_ARGS__))
#define H5Tget_native_type(...) TESSERA_LOCKED_HDF5(H5Tget_native_type(__VA_ARGS__))
#define H5Tget_nmembers(...) TESSERA_LOCKED_HDF5(H5Tget_nmembers(__VA_ARGS__))
#define H5Tget_norm(...) TESSERA_LOCKED_HDF5(H5Tget_norm(__VA_ARGS__))
#define H5Tget_offset(...) TESSERA_LOCKED_HDF5(H5Tget_offset(__VA_ARGS__))
#define H5Tget_order(...) TESSERA_LOCKED_HDF5(H5Tget_order(__VA_ARGS__))
#define H5Tget_precision(...) TESSERA_LOCKED_HDF5(H5Tget_precision(__VA_ARGS__))
#define H5Tget_sign(...) TESSERA_LOCKED_HDF5(H5Tget_sign(__VA_ARGS__))
#define H5Tget_size(...) TESSERA_LOCKED_HDF5(H5Tget_size(__VA_ARGS__))
#define H5Tget_strpad(...) TESSERA_LOCKED_HDF5(H5Tget_strpad(__VA_ARGS__))
#define H5Tget_super(...) TESSERA_LOCKED_HDF5(H5Tget_super(__VA_ARGS__))
#define H5Tinsert(...) TESSERA_LOCKED_HDF5(H5Tinsert(__VA_ARGS__))
#define H5Tis_variable_str(...) TESSERA_LOCKED_HDF5(H5Tis_variable_str(__VA_ARGS__))
#define H5Tset_cset(...) TESSERA_LOCKED_HDF5(H5Tset_cset(__VA_ARGS__))
#define H5Tset_size(...) TESSERA_LOCKED_HDF5(H5Tset_size(__VA_ARGS__))
#define H5Tset_strpad(...) TESSERA_LOCKED_HDF5(H5Tset_strpad(__VA_ARGS__))
#define H5Zfilter_avail(...) TESSERA_LOCKED_HDF5(H5Zfilter_avail(__VA_ARGS__))
#define H5Zregister(...) TESSERA_LOCKED_HDF5(H5Zregister(__VA_ARGS__))
// NOLINTEND(cppcoreguidelines-macro-usage,bugprone-macro-parentheses)
