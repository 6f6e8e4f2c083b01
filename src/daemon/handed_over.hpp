#pragma once

#include <cstddef>
#include <optional>
#include <string>

#include "acron/runtime/files/descriptor.hpp"
#include "acron/runtime/jobs/handover.hpp"

namespace acron {

/// The variable of the environment that tells a new image of acron what the old one leaves to it: the numbers of two
/// descriptors, `STATE:LOCK`.
inline constexpr const char* handover_variable = "ACRON_HANDOVER";
/// Its value when acron is only asked whether it would take over.
inline constexpr const char* handover_question = "ask";
/// A second variable beside the question: how many open files the answering program must be allowed. Programs before
/// it was added neither set nor know it, so their question and their answer stay as they were.
inline constexpr const char* handover_files_variable = "ACRON_HANDOVER_FILES";

/// Whether acron would take over, as its predecessor asks it.
struct HandoverQuestion {
  std::optional<std::size_t> files;  // empty: asked by a program that wants the answer without our pid
};

/// What this process had when it executed another image of acron.
struct HandedOver {
  int lock = -1;                  // a descriptor that holds the instance lock
  std::optional<Handover> state;  // empty: it is not understood, and trouble says why
  std::string trouble;
};

/// Takes the variables of a question away; empty when there is none.
std::optional<HandoverQuestion> take_handover_question();

/// Takes the variable away, and what it tells of; empty when acron was started like any other program. Not believed
/// is what no process can say but ourselves before execve(2): the state is in a sealed memory file (memfd_create(2))
/// of our user and names our process by its start. Every other descriptor is closed, and none is left to commands.
std::optional<HandedOver> take_handed_over();

/// Puts all that a new image needs where it finds it. Undone by its end.
class HandingOver {
 public:
  HandingOver(const Handover& handover, int lock);
  HandingOver(const HandingOver&) = delete;
  HandingOver& operator=(const HandingOver&) = delete;
  ~HandingOver();

  /// Why it did not work; empty when it did.
  [[nodiscard]] const std::string& trouble() const { return trouble_; }

 private:
  std::vector<int> descriptors_;
  Descriptor memory_;
  std::string trouble_;
};

}  // namespace acron
