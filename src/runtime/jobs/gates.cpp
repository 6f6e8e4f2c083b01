#include "acron/runtime/jobs/gates.hpp"

#include <boost/asio/error.hpp>
#include <boost/system/system_error.hpp>
#include <exception>

#include "acron/core/job/verdict.hpp"
#include "acron/core/text.hpp"
#include "acron/runtime/log/log.hpp"

namespace acron {
namespace {

constexpr std::size_t most_questions_at_once = 8;

/// Keeps the beginning of what a gate prints, to say why it is shut.
class FirstWords final : public OutputReceiver {
 public:
  Task<> receive(Stream, std::string_view bytes) override {
    constexpr std::size_t enough = 200;
    if (text.size() < enough) text.append(bytes.substr(0, enough - text.size()));
    co_return;
  }
  std::string text;
};

/// POSIX: a shell ends so when a command is not found, or can't be executed. It is no answer of the condition.
bool could_not_run(const RunOutcome& outcome) {
  constexpr int cannot_execute = 126, not_found = 127;
  const auto* exited = std::get_if<Exited>(&outcome.ending);
  return exited != nullptr && (exited->status == cannot_execute || exited->status == not_found);
}

void log_gate_fault(const std::string& job, const std::exception& error) {
  log(Severity::error, "fault", {{"task", "gate"}, {"job", job}, {"reason", error.what()}});
}

}  // namespace

Gates::Gates(boost::asio::any_io_executor executor, Launcher& launcher, Accounts& accounts)
    : launcher_(launcher), accounts_(accounts), tasks_(std::move(executor)) {}

void Gates::ask(Question question) {
  waiting_.push_back(std::move(question));
  start_waiting();
}

void Gates::start_waiting() {
  while (asking_ < most_questions_at_once && !waiting_.empty()) {
    ++asking_;
    Question question = std::move(waiting_.front());
    waiting_.pop_front();
    tasks_.start("gate", ask_now(std::move(question)));
  }
}

Task<> Gates::ask_now(Question question) {
  bool open = true;
  try {
    for (auto command = question.commands.begin(); open && command != question.commands.end(); ++command) {
      open = co_await passes(question, *command);
    }
  } catch (const boost::system::system_error& error) {
    if (error.code() == boost::asio::error::operation_aborted) throw;  // cancelled: we may be gone
    open = false;
    log_gate_fault(question.job, error);
  } catch (const std::exception& error) {
    open = false;
    log_gate_fault(question.job, error);
  }
  --asking_;
  if (acron_ends_) co_return;
  start_waiting();
  question.answer(open);
}

bool Gates::note(const std::string& job, const std::string& text, bool fails_to_run) {
  if (fails_to_run) return failing_.emplace(job, text).second;
  failing_.erase({job, text});
  return false;
}

Task<bool> Gates::passes(const Question& question, const std::string& text) {
  FirstWords words;
  const auto account = co_await accounts_.account_for(*question.settings);
  if (!account) {
    log(Severity::warning, "gate",
        {{"job", question.job}, {"if", text}, {"result", "shut"}, {"reason", account.error().message}});
    co_return false;
  }
  const Command command{text, {"ACRON_JOB=" + question.job}, gate_limit, question.settings, *account};
  const RunOutcome outcome = co_await launcher_.run(command, words);
  if (outcome.ended_with_acron) acron_ends_ = true;
  const Verdict verdict = judge({}, outcome);
  const bool is_first = note(question.job, text, could_not_run(outcome));
  const bool plain_no = std::holds_alternative<Exited>(outcome.ending) && !outcome.timed_out_after && !is_first;
  if (verdict.failed && !acron_ends_) {
    // A gate that says no is everyday; one that can't say anything wants an eye on it.
    log(plain_no ? Severity::debug : Severity::warning, "gate",
        {{"job", question.job},
         {"if", text},
         {"result", "shut"},
         {"reason", verdict.reason},
         {"said", std::string(trim(words.text))}});
  }
  co_return !verdict.failed;
}

}  // namespace acron
