import type { ObjectSecurityApi } from '@asuser/native'
import { accessToRead, accessToReplace, readSecurity, replaceSecurity } from '../kernel/object-security.ts'
import type { Caller } from './caller.ts'

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
] as const

export function createObjectSecurityApi(caller: Caller): ObjectSecurityApi {
  return {
    getUserObjectSecurity(handle, information) {
      const object = caller.handles.resolve(handle, accessToRead(information), 'window-station', 'desktop')
      return readSecurity(object, information)
    },

    setUserObjectSecurity(handle, information, descriptor) {
      const object = caller.handles.resolve(handle, accessToReplace(information), 'window-station', 'desktop')
      replaceSecurity(object, information, descriptor, caller.token)
    },

    getKernelObjectSecurity(handle, information) {
      const object = caller.handles.resolve(handle, accessToRead(information), ...kernelObjects)
      return readSecurity(object, information)
    },

    setKernelObjectSecurity(handle, information, descriptor) {
      const object = caller.handles.resolve(handle, accessToReplace(information), ...kernelObjects)
      replaceSecurity(object, information, descriptor, caller.token)
    },
  }
}
