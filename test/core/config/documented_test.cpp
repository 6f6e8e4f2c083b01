#include <catch2/catch.hpp>
#include <sstream>
#include <string>

#include "acron/core/config/directive_help.hpp"
#include "acron/core/config/job_file_names.hpp"
#include "documents.hpp"

using namespace acron;

namespace {

/// Whether a line of `text` begins with `keyword`, indented or not, as a word of its own.
bool shows(const std::string& text, std::string_view keyword) {
  std::istringstream lines{text};
  for (std::string line; std::getline(lines, line);) {
    std::string first;
    std::istringstream{line} >> first;
    if (first == keyword) return true;
  }
  return false;
}

}  // namespace

TEST_CASE("each directive has a row that explains it", "[documented]") {
  const auto help = directive_help();
  CHECK(help.size() >= 10);
  for (const auto& [keyword, usage, meaning] : help) {
    INFO(keyword);
    CHECK(usage.starts_with(keyword));
    CHECK_FALSE(meaning.empty());
  }
}

TEST_CASE("each directive occurs in the example tree", "[documented]") {
  std::string all;
  for (const auto& [name, text] : example_tree()) all += text + "\n";
  for (const auto& help : directive_help()) {
    INFO(help.keyword);
    // What only root may say is commented out: the tree is good for everybody.
    CHECK((shows(all, help.keyword) || shows(all, "#" + std::string{help.keyword})));
  }
}

TEST_CASE("each directive occurs in an example of the README", "[documented]") {
  const auto readme = source_text("README.md");
  for (const auto& help : directive_help()) {
    INFO(help.keyword);
    CHECK(shows(readme, help.keyword));
  }
}

TEST_CASE("each directive has an item of its own in acron-job(5)", "[documented]") {
  const auto page = source_text("cmake/man/acron-job.5.in");
  for (const auto& help : directive_help()) {
    INFO(help.keyword);
    CHECK(page.find("\n.It Ic " + std::string{help.keyword} + " ") != std::string::npos);
  }
}

TEST_CASE("each hidden name that begins with no point is in acron-job(5)", "[documented]") {
  const auto page = source_text("cmake/man/acron-job.5.in");
  const auto list = page.substr(page.find("\nHidden, so that"));
  for (const std::string name : {"lost+found", "CVS", "RCS", "SCCS", "{arch}", "Thumbs.db", "thumbs.db", "ehthumbs.db",
                                 "Desktop.ini", "desktop.ini", "$RECYCLE.BIN", "System Volume Information"}) {
    INFO(name);
    CHECK(kind_of_name(name) == NameKind::hidden);
    CHECK(list.find(name) != std::string::npos);
  }
}
