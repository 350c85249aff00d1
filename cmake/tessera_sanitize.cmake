# Sanitizers, for everything in this tree.
if(NOT TESSERA_SANITIZE)
  return()
endif()

add_compile_options(-fsanitize=${TESSERA_SANITIZE} -fno-omit-frame-pointer)
if(TESSERA_SANITIZE MATCHES "undefined")
  # Report and go on would let a test pass.
  add_compile_options(-fno-sanitize-recover=undefined)
endif()
add_link_options(-fsanitize=${TESSERA_SANITIZE} -rdynamic)

# Executables link this object: Open MPI unloads its plugins at exit, and a leak found later in an
# unloaded one cannot be named, hence not be suppressed. It is an OBJECT library, because nothing
# refers to the function and a linker would leave it out of an archive.
add_library(tessera_keep_plugins OBJECT "${PROJECT_SOURCE_DIR}/tests/support/keep_plugins.c")

set(leak_suppressions "${PROJECT_SOURCE_DIR}/tests/support/leaks.supp")
# A list of NAME=value, for the ENVIRONMENT of tests.
set(TESSERA_SANITIZE_ENVIRONMENT
  "ASAN_OPTIONS=fast_unwind_on_malloc=0"
  "LSAN_OPTIONS=suppressions='${leak_suppressions}':print_suppressions=0"
  "UBSAN_OPTIONS=print_stacktrace=1"
  "TSAN_OPTIONS=ignore_noninstrumented_modules=1")
