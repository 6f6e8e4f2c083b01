#pragma once

#include <catch2/catch.hpp>
#include <string>
#include <utility>

#include "acron/core/config/job_parser.hpp"

namespace acron {

/// The job that a text describes; fails the test, with its first error, when it describes none.
inline JobDefinition job_of(std::string text, const Defaults& defaults = {}) {
  auto job = parse_job(SourceFile{"job", std::move(text)}, defaults);
  if (job.has_error()) FAIL(render(job.error().front()));
  return *job;
}

/// What is wrong with a text; fails the test when nothing is.
inline Diagnostics faults_of(std::string text, const Defaults& defaults = {}) {
  auto job = parse_job(SourceFile{"job", std::move(text)}, defaults);
  REQUIRE(job.has_error());
  REQUIRE_FALSE(job.error().empty());
  return job.error();
}

/// The defaults that a `_defaults` file gives; fails the test when it is wrong.
inline Defaults defaults_of(std::string text, const Defaults& farther = {}) {
  auto defaults = farther.with(SourceFile{"_defaults", std::move(text)});
  if (defaults.has_error()) FAIL(render(defaults.error().front()));
  return *defaults;
}

}  // namespace acron
