import { getActiveResourcesInfo } from 'node:process'
import { describe, expect, it } from 'vitest'
import { Server } from '../../test/server.ts'

/** How many timers keep the event loop alive. */
function timers(): number {
  return getActiveResourcesInfo().filter((name) => name === 'Timeout').length
}

describe('registerWaitForSingleObject', () => {
  it('keeps the event loop alive while it waits, unless it is told not to', async () => {
    const server = new Server({ programs: { 'C:\\Tools\\hang.exe': () => new Promise(() => {}) } })
    using token = await server.logOn('alice')
    const created = await server.start(token, 'C:\\Tools\\hang.exe')
    const before = timers()
    const wait = server.win32.registerWaitForSingleObject(created.process, () => {})
    expect(timers()).toBe(before + 1)
    wait.unref()
    expect(timers()).toBe(before)
    wait.ref()
    expect(timers()).toBe(before + 1)
    wait.unregister()
    expect(timers()).toBe(before)
    server.win32.terminateProcess(created.process, 0)
    await server.exitCode(created)
  })
})
