import { describe, expect, it } from 'vitest'
import { Server } from '../../test/server.ts'

async function output(commandLine: string): Promise<{ readonly exitCode: number; readonly written: string }> {
  const server = new Server()
  using token = await server.logOn('alice')
  return server.output(token, `C:\\Windows\\System32\\${commandLine}`)
}

describe('whoami.exe', () => {
  it('names the user', async () => {
    expect(await output('whoami.exe')).toEqual({ exitCode: 0, written: 'simulated\\alice\r\n' })
  })

  it('lists groups and privileges with /all', async () => {
    const { written } = await output('whoami.exe /all')
    expect(written).toContain('Everyone S-1-1-0 0x7\r\n')
    expect(written).toMatch(/\(none\) S-1-5-5-\d+-\d+ 0xc0000007\r\n/u)
    expect(written).toContain('SeChangeNotifyPrivilege Enabled\r\n')
  })

  it('ends with 1 for what it does not know', async () => {
    expect((await output('whoami.exe /wrong')).exitCode).toBe(1)
  })
})

describe('cmd.exe', () => {
  it.each([
    ['cmd.exe /c echo hello  world', { exitCode: 0, written: 'hello  world\r\n' }],
    ['cmd.exe /d /s /c "echo quoted"', { exitCode: 0, written: 'quoted\r\n' }],
    ['cmd.exe /c exit 42', { exitCode: 42, written: '' }],
    ['cmd.exe /c exit /b -1', { exitCode: 0xffff_ffff, written: '' }],
    ['cmd.exe /c set SystemR', { exitCode: 0, written: 'SystemRoot=C:\\Windows\r\n' }],
    ['cmd.exe /c cd', { exitCode: 0, written: 'C:\\Windows\\System32\r\n' }],
    ['cmd.exe /c rem nothing', { exitCode: 0, written: '' }],
    ['cmd.exe /c unknown', { exitCode: 1, written: '' }],
  ])('runs %s', async (commandLine, expected) => {
    expect(await output(commandLine)).toEqual(expected)
  })
})

describe('timeout.exe', () => {
  it('waits', async () => {
    const before = performance.now()
    expect((await output('timeout.exe /t 0.02')).exitCode).toBe(0)
    expect(performance.now() - before).toBeGreaterThan(15)
  })
})
