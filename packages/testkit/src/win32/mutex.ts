import { accessRight, mutexAccess, type MutexApi } from '@asuser/native'
import { grantOpen } from '../kernel/access.ts'
import { Failure } from '../kernel/failure.ts'
import { Mutex } from '../kernel/mutex.ts'
import type { Caller } from './caller.ts'
import { securityOf } from './given-security.ts'

export function createMutexApi(caller: Caller): MutexApi {
  const { handles, machine } = caller

  return {
    createMutex({ name, security }) {
      const { sessionId } = caller.process.token
      const existing = machine.namespace.find(name, sessionId)
      if (existing === undefined) {
        const mutex = new Mutex(name, machine.namespace, securityOf(caller, 'mutex', security))
        machine.namespace.add(name, sessionId, mutex)
        return handles.open('mutex', mutex, mutexAccess.MUTEX_ALL_ACCESS)
      }
      if (existing.kind !== 'mutex') throw new Failure('ERROR_INVALID_HANDLE', { name })
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
