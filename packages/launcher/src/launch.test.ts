import { inspect } from 'node:util'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { setWin32, UnsupportedPlatformError } from '@asuser/native'
import { CredentialsRefusedError, PrivilegeNotHeldError, type Token } from '@asuser/tokens'
import { outputOf } from '../test/output.ts'
import { password, startServer, type SimulatedServer } from '../test/simulated-server.ts'
import { BatchFileError, launch, LaunchError, run, spawn } from './index.ts'

let server: SimulatedServer
let token: Token

beforeEach(async () => {
  server = startServer({
    files: {
      'C:\\Data': { directory: true },
      'C:\\Data\\text.exe': {},
      'C:\\Hidden': { directory: true, sddl: 'O:SYG:SYD:P(A;OICI;FA;;;SY)' },
      'C:\\Hidden\\inner': { directory: true },
    },
    servers: { FILES: { users: { bob: password }, shares: {} } },
    programs: {
      'C:\\Hidden\\secret.exe': () => 0,
      'C:\\Tools\\admin.exe': { main: () => 0, requiresAdministrator: true },
    },
  })
  token = await server.logOn('alice')
})

afterEach(() => {
  token.close()
  server.windows.assertNoLeaks()
})

describe('launch', () => {
  it('resolves when the process is up', async () => {
    const child = await launch('C:\\Tools\\report.exe', ['a', 'b c'], { token })
    expect(child.pid).toBeGreaterThan(0)
    expect(child.image).toBe('C:\\Tools\\report.exe')
    expect(JSON.parse(await outputOf(child.stdout))).toMatchObject({
      argv: ['C:\\Tools\\report.exe', 'a', 'b c'],
      cwd: 'C:\\Users\\alice',
      env: { USERNAME: 'alice', USERPROFILE: 'C:\\Users\\alice' },
    })
    await child.released
  })

  it('takes credentials, and closes the token that it logged on', async () => {
    const user = { user: 'bob', domain: 'TEST', password }
    const child = await launch('C:\\Tools\\report.exe', [], { user, win32: server.win32 })
    expect(JSON.parse(await outputOf(child.stdout))).toMatchObject({ env: { USERNAME: 'bob' } })
    await child.released
  })

  it('makes a primary token of the impersonation token that a network logon gives', async () => {
    const user = { user: 'bob', password, type: 'network' } as const
    const child = await launch('C:\\Tools\\report.exe', [], { user, win32: server.win32 })
    expect(JSON.parse(await outputOf(child.stdout)).sid).toBe(
      Buffer.from(server.windows.sid('bob').toBytes()).toString('hex'),
    )
    await child.released
  })

  it('runs on the invisible station of the client when not interactive, on winsta0 when it is', async () => {
    const hidden = await run('C:\\Tools\\report.exe', [], { token })
    expect(JSON.parse(hidden.stdout).desktop).toMatch(/^Service-0x0-[0-9a-f]+\$\\Default$/)
    const shown = await run('C:\\Tools\\report.exe', [], { token, interactive: true })
    expect(JSON.parse(shown.stdout).desktop).toBe('WinSta0\\Default')
  })

  it('never passes on the environment of the server', async () => {
    const noisy = server.windows.startProcess({ account: 'LocalSystem', environment: { SERVER_SECRET: 'x' } })
    const user = { user: 'alice', password }
    for (const env of ['client', 'minimal', { ONLY: '1' }] as const) {
      const { stdout } = await run('C:\\Tools\\report.exe', [], { user, win32: noisy.win32, env })
      expect(stdout).not.toContain('SERVER_SECRET')
    }
  })

  it('asks for the environment of the client only where something follows from it', async () => {
    const cwd = 'C:\\Windows'
    const asked = async (options: {
      readonly env: 'client' | 'minimal' | Record<string, string>
      readonly cwd?: string
    }) => {
      const before = server.windows.calls.length
      const { stdout } = await run('C:\\Tools\\report.exe', [], { token, extraEnv: { MORE: '2' }, ...options })
      expect(JSON.parse(stdout)).toMatchObject({ env: { MORE: '2' }, ...(options.cwd && { cwd: options.cwd }) })
      return server.windows.calls.slice(before).some((call) => call.function === 'createEnvironmentBlock')
    }
    expect(await asked({ env: { ONLY: '1' }, cwd })).toBe(false)
    expect(await asked({ env: { ONLY: '1' } })).toBe(true)
    expect(await asked({ env: 'client', cwd })).toBe(true)
    expect(await asked({ env: 'minimal', cwd })).toBe(true)
  })

  it('lets the process inherit its three standard handles and nothing else', async () => {
    const child = await launch('C:\\Tools\\forever.exe', [], { token, interactive: true })
    using process = server.win32.openProcess(child.pid ?? 0, 0x1000)
    expect(server.win32.getProcessHandleCount(process)).toBe(3)
    child.kill()
    await child.released
  })

  it('starts the process inside of its job', async () => {
    const child = await launch('C:\\Tools\\forever.exe', [], { token, job: { activeProcesses: 1, memory: 2 ** 30 } })
    using process = server.win32.openProcess(child.pid ?? 0, 0x1000)
    expect(server.win32.isProcessInJob(process, null)).toBe(true)
    child.kill()
    await child.released
  })

  it('ends the process with the server, unless it is detached', async () => {
    // The handles of a server that is gone cannot be given back.
    vi.spyOn(process, 'emitWarning').mockImplementation(() => {})
    for (const detached of [false, true]) {
      const service = server.windows.startProcess({ account: 'LocalSystem' })
      const user = { user: 'alice', password }
      const options = { user, win32: service.win32, detached, stdio: 'ignore' } as const
      const child = await launch('C:\\Tools\\forever.exe', [], options)
      child.on('error', () => {})
      const { pid = 0 } = child
      service.exit()
      const find = (): unknown => server.win32.openProcess(pid, 0x1001)
      if (detached) {
        using process = server.win32.openProcess(pid, 0x1001)
        server.win32.terminateProcess(process, 0)
      } else expect(find).toThrow(expect.objectContaining({ code: 'ERROR_INVALID_PARAMETER' }))
      await child.released.catch(() => {})
    }
  })

  it('ends a process, even a detached one, whose end it would not learn of', async () => {
    server.windows.faults.next('registerWaitForSingleObject', 'ERROR_NOT_ENOUGH_MEMORY')
    const launching = launch('C:\\Tools\\forever.exe', [], { token, detached: true })
    await expect(launching).rejects.toMatchObject({ code: 'ERROR_NOT_ENOUGH_MEMORY' })
    token.close()
    server.windows.assertNoLeaks()
  })

  it('does not crash the server when it is aborted with nobody listening', async () => {
    const controller = new AbortController()
    const child = await launch('C:\\Tools\\forever.exe', [], { token, signal: controller.signal })
    controller.abort()
    await child.released
    expect(child.exitCode).toBe(1)
  })
})

describe('LaunchError', () => {
  it.each([
    ['the image is missing', 'C:\\Tools\\none.exe', {}, 'ERROR_FILE_NOT_FOUND', 2],
    ['the directory of the image is missing', 'C:\\None\\none.exe', {}, 'ERROR_PATH_NOT_FOUND', 3],
    ['the image is a directory', 'C:\\Tools', {}, 'ERROR_FILE_NOT_FOUND', 2],
    ['the image is no program', 'C:\\Data\\text.exe', {}, 'ERROR_BAD_EXE_FORMAT', 193],
    ['the client may not execute the image', 'C:\\Hidden\\secret.exe', {}, 'ERROR_ACCESS_DENIED', 5],
    ['the working directory is missing', 'C:\\Tools\\report.exe', { cwd: 'C:\\None' }, 'ERROR_DIRECTORY', 267],
    ['the client may not be there', 'C:\\Tools\\report.exe', { cwd: 'C:\\Hidden\\inner' }, 'ERROR_DIRECTORY', 267],
    ['the program wants an administrator', 'C:\\Tools\\admin.exe', {}, 'ERROR_ELEVATION_REQUIRED', 740],
    ['the image is a stream of a file', 'C:\\Tools\\report.exe:x.exe', {}, 'ERROR_BAD_PATHNAME', 161],
    ['the command is not in the path', 'nonesuch', {}, 'ERROR_FILE_NOT_FOUND', 2],
    ['the desktop is missing', 'C:\\Tools\\report.exe', { interactive: noDesktop }, 'ERROR_FILE_NOT_FOUND', 2],
    ['the station is missing', 'C:\\Tools\\report.exe', { interactive: noStation }, 'ERROR_FILE_NOT_FOUND', 2],
  ])('names code, image and identity when %s', async (_, command, options, code, errno) => {
    const failure = await launch(command, [], { token, interactive: true, ...options }).catch((error: unknown) => error)
    expect(failure).toBeInstanceOf(LaunchError)
    const identity = server.windows.sid('alice').toString()
    expect(failure).toMatchObject({ name: 'LaunchError', code, errno, command, identity, cause: { code } })
    expect(inspect(failure)).toContain(identity)
    expect(inspect(failure)).toContain(command)
  })

  it('says nothing of the password when it is wrong', async () => {
    const user = { user: 'alice', domain: 'TEST', password: 'hush hush' }
    const failure = await launch('C:\\Tools\\report.exe', [], { user, win32: server.win32 }).catch((e: unknown) => e)
    expect(failure).toMatchObject({ code: 'ERROR_LOGON_FAILURE', identity: 'TEST\\alice', syscall: 'LogonUserW' })
    const shown = inspect(failure, { depth: 20, showHidden: true }) + JSON.stringify(failure) + String(failure)
    expect(shown).not.toContain('hush')
    expect(shown).not.toContain(Buffer.from('hush hush', 'utf16le').toString('hex'))
  })

  it('shows new credentials to the server that is named, before anything is started', async () => {
    const user = { user: 'bob', password, type: 'newCredentials', proveAgainst: 'FILES' } as const
    const child = await launch('C:\\Tools\\report.exe', [], { user, win32: server.win32 })
    await outputOf(child.stdout)
    await child.released
    const wrong = { ...user, password: 'hush hush' }
    const failure = await launch('C:\\Tools\\report.exe', [], { user: wrong, win32: server.win32 }).catch(
      (error: unknown) => error,
    )
    expect(failure).toMatchObject({ code: 'ERROR_LOGON_FAILURE', syscall: 'WNetAddConnection2W' })
    expect(failure).toHaveProperty('cause', expect.any(CredentialsRefusedError))
    expect(inspect(failure, { depth: 20, showHidden: true })).not.toContain('hush')
    const { calls } = server.windows
    expect(calls.filter((call) => call.function === 'createProcessAsUser')).toHaveLength(1)
  })

  it('names the privileges that the server lacks', async () => {
    const { win32 } = server.windows.startProcess({ account: 'bob' })
    const failure = await launch('C:\\Tools\\report.exe', [], { user: { user: 'alice', password }, win32 }).catch(
      (error: unknown) => error,
    )
    expect(failure).toMatchObject({
      code: 'ERROR_PRIVILEGE_NOT_HELD',
      errno: 1314,
      cause: { context: { missing: 'SeAssignPrimaryTokenPrivilege, SeIncreaseQuotaPrivilege' } },
    })
    expect(failure).not.toBeInstanceOf(PrivilegeNotHeldError)
  })

  it('tells of a token that may not be acted with before anything is started', async () => {
    using identification = token.duplicate({ type: 'impersonation', level: 'identification' })
    await expect(launch('C:\\Tools\\report.exe', [], { token: identification })).rejects.toMatchObject({
      name: 'LaunchError',
      code: 'ERROR_BAD_IMPERSONATION_LEVEL',
      syscall: 'DuplicateTokenEx',
    })
  })
})

const noDesktop = { windowStation: 'winsta0', desktop: 'none' }
const noStation = { windowStation: 'none', desktop: 'default' }

describe('spawn', () => {
  it.each(['run.bat', 'C:\\Tools\\run.CMD', 'run.bat. '])('refuses the batch file %s at once', (command) => {
    expect(() => spawn(command, [], { token })).toThrow(BatchFileError)
    expect(() => spawn(command, [], { token })).toThrow(expect.objectContaining({ code: 'ERR_BATCH_FILE', command }))
  })

  it('throws at once when its streams cannot be opened, and leaves none open', () => {
    server.windows.faults.next('createPipePair', 'ERROR_PIPE_BUSY').afterwards(2)
    expect(() => spawn('C:\\Tools\\report.exe', [], { token })).toThrow(
      expect.objectContaining({ code: 'ERROR_PIPE_BUSY' }),
    )
  })

  it('needs Windows or a simulated one', async () => {
    const user = { user: 'alice', password }
    expect(() => spawn('x', [], { user })).toThrow(UnsupportedPlatformError)
    using _installed = setWin32(server.win32)
    await expect(run('C:\\Tools\\exit.exe', ['6'], { user })).resolves.toMatchObject({ exitCode: 6 })
  })
})
