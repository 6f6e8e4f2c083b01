#include "zone_table.hpp"

#include <algorithm>

namespace acron {
namespace {

constexpr std::chrono::days gregorian_cycle{146'097};  // 400 years, a whole number of weeks

std::chrono::year year_of(std::chrono::sys_seconds time) {
  return std::chrono::year_month_day{std::chrono::floor<std::chrono::days>(time)}.year();
}

}  // namespace

ZoneTable::ZoneTable(const ZoneRules& rules) : first_offset_{rules.first_offset} {
  for (const auto& transition : rules.transitions) add(transition);
  const auto last = rules.transitions.empty() ? std::chrono::sys_seconds{} : rules.transitions.back().at;
  if (rules.rule && rules.rule->daylight) add_years_of(*rules.rule, last);
  transitions_.shrink_to_fit();
}

bool ZoneTable::fits(const ZoneRules& rules) const {
  if (!rules.has_leap_seconds) return *this == ZoneTable{rules};
  return first_offset_ == rules.first_offset &&
         std::all_of(rules.transitions.begin(), rules.transitions.end(), [this](const Transition& transition) {
           return tabulated_period_at(transition.at).offset == transition.offset;
         });
}

// Changes of the abbreviation alone do not count: a period is a stretch of one offset.
void ZoneTable::add(Transition transition) {
  const auto before = transitions_.empty() ? first_offset_ : transitions_.back().offset;
  if (transition.offset != before) transitions_.push_back(transition);
}

void ZoneTable::add_years_of(const PosixZoneRule& rule, std::chrono::sys_seconds last) {
  using std::chrono::years;
  const auto tabulated = transitions_.size();
  // Two years more than the cycle, so that going back one cycle from the end stays among the years of the rule.
  // A rule whose two days lie at the ends of the year may have a year overlap the one before.
  auto reached = last;
  for (auto year = year_of(last); year <= year_of(last) + years{402}; year += years{1}) {
    const auto next_begin = rule.daylight_begins_in(year + years{1});
    for (const auto& transition : rule.transitions_in(year)) {
      // Daylight time that ends when, or after, the next begins fills the year (RFC 9636, section 3.3.1).
      const bool is_no_end = transition.offset == rule.standard_offset && transition.at >= next_begin;
      if (transition.at <= reached || is_no_end) continue;
      add(transition);
      reached = transition.at;
    }
  }
  repeats_ = transitions_.size() > tabulated + 2;  // not so when the rule's daylight time fills the year
}

TimeZone::Period ZoneTable::period_at(TimePoint time) const {
  const auto second = std::chrono::floor<std::chrono::seconds>(time);
  if (!repeats_ || second < transitions_.back().at) return tabulated_period_at(second);
  const auto cycles = (second - transitions_.back().at) / gregorian_cycle + 1;
  const auto shift = cycles * gregorian_cycle;
  auto period = tabulated_period_at(second - shift);
  period.begin += shift;
  period.end = period.end < TimePoint::max() - shift ? period.end + shift : TimePoint::max();
  return period;
}

TimeZone::Period ZoneTable::tabulated_period_at(std::chrono::sys_seconds time) const {
  const auto next = std::upper_bound(transitions_.begin(), transitions_.end(), time,
                                     [](std::chrono::sys_seconds t, const Transition& x) { return t < x.at; });
  TimeZone::Period period{TimePoint::min(), TimePoint::max(), first_offset_};
  if (next != transitions_.end()) period.end = next->at;
  if (next != transitions_.begin()) {
    period.begin = std::prev(next)->at;
    period.offset = std::prev(next)->offset;
  }
  return period;
}

}  // namespace acron
