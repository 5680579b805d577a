import { accessRight } from '@asuser/native'
import { SecurityDescriptor } from '@asuser/security-descriptors'
import { describe, expect, it } from 'vitest'
import { outcomeOf, type ContractRun } from './contract-run.ts'

/** Everybody: a client's program opens it, too. */
const forEverybody = SecurityDescriptor.fromSddl('O:SYG:SYD:(A;;0x1f0001;;;WD)').toBytes()

export function describeMutexes(run: () => ContractRun): void {
  describe('a mutex', () => {
    it('is taken as often as its thread likes, and given back as often', () => {
      const { win32 } = run()
      using mutex = win32.createMutex({ name: 'Local\\asuser-contract-mutex', security: null })
      expect(win32.tryAcquireMutex(mutex)).toBe('acquired')
      expect(win32.tryAcquireMutex(mutex)).toBe('acquired')
      win32.releaseMutex(mutex)
      win32.releaseMutex(mutex)
      expect(outcomeOf(() => win32.releaseMutex(mutex))).toBe('ERROR_NOT_OWNER')
    })

    it('is one object for all who know its name', () => {
      const { win32 } = run()
      const name = 'Local\\asuser-contract-name'
      using mutex = win32.createMutex({ name, security: null })
      using same = win32.createMutex({ name, security: null })
      expect(win32.tryAcquireMutex(mutex)).toBe('acquired')
      win32.releaseMutex(same)
      expect(outcomeOf(() => win32.createJobObject({ name, security: null }))).toBe('ERROR_INVALID_HANDLE')
    })

    it('is found abandoned when its owner ended without giving it back', async () => {
      const { win32, backend } = run()
      using token = await run().logOn(backend.accounts.alice)
      const name = 'Global\\asuser-contract-abandoned'
      using mutex = win32.createMutex({ name, security: forEverybody })
      expect(await run().exitCode(await run().start(token, backend.programs.abandonMutex(name)))).toBe(0)
      expect(win32.tryAcquireMutex(mutex)).toBe('abandoned')
      win32.releaseMutex(mutex)
      expect(win32.tryAcquireMutex(mutex)).toBe('acquired')
      win32.releaseMutex(mutex)
    })

    it('is busy while another process holds it', async () => {
      const { win32, backend } = run()
      using token = await run().logOn(backend.accounts.alice)
      const name = 'Global\\asuser-contract-busy'
      using mutex = win32.createMutex({ name, security: forEverybody })
      expect(win32.tryAcquireMutex(mutex)).toBe('acquired')
      // The program ends with 1 when it does not get it.
      expect(await run().exitCode(await run().start(token, backend.programs.abandonMutex(name)))).toBe(1)
      win32.releaseMutex(mutex)
    })

    it('keeps out who has no entry in its DACL', async () => {
      const { win32, backend } = run()
      using token = await run().logOn(backend.accounts.bob)
      const name = 'Local\\asuser-contract-closed'
      const security = SecurityDescriptor.fromSddl('O:SYG:SYD:(A;;0x1f0001;;;SY)').toBytes()
      using mutex = win32.createMutex({ name, security })
      const open = (): string => outcomeOf(() => win32.createMutex({ name, security: null }))
      expect(win32.impersonateLoggedOnUser(token, open)).toBe('ERROR_ACCESS_DENIED')
      expect(mutex.closed).toBe(false)
      expect(accessRight.SYNCHRONIZE).toBe(0x10_0000)
    })
  })
}
