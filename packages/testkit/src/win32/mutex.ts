import { accessRight, mutexAccess, type MutexApi } from '@asuser/native'
import { grantOpen } from '../kernel/access.ts'
import { Mutex } from '../kernel/mutex.ts'
import type { Caller } from './caller.ts'
import { securityOf } from './given-security.ts'
import { findNamed } from './kernel-object.ts'

export function createMutexApi(caller: Caller): MutexApi {
  const { handles, machine } = caller

  return {
    createMutex({ name, security }) {
      const { sessionId } = caller.process.token
      const existing = findNamed(caller, name, 'mutex')
      if (existing === undefined) {
        const mutex = new Mutex(name, machine.namespace, securityOf(caller, 'mutex', security))
        machine.namespace.add(name, sessionId, mutex)
        return handles.open('mutex', mutex, mutexAccess.MUTEX_ALL_ACCESS)
      }
      return handles.open('mutex', existing, grantOpen(caller.token, existing, mutexAccess.MUTEX_ALL_ACCESS))
    },

    tryAcquireMutex(handle) {
      return handles.resolve(handle, accessRight.SYNCHRONIZE, 'mutex').tryAcquire(caller.thread)
    },

    releaseMutex(handle) {
      handles.resolve(handle, 0, 'mutex').release(caller.thread)
    },
  }
}
