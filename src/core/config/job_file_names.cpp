#include "acron/core/config/job_file_names.hpp"

#include <algorithm>
#include <array>
#include <span>

#include "acron/core/characters.hpp"
#include "acron/core/look_alikes.hpp"
#include "acron/core/text.hpp"
#include "backup_names.hpp"

namespace acron {
namespace {

bool is_plain_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-'; }

/// A mount point's directory that only root may read, those of CVS, RCS, SCCS and Arch in a checkout, and what macOS
/// and Windows put into every directory.
constexpr std::array<std::string_view, 13> kept_by_others{"lost+found",
                                                          "CVS",
                                                          "RCS",
                                                          "SCCS",
                                                          "{arch}",
                                                          "Icon\r",
                                                          "Thumbs.db",
                                                          "thumbs.db",
                                                          "ehthumbs.db",
                                                          "Desktop.ini",
                                                          "desktop.ini",
                                                          "$RECYCLE.BIN",
                                                          "System Volume Information"};

/// Each alone or before a point or a hyphen, in this case alone: `changes` and `TODOIST` may be jobs.
constexpr std::array<std::string_view, 12> documents{"AUTHORS",      "CHANGELOG",    "CHANGES", "CODEOWNERS",
                                                     "CONTRIBUTING", "CONTRIBUTORS", "COPYING", "COPYRIGHT",
                                                     "ChangeLog",    "MAINTAINERS",  "NOTICE",  "TODO"};
constexpr std::array<std::string_view, 2> makefiles{"Makefile", "GNUmakefile"};

/// Words in capitals begin the name of a document, as does `Readme`; `license-check` is a job's.
bool is_document(std::string_view name, std::string_view lower) {
  for (const std::string_view ending : {".md", ".markdown", ".rst", ".adoc", ".asciidoc"}) {
    if (lower.ends_with(ending)) return true;
  }
  if (is_one_of(name.substr(0, name.find_first_of(".-")), documents) || is_one_of(name, makefiles)) return true;
  if (name.starts_with("README") || name.starts_with("LICENSE") || name.starts_with("LICENCE")) return true;
  const auto stem = lower.substr(0, lower.find('.'));
  if (stem == "readme") return true;
  const bool is_capital = name.starts_with('L');
  return (stem == "license" || stem == "licence") && (is_capital || stem.size() < name.size());
}

/// Most names of jobs, which need no closer look: a walk asks for each.
bool is_plain_name(std::string_view name) {
  return name != "readme" && std::all_of(name.begin(), name.end(), is_plain_letter);
}

/// Endings of text files that do not say what is in them.
constexpr std::array<std::string_view, 8> text_endings{".cfg", ".conf", ".cron", ".ini",
                                                       ".job", ".txt",  ".yaml", ".yml"};

std::string_view without_text_ending(std::string_view lower) {
  const auto* ending = std::find_if(text_endings.begin(), text_endings.end(),
                                    [&](std::string_view one) { return lower.ends_with(one); });
  return lower.substr(0, lower.size() - (ending == text_endings.end() ? 0 : ending->size()));
}

/// Up to a word that says so of a file, where by whom, why or until when stands behind it: `a.disabled` of
/// `a.disabled-for-migration`. The other endings begin words, too: `a.off-by-one`.
std::string_view without_reason(std::string_view lower) {
  constexpr std::array<std::string_view, 8> words{"because", "by", "during", "for", "since", "till", "until", "while"};
  constexpr std::string_view separators = " -_.";
  for (const std::string_view ending : {".disabled", ".inactive", ".deactivated"}) {
    const auto at = lower.rfind(ending);
    if (at == std::string_view::npos) continue;
    const auto rest = lower.substr(at + ending.size());
    const auto begin = rest.find_first_not_of(separators);
    if (begin == std::string_view::npos || begin == 0 || rest.find('/') != std::string_view::npos) continue;
    const auto end = rest.find_first_of(separators, begin);
    if (end != std::string_view::npos && is_one_of(rest.substr(begin, end - begin), words))
      return lower.substr(0, at + ending.size());
  }
  return lower;
}

/// The bytes before an ending such as `.disabled`; none where the name has none.
std::size_t length_switched_on(std::string_view lower) {
  for (const std::string_view ending : {".disabled", ".disable", ".off", ".inactive", ".deactivated"}) {
    for (const auto& stem : {lower, without_stamp(lower), without_text_ending(lower), without_reason(lower)}) {
      if (stem.ends_with(ending)) return stem.size() - ending.size();
    }
  }
  return std::string_view::npos;
}

constexpr std::string_view separators = "._-+@ ";

/// The bytes before a `.disabled` behind which stands what is no reason that acron knows: 1 of `a.disabled-OPS123`.
/// None of other names.
std::size_t length_before_unknown_reason(std::string_view lower) {
  for (const std::string_view mark : {".disabled", ".disable", ".inactive", ".deactivated"}) {
    const auto at = lower.find(mark);
    const auto behind = at == std::string_view::npos ? std::string_view::npos : at + mark.size();
    if (at == std::string_view::npos || at == 0 || behind == lower.size()) continue;
    if (separators.find(lower[behind]) != std::string_view::npos || lower[behind] == '!') return at;
  }
  return std::string_view::npos;
}

/// Without one of the words at its end, behind a separator or in brackets.
std::string_view without_word(std::string_view lower, std::span<const std::string_view> words) {
  const bool is_in_brackets = lower.ends_with(')') && lower.find('(') != std::string_view::npos;
  const auto marked = is_in_brackets ? lower.substr(0, lower.size() - 1) : lower;
  for (const std::string_view word : words) {
    if (!marked.ends_with(word)) continue;
    auto rest = marked.substr(0, marked.size() - word.size());
    const bool is_apart = !rest.empty() && (is_in_brackets ? rest.ends_with('(')
                                                           : separators.find(rest.back()) != std::string_view::npos);
    if (!is_apart) continue;
    rest.remove_suffix(1);
    return is_in_brackets ? trim(rest) : rest;
  }
  return lower;
}

/// Without an `-old` or a date at its end, as people mark a copy; a number alone tells one job from another.
std::string_view without_mark_of_copy(std::string_view lower, std::span<const std::string_view> words) {
  constexpr std::ptrdiff_t digits_of_date = 6;
  const auto undated = without_stamp(lower);
  const auto stamp = lower.substr(undated.size());
  const auto digits = std::count_if(stamp.begin(), stamp.end(), [](char c) { return c >= '0' && c <= '9'; });
  return without_word(digits >= digits_of_date ? undated : lower, words);
}

/// Without the mark, which may stand before an ending.
std::string name_without_mark(std::string_view name, std::span<const std::string_view> words) {
  const auto lower = lower_ascii(name);
  const auto point = lower.rfind('.');
  const std::string_view endings[] = {"", point == std::string_view::npos ? "" : std::string_view{lower}.substr(point)};
  for (const std::string_view ending : endings) {
    const auto stem = std::string_view{lower}.substr(0, lower.size() - ending.size());
    const auto rest = without_mark_of_copy(stem, words);
    if (!rest.empty() && rest.size() < stem.size())
      return std::string{name.substr(0, rest.size())}.append(name.substr(stem.size()));
  }
  return {};
}

/// Whether a job that is called so may do something with what is disabled.
bool may_be_about_disabled(std::string_view lower) {
  constexpr std::array<std::string_view, 22> verbs{
      "alert", "archive", "check",  "clean", "cleanup", "count",  "delete", "drop",  "enable", "expire", "find",
      "is",    "list",    "notify", "prune", "purge",   "remove", "report", "sweep", "sync",   "users",  "warn"};
  for (std::size_t begin = 0; begin <= lower.size();) {
    const auto end = std::min(lower.find_first_of(separators, begin), lower.size());
    if (is_one_of(lower.substr(begin, end - begin), verbs)) return true;
    begin = end + 1;
  }
  return lower.ends_with('s') && !lower.ends_with("jobs");
}

}  // namespace

NameKind kind_of_name(std::string_view name) {
  if (is_plain_name(name)) return is_plain_backup(name) ? NameKind::backup : NameKind::job;
  if (name.starts_with('.')) return NameKind::hidden;
  if (name.starts_with('_')) return NameKind::reserved;
  if (is_one_of(name, kept_by_others)) return NameKind::hidden;
  const auto lower = lower_ascii(trim(name));
  if (length_switched_on(lower) != std::string_view::npos) return NameKind::resting;
  if (is_backup(trim(name), lower) || is_plain_backup(name) || is_plain_backup(name.substr(0, name.rfind('.'))))
    return NameKind::backup;
  return is_document(name, lower) ? NameKind::document : NameKind::job;
}

std::string_view special_name_meant(std::string_view name) {
  constexpr std::array<std::string_view, 2> special{"_defaults", "_ignore"};
  const auto lower = lower_ascii(trim(name));
  const bool is_put_aside = length_switched_on(lower) != std::string_view::npos || is_backup(trim(name), lower);
  const auto stem = without_text_ending(lower);
  const bool is_another = stem.find('.') != std::string_view::npos || without_stamp(stem) != stem;
  if (is_one_of(name, special) || is_put_aside || is_another) return {};
  const auto meant = nearest_surely(stem, special);
  return 2 * stem.size() > meant.size() ? meant : std::string_view{};  // more than a beginning: `_def` is anything
}

std::string doubt_about_name(std::string_view name) {
  for (auto found = find_look_alike(name); found; found = find_look_alike(name, found->at + found->length)) {
    if (is_hidden_in(*found, name))
      return "its name holds " + describe(*found) + ", which can't be told from others by sight";
  }
  const bool has_control =
      std::any_of(name.begin(), name.end(), [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; });
  if (has_control) return "its name holds a control character";
  if (trim(name).size() < name.size()) return "its name begins or ends with a blank";
  return {};
}

std::string name_copied(std::string_view name) {
  constexpr std::array<std::string_view, 6> words{"old", "orig", "original", "bak", "prev", "previous"};
  constexpr std::array<std::string_view, 1> in_brackets{"backup"};
  const auto copied = name_without_mark(name, words);
  return copied.empty() && name.find('(') != std::string_view::npos ? name_without_mark(name, in_brackets) : copied;
}

std::string name_perhaps_copied(std::string_view name) {
  constexpr std::array<std::string_view, 8> words{"backup", "copy",   "dist",     "example",
                                                  "j2",     "sample", "template", "tmpl"};
  return name_without_mark(name, words);
}

std::string resting_name_meant(std::string_view name) {
  constexpr std::array<std::string_view, 1> words{"disabled"};
  const auto lower = lower_ascii(name);
  const auto before = length_before_unknown_reason(lower);
  if (before != std::string_view::npos && !may_be_about_disabled(lower))
    return std::string{name.substr(0, before)} + ".disabled";
  const auto stem = std::string_view{lower}.substr(0, lower.rfind('.'));
  auto rest = without_word(stem, words);
  const bool begins = stem.starts_with(words[0]) && stem.size() > words[0].size() + 1 &&
                      separators.find(stem[words[0].size()]) != std::string_view::npos;
  if (begins) rest = stem.substr(words[0].size() + 1);
  if (stem.starts_with("(disabled) ")) rest = trim(stem.substr(std::string_view{"(disabled)"}.size()));
  if (rest.empty() || rest.size() == stem.size() || may_be_about_disabled(rest)) return {};
  const auto at = static_cast<std::size_t>(rest.data() - lower.data());
  return std::string{name.substr(at, rest.size())}.append(name.substr(stem.size())).append(".disabled");
}

std::string resting_directory_meant(std::string_view name) {
  constexpr std::array<std::string_view, 4> off{"disabled", "off", "inactive", "deactivated"};
  // `archive` may hold the jobs that make one.
  constexpr std::array<std::string_view, 11> kept{"archived", "example", "examples", "obsolete",  "old",   "retired",
                                                  "sample",   "samples", "template", "templates", "unused"};
  const auto lower = lower_ascii(name);
  const auto stem = std::string_view{lower}.substr(0, lower.size() - (lower.ends_with(".d") ? 2 : 0));
  if (is_one_of(stem, off)) return "jobs.disabled";
  return is_one_of(stem, kept) ? std::string{name} + ".disabled" : resting_name_meant(name);
}

std::string_view describe(NameKind kind) {
  switch (kind) {
    case NameKind::hidden: return "it is hidden, or kept by the file system or version control";
    case NameKind::reserved: return "its name begins with '_', which acron keeps for itself";
    case NameKind::backup: return "its name is that of a backup or a temporary file";
    case NameKind::document: return "its name is that of a document";
    case NameKind::resting: return "its name says that it is switched off";
    case NameKind::job: break;
  }
  return {};
}

std::string name_switched_on(std::string_view name) {
  const auto lower = lower_ascii(trim(name));
  const auto ending = trim(name).substr(without_text_ending(lower).size());
  return std::string{name.substr(0, length_switched_on(lower))}.append(ending);
}

}  // namespace acron
