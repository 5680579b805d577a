import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { describe, expect, it } from 'vitest'
import { getWin32 } from '../win32.ts'

const win32 = getWin32()
const TOKEN_QUERY = 8
const openToken = () => win32.openProcessToken(win32.getCurrentProcess(), TOKEN_QUERY)

const kernelHandleCount = (): number => win32.getProcessHandleCount(win32.getCurrentProcess())

const runFixture = async (name: string, ...nodeOptions: string[]): Promise<unknown> => {
  const file = fileURLToPath(new URL(`../fixtures/${name}`, import.meta.url))
  const { stdout } = await promisify(execFile)(process.execPath, [...nodeOptions, file])
  return JSON.parse(stdout)
}

describe('Handle', () => {
  it('has its kind and is open until it is closed, twice without harm', () => {
    const before = win32.countOpenHandles()
    const token = openToken()
    expect(token).toMatchObject({ kind: 'token', closed: false })
    expect(win32.countOpenHandles()).toBe(before + 1)
    token.close()
    token.close()
    expect(token).toMatchObject({ kind: 'token', closed: true })
    expect(win32.countOpenHandles()).toBe(before)
  })

  it('is closed at the end of its scope', () => {
    let kept
    {
      using token = openToken()
      kept = token
    }
    expect(kept.closed).toBe(true)
  })

  it('gives the kernel handle back when it is closed', ({ skip }) => {
    skip(kernelHandleCount() === 0, 'Wine counts no kernel handles')
    const count = kernelHandleCount
    openToken().close()
    const before = count()
    const tokens = Array.from({ length: 50 }, openToken)
    expect(count()).toBe(before + 50)
    for (const token of tokens) token.close()
    expect(count()).toBe(before)
  })

  it('is refused with ERROR_INVALID_HANDLE and the name of the call when it is closed', () => {
    const token = openToken()
    token.close()
    expect(() => win32.getTokenInformation(token, 'TokenUser')).toThrow(
      expect.objectContaining({ name: 'Win32Error', code: 'ERROR_INVALID_HANDLE', syscall: 'GetTokenInformation' }),
    )
  })

  it('cannot be made, nor forged from anything', () => {
    using token = openToken()
    const Constructor = Object.getPrototypeOf(token).constructor
    expect(() => new Constructor()).toThrow(TypeError)
    class Derived extends Constructor {}
    expect(() => new Derived()).toThrow(TypeError)
    const forgeries: unknown[] = [
      undefined,
      null,
      0,
      4n,
      '4',
      {},
      [],
      () => {},
      { kind: 'token', closed: false },
      { ...token },
      Object.create(token),
      new Proxy(token, {}),
      new Map(),
      win32,
    ]
    for (const forgery of forgeries) {
      expect(() => Reflect.apply(win32.getTokenInformation, win32, [forgery, 'TokenUser'])).toThrow(
        expect.objectContaining({ name: 'TypeError', code: 'ERR_INVALID_ARG_TYPE' }),
      )
    }
  })

  it('is refused in place of another kind, with a message that names what was expected and what came', () => {
    using token = openToken()
    expect(() => Reflect.apply(win32.openProcessToken, win32, [token, TOKEN_QUERY])).toThrow(
      expect.objectContaining({
        code: 'ERR_INVALID_ARG_TYPE',
        message: expect.stringMatching(/"process".*process handle.*token handle/),
      }),
    )
  })

  it('refuses a receiver that is none', () => {
    using token = openToken()
    const { close } = token
    const kind = Object.getOwnPropertyDescriptor(Object.getPrototypeOf(token), 'kind')?.get
    for (const receiver of [undefined, {}, Object.create(token), win32.getCurrentProcess()]) {
      expect(() => Reflect.apply(close, receiver, [])).toThrow(expect.objectContaining({ code: 'ERR_INVALID_THIS' }))
      expect(() => kind?.call(receiver)).toThrow(expect.objectContaining({ code: 'ERR_INVALID_THIS' }))
    }
    expect(token.closed).toBe(false)
  })

  it('stays open for a call in flight after it was closed', async () => {
    const token = openToken()
    const directory = win32.getUserProfileDirectory(token)
    token.close()
    expect(await directory).toMatch(/^[A-Z]:\\/)
  })

  it('warns, and is closed, when it is garbage collected unclosed', async () => {
    expect(await runFixture('unclosed-handle.mjs', '--expose-gc')).toEqual({ warnings: ['token'], open: 0 })
  })

  it('goes with its worker, with waits and calls under way', async () => {
    expect(await runFixture('end-busy-workers.mjs')).toEqual({ open: 0 })
  })

  it('does not hinder a program that ends with waits and calls under way', async () => {
    await expect(runFixture('busy-worker.mjs')).rejects.toMatchObject({ code: 7, stdout: '' })
  })
})

describe('PseudoHandle', () => {
  it('says what it is and has nothing to close', () => {
    expect(win32.getCurrentProcess()).toEqual({ kind: 'process', pseudo: true })
    expect(win32.getCurrentProcess()).not.toHaveProperty('close')
  })
})
