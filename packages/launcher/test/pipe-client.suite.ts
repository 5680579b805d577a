import type { Win32 } from '@asuser/native'
import { Sid } from '@asuser/security-descriptors'
import { createPipeServer, type Credentials, logonUser, type PipeClient, type PipeServer } from '@asuser/tokens'
import { describe, expect, it } from 'vitest'
import { launch } from '../src/index.ts'
import { outputOf } from './output.ts'
import { runReleased } from './run-released.ts'

interface StageProgram {
  readonly command: string
  readonly args: readonly string[]
}

/** Where clients of two users connect to a server. */
export interface PipeStage {
  readonly win32: Win32
  readonly clients: readonly [Credentials, Credentials]
  /** Connects `count` times to `path` and ends with how often it is not told its own SID: `args... path count`. */
  readonly client: StageProgram
  /** Prints the SID of its user. */
  readonly report: StageProgram
  /** How many processes are clients at once; each has as many connections that they are 200 together. */
  readonly processes: number
  close(): void
}

const connections = 200

/** Impersonate the client of a pipe, take its token, make it primary, start a process with it: on any implementation. */
export function describePipeClients(name: string, openStage: () => PipeStage | Promise<PipeStage>): void {
  describe(`clients of a pipe on ${name}`, () => {
    it('get processes started with their own identity', async () => {
      const stage = await openStage()
      await serve(stage, 1, 2, async (client) => {
        using token = client.token()
        const { stdout } = await runReleased(stage.report.command, stage.report.args, { token })
        return stdout.trim()
      })
      stage.close()
    })

    it(`get back their own identity and no other’s, ${connections} at once`, { timeout: 60_000 }, async () => {
      const stage = await openStage()
      let atOnce = 0
      let all: () => void
      const everybody = new Promise<void>((resolve) => {
        all = resolve
      })
      await serve(stage, connections / stage.processes, stage.processes, async (client) => {
        atOnce += 1
        if (atOnce === connections) all()
        await everybody
        using token = client.token()
        const within = client.impersonate(() => token.user.sid.toString())
        expect(within).toBe(token.user.sid.toString())
        return within
      })
      expect(atOnce).toBe(connections)
      stage.close()
    })
  })
}

async function serve(
  stage: PipeStage,
  connectionsEach: number,
  processes: number,
  answer: (client: PipeClient) => Promise<string>,
): Promise<void> {
  const { win32 } = stage
  const handlesBefore = win32.countOpenHandles()
  const server = createPipeServer({ security: { allow: [Sid.parse('S-1-5-11')] }, win32 })
  const served = answerAll(server, answer)
  await Promise.all(
    Array.from({ length: processes }, async (_, index) => {
      const credentials = stage.clients[index % 2] ?? stage.clients[0]
      using token = await logonUser({ ...credentials, win32 })
      const args = [...stage.client.args, server.path, String(connectionsEach)]
      const child = await launch(stage.client.command, args, { token })
      const [stderr, { exitCode }] = await Promise.all([outputOf(child.stderr), child.exited])
      expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' })
      await child.released
    }),
  )
  server.close()
  expect(await served).toBe(connectionsEach * processes)
  expect(win32.countOpenHandles()).toBe(handlesBefore)
}

async function answerAll(server: PipeServer, answer: (client: PipeClient) => Promise<string>): Promise<number> {
  const answers: Promise<void>[] = []
  for await (const client of server) answers.push(answerOne(client, answer))
  await Promise.all(answers)
  return answers.length
}

async function answerOne(client: PipeClient, answer: (client: PipeClient) => Promise<string>): Promise<void> {
  await client.identified
  const text = await answer(client)
  await new Promise<void>((resolve) => {
    client.stream.once('close', resolve)
    client.stream.resume()
    // The client hangs up: a server's end() would flush, and wineserver crashes now and then when many do so at once.
    client.stream.write(text)
  })
}
