#include "file_witness.hpp"

#include <sys/stat.h>

#include <algorithm>
#include <cerrno>
#include <string_view>

namespace acron {
namespace {

using namespace std::string_view_literals;

constexpr std::string_view database_begins = "SQLite format 3\0"sv;  // fileformat2.html, section 1.3.1

std::optional<struct stat> look_at(const std::string& path) {
  struct stat status {};
  return ::stat(path.c_str(), &status) == 0 ? std::optional(status) : std::nullopt;
}

std::string log_of(const std::string& path) { return path + "-wal"; }

bool is_another(std::string_view head, std::string_view wanted) { return !head.empty() && !head.starts_with(wanted); }

}  // namespace

void FileWitness::remember(const std::string& path) {
  if (const auto database = look_at(path)) size_ = std::max(size_, database->st_size);
  const auto log = look_at(log_of(path));
  if (!log) return;
  if (log_ == 0) log_ = log->st_ino;
  if (log_ == log->st_ino) log_size_ = log->st_size;
}

std::optional<std::string> FileWitness::objection(const std::string& path, const FileHeads& heads) const {
  const auto database = look_at(path);
  if (database && database->st_size < size_) return "it was cut short while acron was using it";
  if (size_ > 0 && is_another(heads.database, database_begins)) return "it was overwritten while acron was using it";
  if (log_ == 0) return std::nullopt;
  const auto log = look_at(log_of(path));
  if (log ? log->st_ino != log_ : errno == ENOENT) return "its log was removed or replaced while acron was using it";
  if (log && log->st_size < log_size_) return "its log was cut short while acron was using it";
  if (log_size_ > 0 && is_another(heads.log, beginning_of_log[0]) && is_another(heads.log, beginning_of_log[1]))
    return "its log was overwritten while acron was using it";
  return std::nullopt;
}

}  // namespace acron
