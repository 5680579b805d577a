import { describe, expect, it } from 'vitest'
import type { Win32 } from '@asuser/native'
import { type Credentials, logonUser, processToken } from '@asuser/tokens'
import { launch } from '../src/index.ts'
import { outputOf } from './output.ts'
import { readDacls } from './read-dacls.ts'
import { runReleased } from './run-released.ts'

/** What the main job is done on: a simulated Windows, or the one that this runs on. */
export interface MainJobStage {
  readonly win32: Win32
  readonly clients: readonly [Credentials, Credentials]
  /** A program that copies stdin to stdout and ends with the number that is its last argument. */
  readonly copy: { readonly command: string; readonly args: readonly string[] }
  close(): void
}

const jobs = 50
const atOnce = 8

/** Log on, let onto the desktop, start, stream, learn the exit code, take back: on any implementation. */
export function describeMainJob(name: string, openStage: () => MainJobStage | Promise<MainJobStage>): void {
  describe(`main job on ${name}`, () => {
    it(`leaves nothing behind when done ${jobs} times, ${atOnce} at a time, for two clients`, async () => {
      const stage = await openStage()
      const before = readDacls(stage.win32)
      const handlesBefore = stage.win32.countOpenHandles()
      const grants = new Set<string>()

      await forEachAtOnce(jobs, async (index) => {
        const client = stage.clients[index % 2] ?? stage.clients[0]
        grants.add(await doMainJob(stage, client, index))
      })

      expect(grants.size).toBe(jobs)
      expect(readDacls(stage.win32)).toEqual(before)
      expect(stage.win32.countOpenHandles()).toBe(handlesBefore)
      stage.close()
    })

    it('ends with 0xC0000142 when the client is not let onto the desktop', async () => {
      const stage = await openStage()
      const { win32, clients, copy } = stage
      const interactive = { windowStation: 'winsta0', desktop: 'default', grant: false }
      const result = await runReleased(copy.command, [...copy.args, '0'], { user: clients[0], interactive, win32 })
      expect(result).toMatchObject({ exitCode: 0xc0000142, exitStatus: 'STATUS_DLL_INIT_FAILED', stdout: '' })
      stage.close()
    })

    it('leaves nothing behind when the password is wrong', async () => {
      const stage = await openStage()
      const user = { ...stage.clients[0], password: 'not the password' }
      const handlesBefore = stage.win32.countOpenHandles()
      const launching = launch(stage.copy.command, [], { user, interactive: true, win32: stage.win32 })
      await expect(launching).rejects.toMatchObject({ code: 'ERROR_LOGON_FAILURE', errno: 1326, syscall: 'LogonUserW' })
      expect(stage.win32.countOpenHandles()).toBe(handlesBefore)
      stage.close()
    })
  })
}

/** Returns whom the grant was for: the logon SID, which is another one each time. */
async function doMainJob({ win32, copy }: MainJobStage, client: Credentials, index: number): Promise<string> {
  using token = await logonUser({ ...client, win32 })
  const child = await launch(copy.command, [...copy.args, String(index)], { token, interactive: true })
  const identity = processToken(child.pid ?? 0, { access: queryAccess, win32 })
  expect(identity.user.sid).toEqual(token.user.sid)
  expect(identity.logonSid).toEqual(token.logonSid)
  identity.close()
  expect(child.grant?.objects).toEqual(['windowStation', 'desktop'])
  const input = `job ${index}\n`.repeat(1000)
  child.stdin?.end(input)
  const [stdout, stderr, exit] = await Promise.all([outputOf(child.stdout), outputOf(child.stderr), child.exited])
  expect({ stdout, stderr, exitCode: exit.exitCode }).toEqual({ stdout: input, stderr: '', exitCode: index })
  await child.released
  return child.grant?.trustee.toString() ?? ''
}

const queryAccess = 8

async function forEachAtOnce(count: number, work: (index: number) => Promise<void>): Promise<void> {
  let next = 0
  const worker = async (): Promise<void> => {
    for (let index = next++; index < count; index = next++) await work(index)
  }
  await Promise.all(Array.from({ length: atOnce }, worker))
}
