set(CMAKE_CXX_STANDARD 20)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)
if(NOT CMAKE_BUILD_TYPE)
  set(CMAKE_BUILD_TYPE RelWithDebInfo)
endif()
set(CMAKE_CXX_FLAGS_RELWITHDEBINFO "-O2 -g1")

option(CMAKE_COMPILE_WARNING_AS_ERROR "End the build at a warning, which another compiler than ours may have" OFF)
option(ACRON_SANITIZE "Build everything with AddressSanitizer and UndefinedBehaviorSanitizer" OFF)

add_compile_options(-ffunction-sections -fdata-sections)
# Packed, the relocations of the static libraries are not a seventh of what stays in memory (ld(1), -z).
add_link_options(-Wl,--gc-sections -Wl,--as-needed -Wl,-z,pack-relative-relocs)

# Every target of ours links this.
add_library(acron_settings INTERFACE)
target_include_directories(acron_settings INTERFACE ${CMAKE_SOURCE_DIR}/include)
target_compile_options(acron_settings INTERFACE -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wnon-virtual-dtor)
# g++ 12 warns in its own std::string (GCC bug 105651) at levels of optimization that ours is not, and takes some frames
# of coroutines for ones that are freed by another allocator than they come from.
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU" AND CMAKE_CXX_COMPILER_VERSION VERSION_LESS 13)
  target_compile_options(acron_settings INTERFACE -Wno-restrict -Wno-mismatched-new-delete)
endif()

# Several files of a target are compiled as one, which takes a third of the time. The compiler then warns where a frame
# of a coroutine holds a type of an unnamed namespace, as it should, and where a variable has the name of something that
# another file defines. Builds of each file alone (the preset dev) warn of true shadows.
if(CMAKE_UNITY_BUILD)
  target_compile_options(acron_settings INTERFACE $<$<CXX_COMPILER_ID:GNU>:-Wno-subobject-linkage> -Wno-shadow)
endif()

if(ACRON_SANITIZE)
  # -O1 keeps the Boost units within the build-time budget.
  set(CMAKE_CXX_FLAGS_RELWITHDEBINFO "-O1 -g1")
  # g++ 12 takes instrumented std::regex code for uninitialised.
  add_compile_options(-fsanitize=address,undefined -fno-sanitize-recover=all -fno-omit-frame-pointer
                      -Wno-maybe-uninitialized)
  add_link_options(-fsanitize=address,undefined)
endif()
