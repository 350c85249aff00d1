#include "hdf5/datasets/hdf5_fill.hpp"

namespace tessera::detail {

std::string hdf5_fill_value(const hdf5_handle& dataset, const std::string& action) {
  const hdf5_handle type = own_hdf5(H5Dget_type(dataset.get()), action);
  const hdf5_handle creation = own_hdf5(H5Dget_create_plist(dataset.get()), action);
  std::string value(H5Tget_size(type.get()), '\0');
  H5D_fill_value_t state = H5D_FILL_VALUE_UNDEFINED;
  check_hdf5(H5Pfill_value_defined(creation.get(), &state), action);
  if (state == H5D_FILL_VALUE_USER_DEFINED)
    check_hdf5(H5Pget_fill_value(creation.get(), type.get(), value.data()), action);
  return value;
}

} // namespace tessera::detail
