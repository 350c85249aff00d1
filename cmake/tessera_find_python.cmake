# Sets TESSERA_PYTHON to a Python that has numpy, scipy and h5py. The system's comes first: the first one
# on the PATH often belongs to some version manager, without the distribution's packages.
if(NOT TESSERA_PYTHON)
  find_program(tessera_python_on_path python3)
  foreach(python IN ITEMS /usr/bin/python3 "${tessera_python_on_path}")
    execute_process(COMMAND "${python}" -c "import numpy, scipy, h5py"
      RESULT_VARIABLE result OUTPUT_QUIET ERROR_QUIET)
    if(result EQUAL 0)
      set(TESSERA_PYTHON "${python}" CACHE FILEPATH "A Python with numpy, scipy and h5py, for tests")
      break()
    endif()
  endforeach()
  unset(tessera_python_on_path CACHE)
endif()

if(NOT TESSERA_PYTHON)
  message(WARNING "No python3 with numpy, scipy and h5py: the tests written in Python are left out. "
    "`cmake/setup.sh --tests` installs them.")
endif()
