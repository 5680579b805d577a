import { describe, expect, it } from 'vitest'
import { creationFlag, processAccess } from '../constants.ts'
import { closeAfterEach, cmd, create, end } from '../fixtures/child-processes.ts'
import { runFixture } from '../fixtures/run-fixture.ts'
import { getWin32 } from '../win32.ts'

const win32 = getWin32()
closeAfterEach()

describe('registerWaitForSingleObject', () => {
  it('calls back for thirty processes at a time', async () => {
    const children = await Promise.all(
      Array.from({ length: 30 }, (_, index) => create({ applicationName: cmd, commandLine: `cmd /c exit ${index}` })),
    )
    const codes = await Promise.all(children.map((child) => end(child.process)))
    expect(codes).toEqual(Array.from({ length: 30 }, (_, index) => index))
  })

  it('never calls back from within the call, even for an object that is signaled', async () => {
    const created = await create({ applicationName: cmd, commandLine: 'cmd /c exit 0' })
    await end(created.process)
    let called = false
    const second = new Promise<void>((resolve) =>
      win32.registerWaitForSingleObject(created.process, () => {
        called = true
        resolve()
      }),
    )
    expect(called).toBe(false)
    await second
  })

  it('does not call back after it was unregistered, as often as that is done', async () => {
    const created = await create({ creationFlags: creationFlag.CREATE_SUSPENDED })
    let calls = 0
    const wait = win32.registerWaitForSingleObject(created.process, () => calls++)
    wait.unref()
    wait.ref()
    wait.unregister()
    wait.unregister()
    wait[Symbol.dispose]()
    wait.unref()
    win32.terminateProcess(created.process, 0)
    await end(created.process)
    expect(calls).toBe(0)
  })

  it('does not call back when it is unregistered between the signal and the call', async () => {
    const created = await create({ creationFlags: creationFlag.CREATE_SUSPENDED })
    let calls = 0
    const wait = win32.registerWaitForSingleObject(created.process, () => calls++)
    win32.terminateProcess(created.process, 0)
    blockFor(200)
    wait.unregister()
    await end(created.process)
    expect(calls).toBe(0)
  })

  const blockFor = (milliseconds: number): void => {
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, milliseconds)
  }

  it('makes an uncaught exception of what the callback throws', async () => {
    const { stdout } = await runFixture('throw-in-wait.mjs')
    expect(stdout).toBe('uncaughtException: thrown in the callback')
  })

  it('keeps the object open that it waits for', async () => {
    const created = await create({ creationFlags: creationFlag.CREATE_SUSPENDED })
    const opened = win32.openProcess(created.processId, processAccess.PROCESS_ALL_ACCESS)
    const ended = new Promise<void>((resolve) => win32.registerWaitForSingleObject(opened, resolve))
    opened.close()
    win32.terminateProcess(created.process, 3)
    await ended
    expect(win32.getExitCodeProcess(created.process)).toBe(3)
  })

  it('refuses a handle without SYNCHRONIZE', async () => {
    const created = await create({ creationFlags: creationFlag.CREATE_SUSPENDED })
    using opened = win32.openProcess(created.processId, processAccess.PROCESS_QUERY_LIMITED_INFORMATION)
    expect(() => win32.registerWaitForSingleObject(opened, () => {})).toThrow(
      expect.objectContaining({ code: 'ERROR_ACCESS_DENIED', syscall: 'RegisterWaitForSingleObject' }),
    )
    win32.terminateProcess(created.process, 0)
    await end(created.process)
  })
})
