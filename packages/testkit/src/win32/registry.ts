import type { RegistryApi, RegistryKeyOptions } from '@asuser/native'
import { objectTypes } from '@asuser/security-descriptors'
import { readDescriptor } from '../kernel/descriptor-bytes.ts'
import { Failure } from '../kernel/failure.ts'
import { grantKeyAccess, type RegistryKey } from '../kernel/registry-key.ts'
import type { Caller } from './caller.ts'

const { KEY_QUERY_VALUE, KEY_SET_VALUE, KEY_ENUMERATE_SUB_KEYS, DELETE } = objectTypes.registryKey.rights

export function createRegistryApi(caller: Caller): RegistryApi {
  const { registry } = caller.machine

  function open({ root, path, impersonate }: RegistryKeyOptions, desiredAccess: number): RegistryKey {
    return registry.open(root, path, caller.workerToken(impersonate), desiredAccess)
  }

  return {
    async regCreateKey({ root, path, security, volatile, impersonate }) {
      const token = caller.workerToken(impersonate)
      const given = security === null ? undefined : readDescriptor(security)
      return registry.create({ root, path, token, security: given, volatile }).created ? 'created' : 'opened'
    },

    async regDeleteKey({ root, path, impersonate }) {
      const key = registry.find(root, path)
      grantKeyAccess(caller.workerToken(impersonate), key, DELETE)
      if (key.parent === undefined || key.children.size > 0) throw new Failure('ERROR_ACCESS_DENIED', { key: key.path })
      key.parent.removeSubkey(key.name)
    },

    async regQueryValue(options) {
      const value = open(options, KEY_QUERY_VALUE).value(options.name)
      if (value === undefined) throw new Failure('ERROR_FILE_NOT_FOUND', { value: options.name })
      return { type: value.type, data: value.data.slice() }
    },

    async regSetValue(options) {
      const { name, type, data } = options
      open(options, KEY_SET_VALUE).setValue({ name, type, data: data.slice() })
    },

    async regDeleteValue(options) {
      const removed = open(options, KEY_SET_VALUE).removeValue(options.name)
      if (!removed) throw new Failure('ERROR_FILE_NOT_FOUND', { value: options.name })
    },

    async regEnumKey(options) {
      return registry.subkeysOf(open(options, KEY_ENUMERATE_SUB_KEYS)).map((key) => key.name)
    },

    async regEnumValue(options) {
      return [...open(options, KEY_QUERY_VALUE).values.values()].map((value) => ({
        ...value,
        data: value.data.slice(),
      }))
    },
  }
}
