#include "core/handle_table.h"

#include <cstring>
#include <utility>

#include "core/random_bytes.h"

namespace asuser::native {
namespace {

// Somewhere at random, since other addons can make values that look like keys: what they are in truth is an address.
// With the kind it stays below 2^47, as an address does.
uint64_t FirstNumber() {
  const auto random = RandomBytes<5>();
  uint64_t number = 0;
  std::memcpy(&number, random.data(), random.size());
  return (number >> 1) + 1;
}

}  // namespace

void HandleObject::Close() { table_->Close(key_); }

HandleTable::HandleTable() : first_number_(FirstNumber()), next_number_(first_number_) {}

HandleTable::~HandleTable() {
  for (const auto& [bits, handle] : open_) handle.shared()->CancelOperation();
}

HandleKey HandleTable::Add(SharedHandle handle, HandleKey::Owner owner, std::optional<Descriptor> descriptor) {
  const HandleKey key(next_number_, handle->kind(), owner);
  HandleObject object(*this, key, std::move(handle), descriptor);
  if (spare_.empty()) {
    open_.try_emplace(key.bits(), std::move(object));
  } else {
    spare_.key() = key.bits();
    spare_.mapped() = std::move(object);
    open_.insert(std::move(spare_));
  }
  ++next_number_;
  if (key.counted()) ++counted_;
  return key;
}

HandleObject* HandleTable::Find(HandleKey key) {
  const auto found = open_.find(key.bits());
  return found == open_.end() || !found->second.open() ? nullptr : &found->second;
}

bool HandleTable::Close(HandleKey key) {
  // It is out of the table before anything is called that might come back here.
  Open::node_type closed = open_.extract(key.bits());
  if (closed.empty()) return false;
  if (key.counted()) --counted_;
  closed.mapped().shared()->CancelOperation();
  closed.mapped().Release();
  spare_ = std::move(closed);
  return true;
}

}  // namespace asuser::native
