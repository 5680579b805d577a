import type { ObjectSecurityApi } from '@asuser/native'
import {
  InvalidSecurityDescriptorError,
  SddlSyntaxError,
  SecurityDescriptor,
  type SidDomains,
} from '@asuser/security-descriptors'
import { readDescriptor } from '../kernel/descriptor-bytes.ts'
import { Failure } from '../kernel/failure.ts'
import { accessToRead, accessToReplace, partsOf, readSecurity, replaceSecurity } from '../kernel/object-security.ts'
import type { Caller } from './caller.ts'
import { readNamedSecurity, replaceNamedSecurity } from './named-object.ts'

const kernelObjects = [
  'token',
  'process',
  'thread',
  'job',
  'window-station',
  'desktop',
  'pipe',
  'file',
  'mutex',
  'event',
  'semaphore',
  'waitable-timer',
  'section',
  'symbolic-link',
  'directory-object',
] as const

export function createObjectSecurityApi(caller: Caller): ObjectSecurityApi {
  return {
    getUserObjectSecurity(handle, information) {
      const object = caller.handles.resolve(handle, accessToRead(information), 'window-station', 'desktop')
      return readSecurity(object, information)
    },

    setUserObjectSecurity(handle, information, descriptor) {
      const object = caller.handles.resolve(handle, accessToReplace(information), 'window-station', 'desktop')
      replaceSecurity(object, information, readDescriptor(descriptor), caller.token)
    },

    getKernelObjectSecurity(handle, information) {
      const object = caller.handles.resolve(handle, accessToRead(information), ...kernelObjects)
      return readSecurity(object, information)
    },

    setKernelObjectSecurity(handle, information, descriptor) {
      const object = caller.handles.resolve(handle, accessToReplace(information), ...kernelObjects)
      replaceSecurity(object, information, readDescriptor(descriptor), caller.token)
    },

    async getNamedSecurityInfo(options) {
      return readNamedSecurity(caller, caller.workerToken(options.impersonate), options)
    },

    async setNamedSecurityInfo(options) {
      replaceNamedSecurity(caller, caller.workerToken(options.impersonate), options, options.descriptor)
    },

    convertStringSecurityDescriptorToSecurityDescriptor(text) {
      try {
        return SecurityDescriptor.fromSddl(text, domainsOf(caller)).toBytes()
      } catch (error) {
        throw error instanceof SddlSyntaxError ? new Failure(error.code, { text }) : error
      }
    },

    convertSecurityDescriptorToStringSecurityDescriptor(descriptor, information) {
      const asked = partsOf(readDescriptor(descriptor), information)
      try {
        return asked.toSddl(domainsOf(caller))
      } catch (error) {
        throw error instanceof InvalidSecurityDescriptorError ? new Failure(error.code) : error
      }
    },
  }
}

/** No simulated machine is in a domain. */
function domainsOf(caller: Caller): SidDomains {
  return { machineSid: caller.lsa.accounts.machineSid }
}
