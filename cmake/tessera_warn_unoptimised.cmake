# To be included where another project's build uses Tessera: its choice, but not one to make unawares.
if(NOT CMAKE_BUILD_TYPE AND NOT CMAKE_CONFIGURATION_TYPES AND NOT CMAKE_CXX_FLAGS MATCHES "-O")
  message(WARNING "No build type is set, so nothing is optimised: what uses Tessera will run 40 to 70 times "
    "slower. Configure with -DCMAKE_BUILD_TYPE=Release, or Debug to silence this.")
endif()
