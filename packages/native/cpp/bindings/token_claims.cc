#include "bindings/token_claims.h"

#include "core/utf16.h"
#include "core/values.h"

namespace asuser::native {
namespace {

Napi::Value OctetsOf(Napi::Env env, const CLAIM_SECURITY_ATTRIBUTE_OCTET_STRING_VALUE& octets) {
  return ToUint8Array(env, octets.pValue, octets.ValueLength);
}

Napi::Value NameAndVersionOf(Napi::Env env, const CLAIM_SECURITY_ATTRIBUTE_FQBN_VALUE& binary) {
  Napi::Object object = Napi::Object::New(env);
  object.Set("version", Napi::BigInt::New(env, static_cast<uint64_t>(binary.Version)));
  object.Set("name", FromWide(env, binary.Name));
  return object;
}

Napi::Value ValueOf(Napi::Env env, const CLAIM_SECURITY_ATTRIBUTE_V1& claim, DWORD index) {
  switch (claim.ValueType) {
    case CLAIM_SECURITY_ATTRIBUTE_TYPE_INT64:
      return Napi::BigInt::New(env, static_cast<int64_t>(claim.Values.pInt64[index]));
    case CLAIM_SECURITY_ATTRIBUTE_TYPE_STRING:
      return FromWide(env, claim.Values.ppString[index]);
    case CLAIM_SECURITY_ATTRIBUTE_TYPE_FQBN:
      return NameAndVersionOf(env, claim.Values.pFqbn[index]);
    case CLAIM_SECURITY_ATTRIBUTE_TYPE_SID:
    case CLAIM_SECURITY_ATTRIBUTE_TYPE_OCTET_STRING:
      return OctetsOf(env, claim.Values.pOctetString[index]);
    default:
      // Unsigned numbers and booleans.
      return Napi::BigInt::New(env, static_cast<uint64_t>(claim.Values.pUint64[index]));
  }
}

Napi::Value ToObject(Napi::Env env, const CLAIM_SECURITY_ATTRIBUTE_V1& claim) {
  Napi::Array values = Napi::Array::New(env, claim.ValueCount);
  for (DWORD index = 0; index < claim.ValueCount; ++index) values.Set(index, ValueOf(env, claim, index));
  Napi::Object object = Napi::Object::New(env);
  object.Set("name", FromWide(env, claim.Name));
  object.Set("valueType", Napi::Number::New(env, claim.ValueType));
  object.Set("flags", Napi::Number::New(env, claim.Flags));
  object.Set("values", values);
  return object;
}

}  // namespace

Napi::Value ReadClaims(Napi::Env env, const Buffer& information) {
  Napi::Array claims = Napi::Array::New(env);
  if (information.size() < sizeof(CLAIM_SECURITY_ATTRIBUTES_INFORMATION)) return claims;
  const auto& list = *reinterpret_cast<const CLAIM_SECURITY_ATTRIBUTES_INFORMATION*>(information.data());
  for (DWORD index = 0; index < list.AttributeCount; ++index) {
    claims.Set(index, ToObject(env, list.Attribute.pAttributeV1[index]));
  }
  return claims;
}

}  // namespace asuser::native
