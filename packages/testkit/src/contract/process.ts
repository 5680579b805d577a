import { text } from 'node:stream/consumers'
import { setTimeout as delay } from 'node:timers/promises'
import {
  accessRight,
  creationFlag,
  processAccess,
  STILL_ACTIVE,
  tokenAccess,
  type CreateProcessAsUserOptions,
} from '@asuser/native'
import { describe, expect, it } from 'vitest'
import type { ReportedIdentity } from './backend.ts'
import { asyncOutcomeOf, narrowed, outcomeOf, type ContractRun } from './contract-run.ts'

const { PROCESS_QUERY_LIMITED_INFORMATION, PROCESS_TERMINATE } = processAccess

export function describeProcesses(run: () => ContractRun): void {
  describe('createProcessAsUser', () => {
    it('starts a process that is the client', async () => {
      const { backend } = run()
      using token = await run().logOn(backend.accounts.alice)
      const [logonSid] = run().win32.getTokenInformation(token, 'TokenLogonSid')
      const { output, exitCode } = await run().output(token, backend.programs.reportIdentity())
      expect(exitCode).toBe(0)
      const report: ReportedIdentity = JSON.parse(output)
      expect(report.user).toBe(hex((await run().sidOf(backend.accounts.alice)).toBytes()))
      expect(report.logonSids).toEqual([hex(logonSid?.sid ?? new Uint8Array())])
      expect(report.sessionId).toBe(run().win32.getTokenInformation(token, 'TokenSessionId'))
    })

    it('passes environment, directory and arguments on', async () => {
      const { backend } = run()
      using token = await run().logOn(backend.accounts.alice)
      const { commandLine, applicationName } = backend.programs.reportIdentity()
      const environment = await run().win32.createEnvironmentBlock({ token: null, inherit: true })
      const { output } = await run().output(
        token,
        { applicationName, commandLine: `${commandLine} "two words" back\\slash \\"quoted\\"` },
        { environment: [...environment, 'ZZ_CONTRACT=1 = one'], currentDirectory: backend.paths.otherDirectory },
      )
      const report: ReportedIdentity = JSON.parse(output)
      expect(report.environment['ZZ_CONTRACT']).toBe('1 = one')
      expect(report.currentDirectory.toLowerCase()).toBe(backend.paths.otherDirectory.toLowerCase())
      expect(report.argv.slice(1)).toEqual(['two words', 'back\\slash', '"quoted"'])
    })

    it.each([0, 1, 255, 259, 0xc000_0005, 0xffff_ffff])('learns the exit code %i', async (code) => {
      using token = await run().logOn(run().backend.accounts.alice)
      expect(await run().exitCode(await run().start(token, run().backend.programs.exitWith(code)))).toBe(code)
    })

    it('takes an impersonation token', async () => {
      // Since Windows 7; windows-behaviour 2.6.
      using token = await run().logOn(run().backend.accounts.alice, 3)
      expect(await run().exitCode(await run().start(token, run().backend.programs.exitWith(5)))).toBe(5)
    })

    it('names what it cannot reach', async () => {
      const { paths, programs } = run().backend
      using token = await run().logOn(run().backend.accounts.alice)
      const outcome = ({ currentDirectory = null, ...program }: Partial<CreateProcessAsUserOptions>): Promise<string> =>
        asyncOutcomeOf(async () => {
          await run().exitCode(await run().start(token, { ...programs.exitWith(0), ...program }, { currentDirectory }))
        })
      expect(await outcome({ applicationName: paths.missingFile })).toBe('ERROR_FILE_NOT_FOUND')
      expect(await outcome({ applicationName: `${paths.missingDirectory}\\program.exe` })).toBe('ERROR_PATH_NOT_FOUND')
      expect(await outcome({ applicationName: paths.textFile })).toBe('ERROR_BAD_EXE_FORMAT')
      expect(await outcome({ currentDirectory: paths.missingDirectory })).toBe('ERROR_DIRECTORY')
      expect(await outcome({ currentDirectory: paths.textFile })).toBe('ERROR_DIRECTORY')
      const tooLong = `${programs.exitWith(0).commandLine} ${'x'.repeat(32_767)}`
      expect(await outcome({ commandLine: tooLong })).toBe(
        run().expected('a command line that is too long', 'ERROR_FILENAME_EXCED_RANGE'),
      )
    })

    it('fails with ERROR_ACCESS_DENIED for a token handle that may not be assigned', async () => {
      const { TOKEN_QUERY, TOKEN_ASSIGN_PRIMARY, TOKEN_DUPLICATE } = tokenAccess
      using token = await run().logOn(run().backend.accounts.alice)
      const program = run().backend.programs.exitWith(0)
      for (const access of [TOKEN_QUERY, TOKEN_ASSIGN_PRIMARY, TOKEN_QUERY | TOKEN_DUPLICATE]) {
        using narrow = narrowed(run().win32, token, access)
        expect(await asyncOutcomeOf(() => run().start(narrow, program))).toBe('ERROR_ACCESS_DENIED')
      }
    })

    it('refuses a standard handle that is not in the handle list', async () => {
      using token = await run().logOn(run().backend.accounts.alice)
      const { server, client } = run().win32.createPipePair('outbound')
      const standardHandles = { input: client, output: null, error: null }
      await expect(async () =>
        run().start(token, run().backend.programs.exitWith(0), { startupInfo: { standardHandles } }),
      ).rejects.toThrow(TypeError)
      server.close()
      client.close()
    })

    it('gives a null device that reads as empty and swallows what is written', async () => {
      const { backend } = run()
      using token = await run().logOn(backend.accounts.alice)
      const standardHandles = { input: 'null-device', output: 'null-device', error: 'null-device' } as const
      const created = await run().start(token, backend.programs.echoStdin(), { startupInfo: { standardHandles } })
      expect(await run().exitCode(created)).toBe(0)
    })

    it('gives a null device beside other handles', async () => {
      const { backend, win32 } = run()
      using token = await run().logOn(backend.accounts.alice)
      const { server, client } = win32.createPipePair('inbound')
      const stdout = text(win32.openPipeStream(server, 'inbound'))
      const created = await run().start(token, backend.programs.echoStdin(), {
        startupInfo: { standardHandles: { input: 'null-device', output: client, error: 'null-device' } },
        handleList: [client],
      })
      client.close()
      expect(await stdout).toBe('')
      expect(await run().exitCode(created)).toBe(0)
    })

    it('waits for resumeThread when it is created suspended', async () => {
      using token = await run().logOn(run().backend.accounts.alice)
      const creationFlags = creationFlag.CREATE_NO_WINDOW | creationFlag.CREATE_SUSPENDED
      const created = await run().start(token, run().backend.programs.exitWith(9), { creationFlags })
      await delay(20)
      expect(run().win32.getExitCodeProcess(created.process)).toBe(STILL_ACTIVE)
      expect(run().win32.resumeThread(created.thread)).toBe(1)
      expect(await run().exitCode(created)).toBe(9)
    })
  })

  describe('openProcess', () => {
    it('opens with the asked access and no more', async () => {
      const { win32 } = run()
      using token = await run().logOn(run().backend.accounts.alice)
      const created = await run().start(token, run().backend.programs.runForever())
      using limited = win32.openProcess(created.processId, PROCESS_QUERY_LIMITED_INFORMATION)
      expect(win32.getExitCodeProcess(limited)).toBe(STILL_ACTIVE)
      expect(outcomeOf(() => win32.terminateProcess(limited, 1))).toBe('ERROR_ACCESS_DENIED')
      expect(outcomeOf(() => win32.registerWaitForSingleObject(limited, () => {}))).toBe('ERROR_ACCESS_DENIED')
      using killer = win32.openProcess(created.processId, PROCESS_TERMINATE)
      expect(outcomeOf(() => win32.getExitCodeProcess(killer))).toBe('ERROR_ACCESS_DENIED')
      win32.terminateProcess(killer, 0xdead)
      expect(await run().exitCode(created)).toBe(0xdead)
    })

    it('fails with ERROR_INVALID_PARAMETER for an id that no process has', () => {
      expect(outcomeOf(() => run().win32.openProcess(0x7fff_fff0, accessRight.SYNCHRONIZE))).toBe(
        'ERROR_INVALID_PARAMETER',
      )
    })
  })

  describe('terminateProcess', () => {
    it('fails with ERROR_ACCESS_DENIED when the process has ended', async () => {
      using token = await run().logOn(run().backend.accounts.alice)
      const created = await run().start(token, run().backend.programs.runForever())
      run().win32.terminateProcess(created.process, 3)
      await run().ended(created.process)
      expect(outcomeOf(() => run().win32.terminateProcess(created.process, 4))).toBe(
        run().expected('ending a process that has ended', 'ERROR_ACCESS_DENIED'),
      )
      expect(await run().exitCode(created)).toBe(3)
    })
  })

  describe('registerWaitForSingleObject', () => {
    it('calls back later, also when the process has ended already', async () => {
      using token = await run().logOn(run().backend.accounts.alice)
      const created = await run().start(token, run().backend.programs.exitWith(0))
      await run().ended(created.process)
      let called = false
      const waited = new Promise<void>((resolve) => {
        run().win32.registerWaitForSingleObject(created.process, () => {
          called = true
          resolve()
        })
      })
      expect(called).toBe(false)
      await waited
      await run().exitCode(created)
    })

    it('is silent after unregister, and can be disposed twice', async () => {
      using token = await run().logOn(run().backend.accounts.alice)
      const created = await run().start(token, run().backend.programs.runForever())
      let calls = 0
      const wait = run().win32.registerWaitForSingleObject(created.process, () => {
        calls += 1
      })
      wait.unref()
      wait.ref()
      wait.unregister()
      wait[Symbol.dispose]()
      run().win32.terminateProcess(created.process, 0)
      await run().exitCode(created)
      expect(calls).toBe(0)
    })
  })
}

function hex(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('hex')
}
