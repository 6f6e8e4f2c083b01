#pragma once

#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "acron/runtime/jobs/run_output.hpp"

namespace acron {

/// Keeps what runs print and how they end.
class RecordingOutputs final : public OutputRouter {
 public:
  struct Closed {
    SharedDefinition definition;
    RunRecord record;
    std::string printed;
    bool opens_files;
  };

  std::unique_ptr<RunOutput> open(SharedDefinition definition, const RunIdentity&, FileRights rights) override {
    return std::make_unique<Output>(std::move(definition), rights.any, closed_);
  }

  std::unique_ptr<RunOutput> go_on(SharedDefinition definition, const RunIdentity&, FileRights rights,
                                   OutputState state) override {
    auto output = std::make_unique<Output>(std::move(definition), rights.any, closed_);
    if (state.capture) output->print(state.capture->marked_text());
    return output;
  }

  std::shared_ptr<LateReceiver> go_on_late(LateState) override { return nullptr; }

  [[nodiscard]] const std::vector<Closed>& closed() const { return *closed_; }

 private:
  class Output final : public RunOutput {
   public:
    Output(SharedDefinition definition, bool opens_files, std::shared_ptr<std::vector<Closed>> closed)
        : definition_(std::move(definition)), opens_files_(opens_files), closed_(std::move(closed)) {}
    void begun() override {}
    Task<> receive(Stream, std::string_view bytes) override {
      printed_ += bytes;
      co_return;
    }
    std::vector<OutgoingMail> owed(const RunRecord& record) override {
      OutgoingMail mail;
      mail.about = definition_->name;
      mail.text = printed_ + record.verdict.reason;
      return {mail};
    }
    Task<> close(const RunRecord& record) override {
      closed_->push_back({definition_, record, printed_, opens_files_});
      co_return;
    }
    void print(std::string_view bytes) { printed_ += bytes; }
    [[nodiscard]] bool at_rest() const override { return true; }
    [[nodiscard]] OutputState state() const override {
      OutputState state;
      state.capture.emplace().append(Stream::out, printed_);
      return state;
    }

   private:
    SharedDefinition definition_;
    bool opens_files_;
    std::shared_ptr<std::vector<Closed>> closed_;
    std::string printed_;
  };

  std::shared_ptr<std::vector<Closed>> closed_ = std::make_shared<std::vector<Closed>>();
};

}  // namespace acron
