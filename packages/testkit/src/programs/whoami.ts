import { tokenAccess, type Handle, type SidAndAttributes, type Win32 } from '@asuser/native'
import { Sid } from '@asuser/security-descriptors'
import type { Program } from './program.ts'

/**
 * `whoami` prints the account, `/user` its SID, `/groups` the groups, `/priv` the privileges, `/logonid` the logon SID,
 * `/all` everything but that; one item for each line, with SIDs and attributes in hex.
 */
export async function whoami(program: Program): Promise<number> {
  const { win32 } = program
  using token = win32.openProcessToken(win32.getCurrentProcess(), tokenAccess.TOKEN_QUERY)
  const lines = await report(win32, token, (program.argv[1] ?? '').toLowerCase())
  if (lines === undefined) {
    program.stderr.write(`ERROR: Invalid argument/option - '${program.argv[1] ?? ''}'.\r\n`)
    return 1
  }
  program.stdout.write(lines.map((line) => `${line}\r\n`).join(''))
  return 0
}

async function report(win32: Win32, token: Handle<'token'>, option: string): Promise<readonly string[] | undefined> {
  switch (option) {
    case '':
      return [(await nameOf(win32, win32.getTokenInformation(token, 'TokenUser'))).toLowerCase()]
    case '/user':
      return [await accountLine(win32, win32.getTokenInformation(token, 'TokenUser'))]
    case '/groups':
      return groupLines(win32, token)
    case '/priv':
      return privilegeLines(win32, token)
    case '/logonid':
      return win32.getTokenInformation(token, 'TokenLogonSid').map(({ sid }) => Sid.fromBytes(sid).toString())
    case '/all':
      return [
        await accountLine(win32, win32.getTokenInformation(token, 'TokenUser')),
        ...(await groupLines(win32, token)),
        ...privilegeLines(win32, token),
      ]
    default:
      return undefined
  }
}

async function groupLines(win32: Win32, token: Handle<'token'>): Promise<readonly string[]> {
  return Promise.all(win32.getTokenInformation(token, 'TokenGroups').map((group) => groupLine(win32, group)))
}

async function groupLine(win32: Win32, group: SidAndAttributes): Promise<string> {
  return `${await accountLine(win32, group)} 0x${group.attributes.toString(16)}`
}

async function accountLine(win32: Win32, account: SidAndAttributes): Promise<string> {
  return `${await nameOf(win32, account)} ${Sid.fromBytes(account.sid).toString()}`
}

function privilegeLines(win32: Win32, token: Handle<'token'>): readonly string[] {
  return win32
    .getTokenInformation(token, 'TokenPrivileges')
    .map(({ luid, attributes }) => `${win32.lookupPrivilegeName(luid)} ${attributes & 2 ? 'Enabled' : 'Disabled'}`)
}

/** A logon SID has no name. */
async function nameOf(win32: Win32, { sid }: SidAndAttributes): Promise<string> {
  try {
    const { domain, name } = await win32.lookupAccountSid(null, sid)
    return domain === '' ? name : `${domain}\\${name}`
  } catch {
    return '(none)'
  }
}
