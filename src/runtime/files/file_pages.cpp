#include "acron/runtime/files/file_pages.hpp"

#include <link.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace acron {
namespace {

int give_back_pages_of(dl_phdr_info* object, std::size_t /*size*/, void* /*unused*/) {
  const auto page = static_cast<std::uintptr_t>(::sysconf(_SC_PAGESIZE));
  if (std::string_view(object->dlpi_name).starts_with("linux-vdso")) return 0;  // is in no file
  for (std::size_t i = 0; i < object->dlpi_phnum; ++i) {
    const auto& segment = object->dlpi_phdr[i];
    if (segment.p_type != PT_LOAD || (segment.p_flags & PF_W) != 0) continue;
    const std::uintptr_t address = object->dlpi_addr + segment.p_vaddr;
    const std::uintptr_t begin = address & ~(page - 1);
    ::madvise(reinterpret_cast<void*>(begin), address + segment.p_memsz - begin, MADV_DONTNEED);
  }
  return 0;
}

}  // namespace

void give_back_file_pages() { ::dl_iterate_phdr(give_back_pages_of, nullptr); }

}  // namespace acron
