#include "job_reader.hpp"

#include <iterator>
#include <utility>

#include "stable_read.hpp"

namespace acron {
namespace {

constexpr std::size_t worth_a_thread = 500;  // files: a few milliseconds

ReadJob read_job(const std::string& root, const std::string& name, const FileVersion& version,
                 const Defaults& defaults) {
  Reading reading = read_unchanged(root + "/" + name, version);
  if (!reading.text) return {nullptr, std::move(reading.error), {}};
  auto parsed = parse_job({name, *reading.text}, defaults);
  if (!parsed) return {nullptr, {}, parsed.error()};
  return {std::make_shared<const JobDefinition>(*std::move(parsed)), {}, {}};
}

}  // namespace

void JobReader::add(const std::string& name, const FileVersion& version, const Defaults& defaults) {
  ++count_;
  sources_.push_back({name, version, &defaults});
  if (sources_.size() < worth_a_thread) return;
  // Either policy: where no thread can be had, they are read when they are asked for.
  begun_.push_back(std::async(std::launch::async | std::launch::deferred,
                              [&root = root_, sources = std::exchange(sources_, {})] { return read(root, sources); }));
}

std::vector<ReadJob> JobReader::finish() {
  auto last = read(root_, std::exchange(sources_, {}));
  std::vector<ReadJob> all;
  all.reserve(count_);
  for (auto& begun : std::exchange(begun_, {})) {
    auto jobs = begun.get();
    std::move(jobs.begin(), jobs.end(), std::back_inserter(all));
  }
  std::move(last.begin(), last.end(), std::back_inserter(all));
  return all;
}

std::vector<ReadJob> JobReader::read(const std::string& root, const std::vector<Source>& sources) {
  std::vector<ReadJob> jobs;
  jobs.reserve(sources.size());
  for (const Source& source : sources) jobs.push_back(read_job(root, source.name, source.version, *source.defaults));
  return jobs;
}

}  // namespace acron
