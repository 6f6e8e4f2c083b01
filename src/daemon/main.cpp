#include <cstdlib>
#include <exception>
#include <iostream>
#include <utility>

#include "acron/core/text.hpp"
#include "acron/runtime/clock/system_zone.hpp"
#include "handed_over.hpp"
#include "inspection.hpp"
#include "options.hpp"
#include "program.hpp"
#include "start.hpp"

namespace {

/// A script must not take a full disk for an empty schedule.
int printed(int status) {
  std::cout.flush();
  if (std::cout) return status;
  std::cerr << "acron: the output could not be written\n";
  return EXIT_FAILURE;
}

}  // namespace

int main(int argc, char** argv) try {
  using Mode = acron::Options::Mode;
  acron::hide_zone_from_c_library();
  const auto question = acron::take_handover_question();
  auto handed = acron::take_handed_over();
  const acron::Program program = acron::this_program(argc, argv);
  const auto options = acron::read_options(argc, argv);
  if (!options) {
    std::cerr << "acron: " << options.error().message << '\n';
    return EXIT_FAILURE;
  }
  switch (options->mode) {
    case Mode::help: std::cout << acron::usage(); return printed(EXIT_SUCCESS);
    case Mode::version: std::cout << "acron " ACRON_VERSION "\n"; return printed(EXIT_SUCCESS);
    case Mode::check: return printed(acron::check_tree(*options));
    case Mode::next: return printed(acron::print_next_runs(*options));
    case Mode::show: return printed(acron::show_job(*options));
    case Mode::schedule:
      if (question) return printed(acron::answer_whether_to_take_over(*options, *question));
      return acron::start(*options, program, std::move(handed));
  }
} catch (const std::exception& error) {
  std::cerr << "acron: " << acron::without_controls(error.what()) << '\n';
  return EXIT_FAILURE;
}
