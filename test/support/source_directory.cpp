#include "support/source_directory.hpp"

namespace acron {

const std::filesystem::path& source_directory() {
  static const std::filesystem::path directory = ACRON_SOURCE_DIR;
  return directory;
}

}  // namespace acron
