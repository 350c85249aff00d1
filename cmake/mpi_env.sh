# shellcheck shell=bash
# Settings with which Open MPI runs in the places where people try things.

# It refuses root, whom containers have as their only user.
if [ "$(id -u)" = 0 ]; then
  export OMPI_ALLOW_RUN_AS_ROOT=1 OMPI_ALLOW_RUN_AS_ROOT_CONFIRM=1
fi

# Containers often forbid one process to read another's memory, and every attempt prints a line.
if grep -qs '^Seccomp:[[:space:]]*2' /proc/self/status; then
  export OMPI_MCA_btl_vader_single_copy_mechanism="${OMPI_MCA_btl_vader_single_copy_mechanism-none}"
fi

# A host that is cut off goes unnoticed for minutes; with these, the job ends after about seven
# seconds. mpirun and its daemons must have them, so no program can set them for itself.
export OMPI_MCA_oob_tcp_keepalive_time="${OMPI_MCA_oob_tcp_keepalive_time-3}"
export OMPI_MCA_oob_tcp_keepalive_intvl="${OMPI_MCA_oob_tcp_keepalive_intvl-1}"
export OMPI_MCA_oob_tcp_keepalive_probes="${OMPI_MCA_oob_tcp_keepalive_probes-3}"

# Cores, not hardware threads, as Open MPI counts its slots.
cores() {
  local threads cores
  threads=$(nproc 2>/dev/null || sysctl -n hw.physicalcpu)
  cores=$(lscpu -p=Core,Socket 2>/dev/null | grep -v '^#' | sort -u | wc -l)
  if [ "$cores" -ge 1 ] && [ "$cores" -lt "$threads" ]; then echo "$cores"; else echo "$threads"; fi
}

# use_ranks RANKS: sets mpirun_command, and what many ranks need to share few cores.
use_ranks() {
  # --quiet: what the program says about its failure stands alone. It also hides mpirun's own
  # refusal to start more ranks than there are slots, hence --oversubscribe in any case.
  mpirun_command=(mpirun --quiet --oversubscribe -n "$1")
  if [ "$1" -gt "$(cores)" ]; then
    mpirun_command+=(--bind-to none)
    export OMPI_MCA_mpi_yield_when_idle=1
  fi
}
