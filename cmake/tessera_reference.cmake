# The target `reference`: what the headers and documents say, as pages in reference/html of the build folder.
if(NOT PROJECT_IS_TOP_LEVEL)
  return()
endif()

find_program(TESSERA_DOXYGEN doxygen)
mark_as_advanced(TESSERA_DOXYGEN)
if(TESSERA_DOXYGEN)
  set(folder "${PROJECT_BINARY_DIR}/reference")
  file(CONFIGURE OUTPUT "${folder}/Doxyfile" @ONLY CONTENT
"@INCLUDE = docs/Doxyfile
PROJECT_NUMBER = @PROJECT_VERSION@
OUTPUT_DIRECTORY = \"@folder@\"
")
  add_custom_target(reference
    COMMAND "${TESSERA_DOXYGEN}" "${folder}/Doxyfile"
    WORKING_DIRECTORY "${PROJECT_SOURCE_DIR}"
    COMMENT "Making ${folder}/html/index.html"
    VERBATIM)
endif()
