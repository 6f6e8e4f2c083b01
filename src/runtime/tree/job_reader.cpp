#include "job_reader.hpp"

#include <iterator>
#include <utility>

#include "stable_read.hpp"

namespace acron {
namespace {

constexpr std::size_t worth_a_thread = 500;  // files: a few milliseconds
// Their product, and what the walk itself has open, is well below the 1024 descriptors that a process has by default.
constexpr std::size_t most_directories = 32;
constexpr std::size_t most_readers = 16;

ReadJob parsed(const SourceFile& file, const Defaults& defaults) {
  if (auto job = parse_job(file, defaults)) {
    return {.definition = std::make_shared<const JobDefinition>(*std::move(job))};
  } else if (auto rest = why_at_rest(file, defaults); !rest.empty()) {
    return {.rests_because = std::move(rest)};
  } else {
    return {.faults = job.error()};
  }
}

}  // namespace

void JobReader::add(const FoundFile& file, const Defaults& defaults) {
  ++count_;
  if (sources_.empty() || sources_.back().place.directory != file.place.directory) ++directories_;
  sources_.push_back({file.name, file.place, version_of(file.status), &defaults});
  if (sources_.size() >= worth_a_thread || directories_ >= most_directories) begin();
}

void JobReader::begin() {
  if (begun_.size() >= most_readers) begun_[begun_.size() - most_readers].wait();
  directories_ = 0;
  // Moved out of the task, which lasts as long as its future: the directories are to be closed once all is read. Either
  // policy: where no thread can be had, they are read when they are waited for.
  auto task = [&safety = safety_, keeps_texts = keeps_texts_, sources = std::exchange(sources_, {})]() mutable {
    return read(safety, keeps_texts, std::move(sources));
  };
  begun_.push_back(std::async(std::launch::async | std::launch::deferred, std::move(task)));
}

std::vector<ReadJob> JobReader::finish() {
  auto last = read(safety_, keeps_texts_, std::exchange(sources_, {}));
  std::vector<ReadJob> all;
  all.reserve(count_);
  for (auto& begun : std::exchange(begun_, {})) {
    auto jobs = begun.get();
    std::move(jobs.begin(), jobs.end(), std::back_inserter(all));
  }
  std::move(last.begin(), last.end(), std::back_inserter(all));
  return all;
}

std::vector<ReadJob> JobReader::read(const FileSafety& safety, bool keeps_texts, Sources sources) {
  std::vector<ReadJob> jobs;
  jobs.reserve(sources.size());
  for (const Source& source : sources) {
    Reading reading = read_unchanged(source.place, source.version, safety);
    jobs.push_back(reading.text ? parsed({source.name, *reading.text}, *source.defaults)
                                : ReadJob{.error = std::move(reading.error)});
    if (keeps_texts && reading.text) jobs.back().text = *std::move(reading.text);
  }
  return jobs;
}

}  // namespace acron
