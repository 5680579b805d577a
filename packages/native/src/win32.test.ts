import { describe, expect, it } from 'vitest'
import { UnsupportedPlatformError } from './errors.ts'
import { getWin32, setWin32, type Win32 } from './win32.ts'

// These stand for whole implementations: only their identity counts here.
const one: Win32 = Object.create(null)
const two: Win32 = Object.create(null)

describe('getWin32 off Windows', () => {
  it('throws an error that names the remedy, at the first use only', ({ skip }) => {
    skip(process.platform === 'win32', 'this is Windows')
    expect(() => getWin32()).toThrow(UnsupportedPlatformError)
    expect(() => getWin32()).toThrow(/testkit/)
  })
})

describe('setWin32', () => {
  it('replaces the implementation and puts the previous one back', () => {
    const outer = setWin32(one)
    {
      using _inner = setWin32(two)
      expect(getWin32()).toBe(two)
    }
    expect(getWin32()).toBe(one)
    outer[Symbol.dispose]()
  })

  it('does not undo a replacement that came later', () => {
    const first = setWin32(one)
    const second = setWin32(two)
    first[Symbol.dispose]()
    expect(getWin32()).toBe(two)
    second[Symbol.dispose]()
  })
})
