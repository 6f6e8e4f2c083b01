#pragma once

#include <filesystem>

namespace acron {

/// The top of the source tree that the tests were built from. Defined out of sight of the optimiser, for what g++ 12
/// warns of would depend on the length of a path that it saw.
const std::filesystem::path& source_directory();

}  // namespace acron
