import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Win32 } from '@asuser/native'
import { createWindows, type SimulatedWindows } from '@asuser/testkit'
import { type CapabilityReport, currentProcessToken, type LogonTypeName, logonS4U, logonUser } from './index.ts'

const password = 'Secret-1'

let windows: SimulatedWindows
let win32: Win32

beforeEach(() => {
  windows = createWindows({
    computerName: 'TEST',
    users: { alice: { password }, heidi: { password, groups: ['Administrators'] } },
    rights: { SeBatchLogonRight: ['alice'], SeServiceLogonRight: ['alice'] },
  })
  win32 = windows.startProcess({ account: 'LocalSystem' }).win32
})

afterEach(() => windows.assertNoLeaks())

/** The answers alone. */
function answers(report: CapabilityReport): Record<string, unknown> {
  const { type: _type, level: _level, ...findings } = report
  return Object.fromEntries(Object.entries(findings).map(([name, finding]) => [name, finding.value]))
}

async function reportOf(user: string, type: LogonTypeName): Promise<CapabilityReport> {
  using token = await logonUser({ user, password, type, win32 })
  return token.capabilityReport()
}

describe('capabilityReport', () => {
  it('tells of an interactive logon with a password', async () => {
    using token = await logonUser({ user: 'alice', password, win32 })
    const report = token.capabilityReport()
    expect([report.type, report.level]).toEqual(['primary', undefined])
    expect(answers(report)).toEqual({
      actsLocally: 'yes',
      startsProcesses: 'yes',
      networkCredentials: 'yes',
      delegation: 'no',
      dpapi: 'yes',
      interactive: 'yes',
      elevation: 'default',
      elevated: 'no',
      logonSid: token.logonSid,
      sessionId: 0,
    })
    // The fact that it follows from, with the id of the logon session of the server.
    expect(report.networkCredentials.because).toContain('0x3e7')
  })

  it.each([
    ['batch', { startsProcesses: 'yes', networkCredentials: 'yes', interactive: 'no' }],
    ['service', { startsProcesses: 'yes', networkCredentials: 'yes', interactive: 'no' }],
    ['networkCleartext', { startsProcesses: 'yes', networkCredentials: 'unknown', dpapi: 'unknown' }],
    ['network', { actsLocally: 'yes', startsProcesses: 'no', networkCredentials: 'unknown', logonSid: undefined }],
  ] as const)('tells of a logon of the type %s', async (type, expected) => {
    expect(answers(await reportOf('alice', type))).toMatchObject(expected)
  })

  it('tells which half of an administrator it is', async () => {
    using limited = await logonUser({ user: 'heidi', password, win32 })
    using full = limited.linked()
    expect(answers(limited.capabilityReport())).toMatchObject({ elevation: 'limited', elevated: 'no' })
    expect(full && answers(full.capabilityReport())).toMatchObject({ elevation: 'full', elevated: 'yes' })
  })

  it('tells what each impersonation level is good for', async () => {
    using token = await logonUser({ user: 'alice', password, win32 })
    for (const [level, acts, credentials, delegation] of [
      ['identification', 'no', 'no', 'no'],
      ['impersonation', 'yes', 'yes', 'no'],
      ['delegation', 'yes', 'yes', 'yes'],
    ] as const) {
      using copy = token.duplicate({ type: 'impersonation', level })
      const report = copy.capabilityReport()
      expect(report.level).toBe(level)
      expect(answers(report)).toMatchObject({
        actsLocally: acts,
        startsProcesses: 'no',
        networkCredentials: credentials,
        delegation,
        dpapi: acts,
      })
    }
  })

  it('tells of the accounts that services run as', () => {
    for (const [account, credentials] of [
      ['LocalSystem', 'yes'],
      ['NetworkService', 'yes'],
      ['LocalService', 'no'],
    ] as const) {
      using token = currentProcessToken({ win32: windows.startProcess({ account }).win32 })
      expect(answers(token.capabilityReport())).toMatchObject({
        networkCredentials: credentials,
        dpapi: 'yes',
        interactive: 'no',
        logonSid: undefined,
        sessionId: 0,
      })
    }
  })

  it('tells of a client that was logged on without credentials', async () => {
    using token = await logonS4U({ user: 'alice', win32 })
    expect(answers(token.capabilityReport())).toMatchObject({ actsLocally: 'yes', networkCredentials: 'unknown' })
    using looked = await logonS4U({ user: 'alice', level: 'identification', win32 })
    expect(answers(looked.capabilityReport())).toMatchObject({
      actsLocally: 'no',
      networkCredentials: 'no',
      dpapi: 'no',
    })
  })

  it('gives a reason for every answer', async () => {
    const { type: _type, level: _level, ...findings } = await reportOf('heidi', 'interactive')
    for (const finding of Object.values(findings)) expect(finding.because).toMatch(/\w{2}/)
  })

  it('asks the token for nothing that TOKEN_QUERY does not give', async () => {
    using token = await logonUser({ user: 'alice', password, win32 })
    using narrow = token.duplicate({ type: 'primary', access: 8 })
    expect(narrow.capabilityReport().actsLocally.value).toBe('yes')
  })
})
