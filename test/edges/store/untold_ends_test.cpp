#include "../src/edges/store/untold_ends.hpp"

#include <catch2/catch.hpp>

using namespace acron;

namespace {

RunIdentity run(const std::string& id) { return {"job", id, {}, {}}; }

std::vector<std::string> ids(const std::vector<RunIdentity>& runs) {
  std::vector<std::string> all;
  for (const RunIdentity& one : runs) all.push_back(one.id);
  return all;
}

using Ids = std::vector<std::string>;

}  // namespace

TEST_CASE("all is told of a run when the last of its mail is gone, which is said once", "[untold_ends]") {
  UntoldEnds ends;
  ends.add(run("owes two"), {1, 2});
  ends.add(run("owes nothing"), {});
  CHECK(ids(ends.take_told()) == Ids{"owes nothing"});
  ends.remove_mail(1);
  ends.remove_mail(1);
  ends.remove_mail(3);
  CHECK(ends.take_told().empty());
  ends.remove_mail(2);
  CHECK(ids(ends.take_told()) == Ids{"owes two"});
  CHECK(ends.take_all().empty());
}

TEST_CASE("of ends that are on the disk nothing has to be said", "[untold_ends]") {
  UntoldEnds ends;
  ends.add(run("owes"), {1});
  ends.add(run("owes nothing"), {});
  SECTION("which all are") {
    ends.clear();
    ends.remove_mail(1);
    CHECK(ends.take_all().empty());
  }
  SECTION("which none is") { CHECK(ids(ends.take_all()) == Ids{"owes nothing", "owes"}); }
}
