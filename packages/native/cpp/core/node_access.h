// The decisions for the parts of an object, as JavaScript knows them.
#pragma once

#include <napi.h>
#include <windows.h>

#include <vector>

namespace asuser::native {

inline Napi::Array ToNodes(Napi::Env env, const std::vector<DWORD>& granted, const std::vector<DWORD>& statuses) {
  Napi::Array nodes = Napi::Array::New(env, granted.size());
  for (uint32_t index = 0; index < granted.size(); ++index) {
    Napi::Object node = Napi::Object::New(env);
    node.Set("grantedAccess", Napi::Number::New(env, granted[index]));
    node.Set("errno", Napi::Number::New(env, statuses[index]));
    nodes.Set(index, node);
  }
  return nodes;
}

}  // namespace asuser::native
