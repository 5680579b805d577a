// The handles that JavaScript holds open, by the keys that its objects have of them.
#pragma once

#include <cstddef>
#include <cstdint>
#include <unordered_map>
#include <utility>

#include "core/handle.h"

namespace asuser::native {

// What an object of JavaScript knows its handle by, which JavaScript cannot make: see `AddonState::ToValue`. Never used
// twice, so that a closed handle stays closed; the kind is in it, so that a closed one still has it.
class HandleKey {
 public:
  enum class Owner { kHolder, kNobody };  // Nobody owns, and nobody closes, what Windows lends.

  HandleKey(uint64_t number, HandleKind kind, Owner owner)
      : bits_(number << kNumberShift | static_cast<uint64_t>(owner) << kOwnerShift | static_cast<uint64_t>(kind)) {}
  explicit HandleKey(uint64_t bits) : bits_(bits) {}

  uint64_t bits() const { return bits_; }
  uint64_t number() const { return bits_ >> kNumberShift; }
  HandleKind kind() const { return static_cast<HandleKind>(bits_ & ((1u << kOwnerShift) - 1)); }
  bool counted() const { return static_cast<Owner>(bits_ >> kOwnerShift & 1) == Owner::kHolder; }

 private:
  static constexpr unsigned kOwnerShift = 5;
  static constexpr unsigned kNumberShift = 6;
  static_assert(static_cast<unsigned>(HandleKind::kEnabledPrivileges) < 1u << kOwnerShift);

  uint64_t bits_;
};

class HandleTable;

// A handle while it is open. Lives on the thread of its environment.
class HandleObject {
 public:
  HandleObject(HandleTable& table, HandleKey key, SharedHandle handle)
      : table_(&table), key_(key), handle_(std::move(handle)) {}

  HandleKind kind() const { return key_.kind(); }
  // Whether it belongs to the holder, who closes it; false for a pseudo handle.
  bool counted() const { return key_.counted(); }
  const SharedHandle& shared() const { return handle_; }
  // Ends what is under way with it, and this object.
  void Close();
  // Holds it no longer.
  void Release() { handle_.reset(); }

 private:
  HandleTable* table_;
  HandleKey key_;
  SharedHandle handle_;
};

class HandleTable {
 public:
  HandleTable();
  HandleTable(const HandleTable&) = delete;
  HandleTable& operator=(const HandleTable&) = delete;
  // Closes what is open, without a word.
  ~HandleTable();

  HandleKey Add(SharedHandle handle, HandleKey::Owner owner);
  // Whether this table gave it out.
  bool Knows(HandleKey key) const { return key.number() >= first_number_ && key.number() < next_number_; }
  // Null when it is closed.
  HandleObject* Find(HandleKey key);
  // Whether it was open.
  bool Close(HandleKey key);

  // How many handles are open that somebody has to close.
  size_t counted() const { return counted_; }

 private:
  using Open = std::unordered_map<uint64_t, HandleObject>;

  Open open_;
  Open::node_type spare_;  // Of the handle that was closed last, for the next one: to allocate costs more than to look up.
  uint64_t first_number_;
  uint64_t next_number_;
  size_t counted_ = 0;
};

}  // namespace asuser::native
