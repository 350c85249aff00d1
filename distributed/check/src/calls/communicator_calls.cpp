// Communicators, windows and files are made and freed by all ranks.
#include "looked_at.hpp"

using namespace tessera::detail;

int MPI_Comm_dup(MPI_Comm comm, MPI_Comm* made) {
  return looked_at_collective(TESSERA_CALLER, "MPI_Comm_dup", comm,
                              [&] { return PMPI_Comm_dup(comm, made); });
}

int MPI_Comm_dup_with_info(MPI_Comm comm, MPI_Info info, MPI_Comm* made) {
  return looked_at_collective(TESSERA_CALLER, "MPI_Comm_dup_with_info", comm,
                              [&] { return PMPI_Comm_dup_with_info(comm, info, made); });
}

int MPI_Comm_idup(MPI_Comm comm, MPI_Comm* made, MPI_Request* request) {
  return looked_at_start(
      TESSERA_CALLER, "MPI_Comm_idup", comm, request, [](operands&) {},
      [&] { return PMPI_Comm_idup(comm, made, request); });
}

int MPI_Comm_split(MPI_Comm comm, int color, int key, MPI_Comm* made) {
  return looked_at_collective(TESSERA_CALLER, "MPI_Comm_split", comm,
                              [&] { return PMPI_Comm_split(comm, color, key, made); });
}

int MPI_Comm_split_type(MPI_Comm comm, int type, int key, MPI_Info info, MPI_Comm* made) {
  return looked_at_collective(TESSERA_CALLER, "MPI_Comm_split_type", comm,
                              [&] { return PMPI_Comm_split_type(comm, type, key, info, made); });
}

int MPI_Comm_create(MPI_Comm comm, MPI_Group group, MPI_Comm* made) {
  return looked_at_collective(TESSERA_CALLER, "MPI_Comm_create", comm,
                              [&] { return PMPI_Comm_create(comm, group, made); });
}

// Of the ranks of the group alone, so it is not compared.
int MPI_Comm_create_group(MPI_Comm comm, MPI_Group group, int tag, MPI_Comm* made) {
  return watched_collective(TESSERA_CALLER, "MPI_Comm_create_group",
                            [&] { return PMPI_Comm_create_group(comm, group, tag, made); });
}

int MPI_Cart_create(MPI_Comm comm, int ndim, const int dims[], const int periods[], int reorder,
                    MPI_Comm* made) {
  return looked_at_collective(
      TESSERA_CALLER, "MPI_Cart_create", comm,
      [&](operands& given) {
        given.numbers("dims ", dims, ndim).numbers("periods ", periods, ndim);
        given.number("reorder ", reorder);
      },
      [&] { return PMPI_Cart_create(comm, ndim, dims, periods, reorder, made); });
}

int MPI_Cart_sub(MPI_Comm comm, const int kept[], MPI_Comm* made) {
  return looked_at_collective(
      TESSERA_CALLER, "MPI_Cart_sub", comm,
      [&](operands& given) {
        int ndim = 0;
        PMPI_Cartdim_get(comm, &ndim);
        given.numbers("kept ", kept, ndim);
      },
      [&] { return PMPI_Cart_sub(comm, kept, made); });
}

int MPI_Graph_create(MPI_Comm comm, int nodes, const int index[], const int edges[], int reorder,
                     MPI_Comm* made) {
  return looked_at_collective(
      TESSERA_CALLER, "MPI_Graph_create", comm,
      [&](operands& given) { given.numbers("index ", index, nodes).number("reorder ", reorder); },
      [&] { return PMPI_Graph_create(comm, nodes, index, edges, reorder, made); });
}

int MPI_Dist_graph_create(MPI_Comm comm, int sources, const int of[], const int degrees[],
                          const int targets[], const int weights[], MPI_Info info, int reorder,
                          MPI_Comm* made) {
  return looked_at_collective(TESSERA_CALLER, "MPI_Dist_graph_create", comm, [&] {
    return PMPI_Dist_graph_create(comm, sources, of, degrees, targets, weights, info, reorder,
                                  made);
  });
}

int MPI_Dist_graph_create_adjacent(MPI_Comm comm, int indegree, const int sources[],
                                   const int in_weights[], int outdegree, const int targets[],
                                   const int out_weights[], MPI_Info info, int reorder,
                                   MPI_Comm* made) {
  return looked_at_collective(TESSERA_CALLER, "MPI_Dist_graph_create_adjacent", comm, [&] {
    return PMPI_Dist_graph_create_adjacent(comm, indegree, sources, in_weights, outdegree, targets,
                                           out_weights, info, reorder, made);
  });
}

int MPI_Intercomm_create(MPI_Comm local, int leader, MPI_Comm bridge, int remote_leader, int tag,
                         MPI_Comm* made) {
  return looked_at_collective(
      TESSERA_CALLER, "MPI_Intercomm_create", local,
      [&](operands& given) { given.number("leader ", leader); },
      [&] { return PMPI_Intercomm_create(local, leader, bridge, remote_leader, tag, made); });
}

int MPI_Intercomm_merge(MPI_Comm comm, int high, MPI_Comm* made) {
  return watched_collective(TESSERA_CALLER, "MPI_Intercomm_merge",
                            [&] { return PMPI_Intercomm_merge(comm, high, made); });
}

int MPI_Comm_free(MPI_Comm* comm) {
  return looked_at_collective(TESSERA_CALLER, "MPI_Comm_free", *comm, [&] {
    free_hidden(*comm);
    return PMPI_Comm_free(comm);
  });
}

int MPI_Comm_disconnect(MPI_Comm* comm) {
  return looked_at_collective(TESSERA_CALLER, "MPI_Comm_disconnect", *comm, [&] {
    free_hidden(*comm);
    return PMPI_Comm_disconnect(comm);
  });
}

int MPI_Win_create(void* base, MPI_Aint size, int unit, MPI_Info info, MPI_Comm comm,
                   MPI_Win* made) {
  return looked_at_collective(TESSERA_CALLER, "MPI_Win_create", comm,
                              [&] { return PMPI_Win_create(base, size, unit, info, comm, made); });
}

int MPI_Win_allocate(MPI_Aint size, int unit, MPI_Info info, MPI_Comm comm, void* base,
                     MPI_Win* made) {
  return looked_at_collective(TESSERA_CALLER, "MPI_Win_allocate", comm, [&] {
    return PMPI_Win_allocate(size, unit, info, comm, base, made);
  });
}

int MPI_Win_allocate_shared(MPI_Aint size, int unit, MPI_Info info, MPI_Comm comm, void* base,
                            MPI_Win* made) {
  return looked_at_collective(TESSERA_CALLER, "MPI_Win_allocate_shared", comm, [&] {
    return PMPI_Win_allocate_shared(size, unit, info, comm, base, made);
  });
}

int MPI_Win_create_dynamic(MPI_Info info, MPI_Comm comm, MPI_Win* made) {
  return looked_at_collective(TESSERA_CALLER, "MPI_Win_create_dynamic", comm,
                              [&] { return PMPI_Win_create_dynamic(info, comm, made); });
}

int MPI_Win_fence(int hints, MPI_Win window) {
  return watched_collective(TESSERA_CALLER, "MPI_Win_fence",
                            [&] { return PMPI_Win_fence(hints, window); });
}

int MPI_Win_free(MPI_Win* window) {
  return watched_collective(TESSERA_CALLER, "MPI_Win_free", [&] { return PMPI_Win_free(window); });
}

int MPI_File_open(MPI_Comm comm, const char* name, int mode, MPI_Info info, MPI_File* file) {
  return looked_at_collective(
      TESSERA_CALLER, "MPI_File_open", comm,
      [&](operands& given) { given.word("", name).number("mode ", mode); },
      [&] { return PMPI_File_open(comm, name, mode, info, file); });
}

int MPI_File_close(MPI_File* file) {
  return watched_collective(TESSERA_CALLER, "MPI_File_close",
                            [&] { return PMPI_File_close(file); });
}
