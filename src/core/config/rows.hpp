#pragma once

#include <string_view>

#include "acron/core/job/definition.hpp"
#include "acron/core/result.hpp"

namespace acron {

// The functions of the rows of the table: see Directive for what they promise.

// timing_directives.cpp
Result<void> apply_every(std::string_view argument, JobDefinition& definition);
Result<void> apply_cron(std::string_view argument, JobDefinition& definition);
Result<void> apply_timezone(std::string_view argument, JobDefinition& definition);
Result<void> apply_splay(std::string_view argument, JobDefinition& definition);
Result<void> apply_catch_up(std::string_view argument, JobDefinition& definition);
Result<void> apply_timeout(std::string_view argument, JobDefinition& definition);

// policy_directives.cpp
Result<void> apply_overlap(std::string_view argument, JobDefinition& definition);
Result<void> apply_lock(std::string_view argument, JobDefinition& definition);
Result<void> apply_retry(std::string_view argument, JobDefinition& definition);
Result<void> apply_error(std::string_view argument, JobDefinition& definition);
Result<void> apply_only(std::string_view argument, JobDefinition& definition);
std::string_view which_only(std::string_view argument);
Result<void> apply_description(std::string_view argument, JobDefinition& definition);

// disabled_directive.cpp
Result<void> apply_disabled(std::string_view argument, JobDefinition& definition);

// output_directive.cpp
Result<void> apply_output(std::string_view argument, JobDefinition& definition);
void drop_outputs(JobDefinition& definition);

// command_directives.cpp
Result<void> apply_run(std::string_view argument, JobDefinition& definition);
Result<void> apply_if(std::string_view argument, JobDefinition& definition);

// surroundings_directives.cpp
Result<void> apply_user(std::string_view argument, JobDefinition& definition);
Result<void> permit_user(const JobDefinition& definition, const Privileges& privileges);
Result<void> apply_env(std::string_view argument, JobDefinition& definition);
std::string_view which_variable(std::string_view argument);
Result<void> apply_cwd(std::string_view argument, JobDefinition& definition);
Result<void> apply_umask(std::string_view argument, JobDefinition& definition);
Result<void> apply_nice(std::string_view argument, JobDefinition& definition);
Result<void> permit_nice(const JobDefinition& definition, const Privileges& privileges);
Result<void> apply_shell(std::string_view argument, JobDefinition& definition);
Result<void> apply_limit(std::string_view argument, JobDefinition& definition);
std::string_view which_limit(std::string_view argument);

}  // namespace acron
