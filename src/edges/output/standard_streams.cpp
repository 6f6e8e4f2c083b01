#include "acron/edges/output/standard_streams.hpp"

#include <utility>

#include "stream_writer.hpp"

namespace acron {

StandardStreams::StandardStreams(bool is_foreground)
    : writers_{std::make_unique<StreamWriter>(Stream::out, !is_foreground),
               std::make_unique<StreamWriter>(Stream::err, !is_foreground)} {}

StandardStreams::~StandardStreams() = default;

StreamWriter& StandardStreams::writer(Stream stream) const { return *writers_.at(static_cast<std::size_t>(stream)); }

void StandardStreams::take_all(bool is_on) {
  for (const auto& writer : writers_) writer->take_all(is_on);
}

std::vector<WaitingLines> StandardStreams::stop() {
  std::vector<WaitingLines> all;
  for (const auto& writer : writers_) {
    for (WaitingLines& lines : writer->stop()) all.push_back(std::move(lines));
  }
  return all;
}

void StandardStreams::resume() {
  for (const auto& writer : writers_) writer->resume();
}

void StandardStreams::take_over(std::vector<WaitingLines> waiting) {
  take_all(true);
  for (WaitingLines& lines : waiting) {
    auto printed = std::make_shared<PrintedByRun>(lines.stream, std::move(lines.job), std::move(lines.run));
    writer(lines.stream).write(std::move(printed), std::move(lines.text));
  }
  take_all(false);
}

}  // namespace acron
