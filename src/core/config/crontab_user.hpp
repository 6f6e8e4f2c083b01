#pragma once

#include <vector>

#include "words.hpp"

namespace acron {

/// What the first word behind a crontab's times is. /etc/crontab and the files of /etc/cron.d have the user there, and
/// the crontabs of users have the command.
enum class FirstWord { command, user, either };

/// Of the words behind the times, at least one.
FirstWord meaning_of_first(const std::vector<Word>& words);

}  // namespace acron
