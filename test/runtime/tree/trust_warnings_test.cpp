#include "acron/runtime/tree/trust_warnings.hpp"

#include <catch2/catch.hpp>

using namespace acron;

TEST_CASE("what root's acron would refuse is a warning, one for a directory and all below it", "[trust_warnings]") {
  const auto warnings = trust_warnings({{"web/a", "is owned"},
                                        {"", "is owned"},
                                        {"web", "is owned"},
                                        {"web/b", "is open"},
                                        {"we", "is open"},
                                        {"web/deep/c", "is open"},
                                        {"web/deep", "is open"}});
  std::vector<std::string> lines;
  for (const Diagnostic& warning : warnings) lines.push_back(headline(warning));
  const std::string unless = " unless started with --trust-tree)";
  CHECK(
      lines ==
      std::vector<std::string>{
          ".: warning: is owned (as it is, root's acron refuses it, and 2 more below it for the same reason," + unless,
          "we: warning: is open (as it is, root's acron refuses it" + unless,
          "web/b: warning: is open (as it is, root's acron refuses it" + unless,
          "web/deep: warning: is open (as it is, root's acron refuses it, and 1 more below it for the same "
          "reason," +
              unless});
}
