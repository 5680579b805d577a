// The handles that JavaScript holds open, by the keys that its objects have of them.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <unordered_map>
#include <utility>

#include "core/descriptor.h"
#include "core/handle.h"

namespace asuser::native {

// What an object of JavaScript knows its handle by, which JavaScript cannot make: see `AddonState::ToValue`. Never used
// twice, so that a closed handle stays closed; the kind is in it, so that a closed one still has it.
class HandleKey {
 public:
  // Who closes it. Nobody closes what Windows lends.
  enum class Owner { kHolder, kStream, kNobody };

  HandleKey(uint64_t number, HandleKind kind, Owner owner)
      : bits_(number << kNumberShift | static_cast<uint64_t>(owner) << kOwnerShift | static_cast<uint64_t>(kind)) {}
  explicit HandleKey(uint64_t bits) : bits_(bits) {}

  uint64_t bits() const { return bits_; }
  uint64_t number() const { return bits_ >> kNumberShift; }
  HandleKind kind() const { return static_cast<HandleKind>(bits_ & ((1u << kOwnerShift) - 1)); }
  // Whether it belongs to the holder, who closes it.
  bool counted() const { return owner() == Owner::kHolder; }
  // Whether it belongs to a stream: it may be closed whenever the event loop goes on.
  bool of_stream() const { return owner() == Owner::kStream; }

 private:
  static constexpr unsigned kOwnerShift = 5;
  static constexpr unsigned kNumberShift = 7;
  static_assert(static_cast<unsigned>(HandleKind::kEnabledPrivileges) < 1u << kOwnerShift);

  Owner owner() const { return static_cast<Owner>(bits_ >> kOwnerShift & ((1u << (kNumberShift - kOwnerShift)) - 1)); }

  uint64_t bits_;
};

class HandleTable;

// A handle until it is closed in the table. Lives on the thread of its environment.
class HandleObject {
 public:
  // `descriptor`: of the stream that owns it.
  HandleObject(HandleTable& table, HandleKey key, SharedHandle handle, std::optional<Descriptor> descriptor)
      : table_(&table), key_(key), handle_(std::move(handle)), descriptor_(descriptor) {}

  // False when the stream that owns it has closed it.
  bool open() const { return !descriptor_ || descriptor_->IsOpen(); }
  const SharedHandle& shared() const { return handle_; }
  // Ends what is under way with it, and this object.
  void Close();
  // Holds it no longer.
  void Release() { handle_.reset(); }

 private:
  HandleTable* table_;
  HandleKey key_;
  SharedHandle handle_;
  std::optional<Descriptor> descriptor_;
};

class HandleTable {
 public:
  HandleTable();
  HandleTable(const HandleTable&) = delete;
  HandleTable& operator=(const HandleTable&) = delete;
  // Closes what is open, without a word.
  ~HandleTable();

  HandleKey Add(SharedHandle handle, HandleKey::Owner owner) { return Add(std::move(handle), owner, std::nullopt); }
  // The handle of a stream, which owns the descriptor.
  HandleKey Add(SharedHandle handle, const Descriptor& descriptor) {
    return Add(std::move(handle), HandleKey::Owner::kStream, descriptor);
  }
  // Whether this table gave it out.
  bool Knows(HandleKey key) const { return key.number() >= first_number_ && key.number() < next_number_; }
  // Null when it is closed.
  HandleObject* Find(HandleKey key);
  // Whether it was open.
  bool Close(HandleKey key);

  // How many handles are open that somebody has to close.
  size_t counted() const { return counted_; }

 private:
  HandleKey Add(SharedHandle handle, HandleKey::Owner owner, std::optional<Descriptor> descriptor);

  using Open = std::unordered_map<uint64_t, HandleObject>;

  Open open_;
  Open::node_type spare_;  // Of the handle that was closed last, for the next one: to allocate costs more than to look up.
  uint64_t first_number_;
  uint64_t next_number_;
  size_t counted_ = 0;
};

}  // namespace asuser::native
