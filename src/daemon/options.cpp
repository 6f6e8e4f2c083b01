#include "options.hpp"

#include <pwd.h>
#include <unistd.h>

#include <algorithm>
#include <boost/program_options.hpp>
#include <cstdlib>
#include <filesystem>
#include <sstream>
#include <system_error>
#include <vector>

#include "acron/core/job/output_route.hpp"
#include "acron/core/job/recipients.hpp"
#include "acron/core/look_alikes.hpp"
#include "acron/core/mail/own_name.hpp"
#include "acron/core/proposal.hpp"
#include "acron/core/text.hpp"
#include "config_file.hpp"
#include "config_lines.hpp"
#include "first_process.hpp"
#include "option_values.hpp"

namespace acron {
namespace {

namespace po = boost::program_options;

constexpr const char* default_config = "/etc/acron/acron.conf";

/// Allowed in the configuration file too.
po::options_description settings() {
  po::options_description all("Settings (also `name = value` lines of the configuration file)");
  const auto text = [](const char* name) { return po::value<std::string>()->value_name(name); };
  all.add_options()  //
      ("mailto", text("ADDR"), "who gets the output of jobs that name no output (root@localhost)")(
          "mail-from", text("ADDR"), "the sender of mail (acron@HOSTNAME)")(
          "mail-limit", text("N"), "how many mails a recipient gets in an hour (60); 0: any number")(
          "smtp", text("SERVER"),
          "the mail server: HOST:PORT, smtp+starttls://HOST or smtps://HOST, which are verified (localhost:25)")(
          "smtp-login", text("FILE"), "the file that has USER:SECRET for a verified mail server (none)")(
          "smtp-name", text("NAME"), "what acron calls this machine to the mail server (its full name)")(
          "poll", text("D"), "how often the tree is looked at (10s)")(
          "trust-tree", po::value<bool>()->zero_tokens()->implicit_value(true),
          "obey a tree that others than root could have written (in the file: trust-tree = yes)")(
          "if-interval", text("D"), "how often the `if` commands are asked again (5m)")(
          "drain", text("D"), "how long running jobs are waited for at the end (1m; 5s as process 1); 0: not at all")(
          "stop-jobs", text("D|off"),
          "ends the jobs that still run then: SIGTERM, and SIGKILL after D; off: left running (off; 2s as process 1)")(
          "hostname", text("NAME"), "the name that the splay hashes and mail shows (gethostname)")(
          "run-dir", text("DIR"), "where lock and pid file are (/run/acron; $XDG_RUNTIME_DIR/acron for users)")(
          "state", text("DIR"),
          "what outlives a restart (/var/lib/acron; $XDG_STATE_HOME/acron for users; with --run-dir, DIR/state)")(
          "log", text("console|syslog|FILE"), "where the log goes (console with -f, else syslog)");
  return all;
}

po::options_description commands() {
  po::options_description all("Command line only");
  all.add_options()("foreground,f", "stay in the foreground")("verbose,v", "say more")(
      "config", po::value<std::string>()->value_name("FILE"),
      "the configuration file (/etc/acron/acron.conf, if there)")(
      "check", "read the tree, print a line for each job or every error, and exit 1 if there was one")(
      "strict", "with --check: exit 1 for a warning, too")("next",
                                                           "print the coming runs of the tree, TIME<TAB>JOB, and exit")(
      "from", po::value<std::string>()->value_name("TIME"), "with --next: runs after TIME (RFC 3339), not after now")(
      "count", po::value<std::string>()->value_name("N"), "with --next: how many (10)")(
      "per-job", "with --next: N of each job, not of all")("json", "with --next: as a JSON array")(
      "show", po::value<std::string>()->value_name("JOB"),
      "print each effective directive of a job and where it comes from")("help", "print this")("version",
                                                                                               "print the version");
  return all;
}

/// The values, and the lines of the configuration file that gave some of them.
struct Given {
  po::variables_map values;
  std::string config;
  std::vector<ConfigLine> of_config;

  [[nodiscard]] const ConfigLine* line_of(std::string_view name) const {
    const auto is_it = [&](const ConfigLine& line) { return line.name == name; };
    const auto found = std::find_if(of_config.begin(), of_config.end(), is_it);
    return found == of_config.end() ? nullptr : &*found;
  }
};

/// `FILE:LINE:COLUMN: NAME` of a setting.
std::string place_in_config(const Given& given, const ConfigLine& line) {
  return given.config + ":" + std::to_string(line.line) + ":" + std::to_string(line.column) + ": " + line.name;
}

std::vector<std::string_view> names_of(const po::options_description& options) {
  std::vector<std::string_view> names;
  for (const auto& option : options.options()) names.emplace_back(option->long_name());
  return names;
}

void read_config(const std::string& text, Given& given) {
  const auto allowed = settings();  // what is parsed points into it
  const auto lines = config_lines(text, names_of(allowed));
  if (!lines) throw po::error(given.config + ":" + lines.error().message);
  po::parsed_options parsed(&allowed);
  for (const ConfigLine& line : *lines) {
    if (given.values.count(line.name) > 0) continue;  // the command line was first, and stays
    given.of_config.push_back(line);
    const bool is_flag = line.name == "trust-tree";
    const auto answer = is_flag ? parse_yes_or_no(line.value) : Result<bool>(false);
    if (!answer) throw po::error(place_in_config(given, line) + ": " + answer.error().message);
    parsed.options.emplace_back(line.name, std::vector{is_flag ? std::string(*answer ? "yes" : "no") : line.value});
  }
  po::store(parsed, given.values);
}

/// `—check` of a text processor would be the name of a tree.
void refuse_typographic_dashes(int argc, const char* const* argv) {
  for (int i = 1; i < argc; ++i) {
    const auto found = find_look_alike(argv[i]);
    if (!found || found->at != 0 || found->kind != LookAlike::Kind::dash) continue;
    throw po::error("an option begins with '--', and " + printable(argv[i], 80) + " does not");
  }
}

/// Of an empty variable of a script, most likely.
void refuse_empty_values(const po::options_description& all, const po::variables_map& values) {
  for (const auto& option : all.options()) {
    const auto& name = option->long_name();
    const bool has_value = option->semantic()->min_tokens() > 0 && name != "tree" && values.count(name) > 0;
    if (has_value && values[name].as<std::string>().empty()) throw po::error("--" + name + ": a value is missing");
  }
}

Given parse(int argc, const char* const* argv) {
  refuse_typographic_dashes(argc, argv);
  po::options_description all;
  all.add(settings()).add(commands()).add_options()("tree", po::value<std::string>());
  po::positional_options_description tree;
  tree.add("tree", 1);
  // No guessing: `--foo` must not become `--foobar` the day that one is added.
  const auto style = po::command_line_style::unix_style & ~po::command_line_style::allow_guessing;
  Given given;
  po::store(po::command_line_parser(argc, argv).options(all).positional(tree).style(style).run(), given.values);
  refuse_empty_values(all, given.values);
  const bool named = given.values.count("config") > 0;
  given.config = named ? given.values["config"].as<std::string>() : default_config;
  const auto text = read_config_file(given.config);
  if (!text) throw po::error(text.error().message);
  if (!*text && named) throw po::error("can't read the configuration file '" + given.config + "': there is none");
  if (*text) read_config(**text, given);
  return given;
}

/// Reads single values, each error naming its option.
class Reader {
 public:
  explicit Reader(const Given& given) : given_(given), values_(given.values) {}

  [[nodiscard]] bool given(const char* name) const { return values_.count(name) > 0; }
  [[nodiscard]] std::string text(const char* name, std::string otherwise) const {
    return given(name) ? values_[name].as<std::string>() : std::move(otherwise);
  }
  [[nodiscard]] bool yes(const char* name) const { return given(name) && values_[name].as<bool>(); }
  [[nodiscard]] Duration duration(const char* name, Duration otherwise) const {
    return given(name) ? checked(name, parse_duration(values_[name].as<std::string>())) : otherwise;
  }
  [[nodiscard]] std::string address(const char* name, std::string otherwise,
                                    std::string (*explain)(std::string_view form, std::string_view text,
                                                           std::string_view reason)) const {
    if (!given(name)) return otherwise;
    const auto& text = values_[name].as<std::string>();
    const auto address = parse_mail_address(text);
    if (address) return address->address;
    throw po::error(place(name) + ": " + explain(form(name), text, address.error().message));
  }

  [[nodiscard]] std::size_t count(const char* name, std::size_t otherwise, std::size_t least) const {
    return given(name) ? checked(name, parse_count(values_[name].as<std::string>(), least)) : otherwise;
  }

  [[nodiscard]] std::string name(const char* name, Result<std::string> (*read)(std::string_view)) const {
    return given(name) ? checked(name, read(values_[name].as<std::string>())) : std::string();
  }

  /// Of a directory, as it is given; a file is read by daemons that were started in different places.
  [[nodiscard]] std::string directory(const char* name, std::string otherwise) const {
    auto path = text(name, std::move(otherwise));
    // Of a `~` the check warns, as of all that a shell would expand.
    if (given_.line_of(name) == nullptr || path.starts_with('/') || path.starts_with('~')) return path;
    throw po::error(place(name) + ": '" + printable(path, 80) + "' is not an absolute path");
  }

  [[nodiscard]] LogTarget log_target(const char* name, LogTarget otherwise) const {
    return given(name) ? checked(name, parse_log_target(values_[name].as<std::string>())) : std::move(otherwise);
  }

  [[nodiscard]] SmtpServer smtp_server(const char* name, SmtpServer otherwise) const {
    return given(name) ? checked(name, parse_smtp_server(values_[name].as<std::string>())) : std::move(otherwise);
  }

 private:
  template <typename T>
  T checked(const char* name, const Result<T>& result) const {
    if (!result) throw po::error(place(name) + ": " + with_proposals_behind(form(name), result.error().message));
    return *result;
  }
  /// What stands before a value where it was given, so that a proposal can be copied as it is.
  [[nodiscard]] std::string form(const char* name) const {
    return given_.line_of(name) != nullptr ? std::string(name) + " = " : "--" + std::string(name) + "=";
  }
  [[nodiscard]] std::string place(const char* name) const {
    const auto* line = given_.line_of(name);
    return line != nullptr ? place_in_config(given_, *line) : "--" + std::string(name);
  }

  const Given& given_;
  const po::variables_map& values_;
};

std::string default_run_directory() {
  if (::geteuid() == 0) return "/run/acron";
  const char* runtime = std::getenv("XDG_RUNTIME_DIR");
  return runtime != nullptr && *runtime == '/' ? std::string(runtime) + "/acron"
                                               : "/tmp/acron-" + std::to_string(::geteuid());
}

/// Empty where nobody knows of one, as in a container whose user has no entry.
std::string home_of_this_user() {
  const char* const variable = std::getenv("HOME");
  if (variable != nullptr && *variable != '\0') return variable;
  const passwd* const entry = ::getpwuid(::geteuid());
  return entry != nullptr ? entry->pw_dir : "";
}

/// A second instance, which has a run directory of its own, has a state of its own too.
std::string default_state_directory(const Reader& read) {
  if (read.given("run-dir")) return read.text("run-dir", "") + "/state";
  if (::geteuid() == 0) return "/var/lib/acron";
  const char* state = std::getenv("XDG_STATE_HOME");
  if (state != nullptr && *state == '/') return std::string(state) + "/acron";
  const std::string home = home_of_this_user();
  return home.empty() ? default_run_directory() + "/state" : home + "/.local/state/acron";
}

/// A daemon leaves its working directory.
std::string absolute(const std::string& path) {
  std::error_code failed;
  const auto whole = std::filesystem::absolute(path, failed);
  if (failed)
    throw po::error(in_quotes(path, 80) + " is meant from the working directory, which can't be found (" +
                    failed.message() + "); give an absolute path");
  const auto normal = whole.lexically_normal();
  return (normal.has_filename() ? normal : normal.parent_path()).string();  // without the last slash of `tree/`
}

/// A duration, or none at all by the word `0`.
Duration duration_or_zero(const Reader& read, const char* name, Duration otherwise) {
  return read.text(name, "") == "0" ? Duration::zero() : read.duration(name, otherwise);
}

void read_the_end(const Reader& read, Options& options) {
  const auto drain = is_first_process() ? std::chrono::seconds(5) : std::chrono::seconds(60);
  constexpr auto grace = std::chrono::seconds(2);
  options.drain = duration_or_zero(read, "drain", drain);
  const bool are_stopped = read.given("stop-jobs") ? read.text("stop-jobs", "") != "off" : is_first_process();
  if (are_stopped) options.stop_jobs = duration_or_zero(read, "stop-jobs", grace);
}

/// What was meant for another mode must not start a daemon.
void refuse_stray_options(const Reader& read, Options::Mode mode) {
  for (const char* option : {"from", "count", "per-job", "json"}) {
    if (read.given(option) && mode != Options::Mode::next) {
      throw po::error("--" + std::string(option) + " goes with --next");
    }
  }
  if (read.given("strict") && mode != Options::Mode::check) throw po::error("--strict goes with --check");
  const bool check = read.given("check"), next = read.given("next"), show = read.given("show");
  if (static_cast<int>(check) + static_cast<int>(next) + static_cast<int>(show) > 1) {
    throw po::error("--check, --next and --show are asked one at a time");
  }
}

void refuse_login_in_clear(const Options& options) {
  if (options.smtp_login.empty() || is_verified(options.smtp.security)) return;
  throw po::error("--smtp-login: a login is only said over TLS: --smtp must be smtps://... or smtp+starttls://...");
}

Options::Mode mode_of(const Reader& read) {
  using Mode = Options::Mode;
  const std::vector<std::pair<const char*, Mode>> modes{{"help", Mode::help},
                                                        {"version", Mode::version},
                                                        {"check", Mode::check},
                                                        {"next", Mode::next},
                                                        {"show", Mode::show}};
  for (const auto& [name, mode] : modes) {
    if (read.given(name)) return mode;
  }
  return Mode::schedule;
}

Options options_from(const Given& given) {
  const Reader read(given);
  Options options;
  options.mode = mode_of(read);
  refuse_stray_options(read, options.mode);
  options.foreground = read.given("foreground");
  options.verbose = read.given("verbose");
  options.strict = read.given("strict");
  options.mail_to = read.address("mailto", options.mail_to, explain_recipient);
  options.mail_from = read.address("mail-from", "", explain_sender);
  options.mail_limit = read.count("mail-limit", options.mail_limit, 0);
  options.smtp = read.smtp_server("smtp", options.smtp);
  if (read.given("smtp-login")) options.smtp_login = absolute(read.text("smtp-login", ""));
  refuse_login_in_clear(options);
  options.smtp_name = read.name("smtp-name", given_hello_name);
  options.trust_tree = read.yes("trust-tree");
  options.poll = read.duration("poll", options.poll);
  options.gate_interval = read.duration("if-interval", options.gate_interval);
  read_the_end(read, options);
  options.hostname = read.name("hostname", given_machine_name);
  options.run_directory = absolute(read.directory("run-dir", default_run_directory()));
  options.state_directory = absolute(read.directory("state", default_state_directory(read)));
  options.log = read.log_target("log", {options.foreground ? LogTarget::Kind::console : LogTarget::Kind::syslog, {}});
  if (read.given("from")) options.from = read.text("from", "");
  options.count = read.count("count", options.count, 1);
  options.per_job = read.given("per-job");
  options.json = read.given("json");
  options.tree = read.text("tree", "");
  const bool needs_tree = options.mode != Options::Mode::help && options.mode != Options::Mode::version;
  if (needs_tree && options.tree.empty()) throw po::error("the directory of job files is missing");
  if (needs_tree) options.tree = absolute(options.tree);
  if (options.mode == Options::Mode::show) options.job = read.text("show", "");
  return options;
}

}  // namespace

Result<Options> read_options(int argc, const char* const* argv) {
  try {
    return options_from(parse(argc, argv));
  } catch (const po::error& error) {
    std::string message = error.what();
    if (const auto found = find_look_alike(message)) message += ": " + complaint_about(*found);
    return Error{without_controls(with_code_points(message)) + " (see acron --help)"};
  }
}

std::string usage() {
  std::ostringstream text;
  text << "acron [options] DIR: runs the jobs that the files below DIR describe\n\n"
       << settings() << '\n'
       << commands();
  return text.str();
}

}  // namespace acron
