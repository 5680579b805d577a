import { tokenAccess, Win32Error } from '@asuser/native'
import { describe, expect, it } from 'vitest'
import type { ContractRun } from './contract-run.ts'

export function describeHandles(run: () => ContractRun): void {
  /** Asks as JavaScript may: with anything. */
  function askUser(token: unknown): unknown {
    const { win32 } = run()
    return Reflect.apply(Reflect.get(win32, 'getTokenInformation'), win32, [token, 'TokenUser'])
  }

  describe('handles', () => {
    it('are counted from opening to closing', () => {
      const before = run().win32.countOpenHandles()
      const token = run().ownToken(tokenAccess.TOKEN_QUERY)
      expect(run().win32.countOpenHandles()).toBe(before + 1)
      token.close()
      expect(run().win32.countOpenHandles()).toBe(before)
    })

    it('close once, and closing again does nothing', () => {
      const token = run().ownToken(tokenAccess.TOKEN_QUERY)
      expect(token).toMatchObject({ kind: 'token', closed: false })
      token.close()
      token.close()
      token[Symbol.dispose]()
      expect(token.closed).toBe(true)
    })

    it('fail with ERROR_INVALID_HANDLE when they are closed', () => {
      const token = run().ownToken(tokenAccess.TOKEN_QUERY)
      token.close()
      expect(() => run().win32.getTokenInformation(token, 'TokenUser')).toThrow(
        expect.objectContaining({ code: 'ERROR_INVALID_HANDLE', syscall: 'GetTokenInformation' }),
      )
      expect(() => run().win32.getTokenInformation(token, 'TokenUser')).toThrow(Win32Error)
    })

    it('are refused where another kind is wanted', () => {
      using mutex = run().win32.createMutex({ name: 'Local\\asuser-contract-kind', security: null })
      expect(() => askUser(mutex)).toThrow(TypeError)
    })

    it('cannot be made by hand', () => {
      const forged = { kind: 'token', closed: false, close() {}, [Symbol.dispose]() {} }
      expect(() => askUser(forged)).toThrow(TypeError)
    })

    it('that Windows lends have no close', () => {
      const process = run().win32.getCurrentProcess()
      expect(process).toMatchObject({ kind: 'process', pseudo: true })
      expect('close' in process).toBe(false)
    })
  })
}
