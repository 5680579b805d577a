import { describe, expect, it } from 'vitest'
import { UnsupportedPlatformError, Win32Error } from './errors.ts'

describe('Win32Error', () => {
  it('names code, number, call and context', () => {
    const error = new Win32Error({ errno: 1326, syscall: 'LogonUserW', context: { user: 'alice' } })
    expect(error).toMatchObject({ name: 'Win32Error', code: 'ERROR_LOGON_FAILURE', errno: 1326, syscall: 'LogonUserW' })
    expect(error.message).toContain('LogonUserW')
    expect(error.message).toContain('alice')
  })

  it('keeps a number that has no name', () => {
    expect(new Win32Error({ errno: 12345, syscall: 'X' }).code).toBe('WIN32_12345')
  })

  it('is recognised by instanceof across two copies of the package', () => {
    class Copy extends Error {}
    Object.defineProperty(Copy.prototype, Symbol.for('@asuser/native/Win32Error'), { value: true })
    expect(new Copy()).toBeInstanceOf(Win32Error)
    expect(new Error('x')).not.toBeInstanceOf(Win32Error)
    expect(new Copy()).not.toBeInstanceOf(UnsupportedPlatformError)
  })

  it('keeps the first failure as cause when context is added', () => {
    const first = Win32Error.of('ERROR_DIRECTORY', 'CreateProcessAsUserW')
    const second = first.with({ path: 'C:\\nowhere' })
    expect(second.cause).toBe(first)
    expect(second).toMatchObject({ code: 'ERROR_DIRECTORY', context: { path: 'C:\\nowhere' } })
  })
})
