# cmake -DDEFINITION=-DNAME -DEXPECT=regex -P compile_fail.cmake -- compiler arguments...
#
# The command must succeed, and must fail with a fitting message when DEFINITION is added. Without
# the first half, a misspelt #include would count as the failure that was wanted.
set(command "")
set(after FALSE)
foreach(i RANGE ${CMAKE_ARGC})
  if(after AND DEFINED CMAKE_ARGV${i} AND NOT CMAKE_ARGV${i} STREQUAL "")
    list(APPEND command "${CMAKE_ARGV${i}}")
  elseif("${CMAKE_ARGV${i}}" STREQUAL "--")
    set(after TRUE)
  endif()
endforeach()

execute_process(COMMAND ${command} RESULT_VARIABLE result ERROR_VARIABLE text)
if(NOT result EQUAL 0)
  message(FATAL_ERROR "does not compile even without ${DEFINITION}:\n${text}")
endif()

execute_process(COMMAND ${command} ${DEFINITION} RESULT_VARIABLE result ERROR_VARIABLE text)
if(result EQUAL 0)
  message(FATAL_ERROR "compiles with ${DEFINITION}, but must not")
elseif(NOT text MATCHES "${EXPECT}")
  message(FATAL_ERROR "fails with ${DEFINITION}, but not with \"${EXPECT}\":\n${text}")
endif()
