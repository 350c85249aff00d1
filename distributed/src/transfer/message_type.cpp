#include "transfer/message_type.hpp"

namespace tessera::detail {

MPI_Datatype type_of(const region& r, index_t itemsize) {
  const rows row(r, itemsize);
  MPI_Datatype type = MPI_DATATYPE_NULL;
  check_mpi(MPI_Type_contiguous(static_cast<int>(row.bytes), MPI_BYTE, &type),
            "MPI_Type_contiguous");
  for (std::size_t d = row.axes; d-- > 0;) {
    MPI_Datatype inner = type;
    check_mpi(MPI_Type_create_hvector(static_cast<int>(r.shape[d]), 1, r.strides[d] * itemsize,
                                      inner, &type),
              "MPI_Type_create_hvector");
    MPI_Type_free(&inner);
  }
  check_mpi(MPI_Type_commit(&type), "MPI_Type_commit");
  return type;
}

} // namespace tessera::detail
