#include "cut_files.hpp"

namespace acron {

void CutFiles::add(const struct stat& file) {
  const std::lock_guard lock(mutex_);
  if (sizes_.size() >= most_files) sizes_.erase(sizes_.begin());
  sizes_.insert_or_assign({file.st_dev, file.st_ino}, file.st_size);
  count_ = sizes_.size();
}

bool CutFiles::take(const struct stat& file) {
  const std::lock_guard lock(mutex_);
  const auto found = sizes_.find({file.st_dev, file.st_ino});
  if (found == sizes_.end()) return false;
  const bool is_as_it_was = found->second == file.st_size;
  sizes_.erase(found);
  count_ = sizes_.size();
  return is_as_it_was;
}

}  // namespace acron
