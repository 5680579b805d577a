// Twenty thousand descriptors and strings, and as many decisions: what the system makes of them is what
// @asuser/security-descriptors makes of them. The faults of Wine are rows of contract/deviations.ts, each with a function
// that says what Wine does instead.
import {
  accessRight,
  getWin32,
  impersonationLevel,
  securityInformation,
  tokenType,
  Win32Error,
  type Borrowed,
  type Win32,
} from '@asuser/native'
import { errorNumbers, objectTypes, SddlSyntaxError, SecurityDescriptor, Sid } from '@asuser/security-descriptors'
import { accessCheck, type AccessToken } from '@asuser/security-descriptors/access-check'
import { describe, expect, it } from 'vitest'
// @boundaries-ignore support of all test suites
import { installedAccounts } from '../../../tools/testing/installed-accounts.ts'
import { deviationIn } from './contract/deviations.ts'
import { RandomSource, SddlGenerator, words } from './contract/generated-security.ts'
import { wineBytes, wineGrants, wineReason, wineText } from './contract/wine-security.ts'

const lane = process.env['ASUSER_LANE'] === 'wine' ? 'wine' : 'windows'
// Without the shim of the lane, Wine takes every descriptor for a broken one.
if (lane === 'wine') await installedAccounts()
const win32 = getWin32()
const machineSid = await findMachineSid(win32)

const allParts =
  securityInformation.OWNER_SECURITY_INFORMATION |
  securityInformation.GROUP_SECURITY_INFORMATION |
  securityInformation.DACL_SECURITY_INFORMATION |
  securityInformation.SACL_SECURITY_INFORMATION |
  securityInformation.LABEL_SECURITY_INFORMATION

const aliases = words(
  'WD CO CG OW NU IU SU AN ED PS AU RC SY LS NS AC LW ME HI SI BU BG PU AO SO PO',
  'BO RE RU RD NO LA LG wd Sy',
)
const newerAliases = words('WR UD AS SS MP MU LU IS CY ER CD RA ES MS HA AA RM')

/** What a lane does where Windows does `usual`. */
function expected(what: string, usual: string): string {
  const row = deviationIn(lane, what)
  return typeof row?.expected === 'string' ? row.expected : usual
}

async function findMachineSid({ lookupAccountName }: Win32): Promise<Sid> {
  const { sid } = await lookupAccountName.call(win32, null, process.env['COMPUTERNAME'] ?? '')
  return Sid.fromBytes(sid)
}

/** The text of bytes, or the code that a call fails with. */
function hexOrCode(call: () => Uint8Array): string {
  try {
    return Buffer.from(call()).toString('hex')
  } catch (error) {
    if (error instanceof Win32Error || error instanceof SddlSyntaxError) return error.code
    throw error
  }
}

function parsedByWindows(text: string): string {
  return hexOrCode(() => win32.convertStringSecurityDescriptorToSecurityDescriptor(text))
}

function parsedHere(text: string): string {
  return hexOrCode(() => {
    const descriptor = SecurityDescriptor.fromSddl(text, { machineSid })
    return expected('SDDL: layout of the bytes', 'windows') === 'wine' ? wineBytes(descriptor) : descriptor.toBytes()
  })
}

function formattedHere(descriptor: SecurityDescriptor): string {
  const ownAliases = expected('SDDL: account aliases as text', 'aliases') === 'aliases' ? { machineSid } : {}
  if (expected('SDDL: text of a SACL', 'windows') === 'wine') return wineText(descriptor)
  return descriptor.toSddl(ownAliases)
}

/** What Windows says to a text, where Wine may say something of its own. */
function expectedParse(text: string): string {
  if (/\( ?(?:ml|au|a|d);/u.test(text)) {
    const code = expected('SDDL: ACE types in lower case', '')
    if (code !== '') return code
  }
  if (/;(?:0x)?0+;;;/u.test(text)) {
    const code = expected('SDDL: a mask of zero', '')
    if (code !== '') return code
  }
  return parsedHere(text)
}

describe('SDDL', () => {
  it('gives the same bytes as ConvertStringSecurityDescriptorToSecurityDescriptor for 15,000 texts', () => {
    const generator = new SddlGenerator(new RandomSource(1), { sids: ['BA', ...aliases] })
    const texts = Array.from({ length: 15_000 }, () => generator.descriptor())
    const different = texts.filter((text) => parsedByWindows(text) !== expectedParse(text))
    expect(different.slice(0, 5)).toEqual([])
    expect(texts.filter((text) => text.length > 100).length).toBeGreaterThan(5000)
  })

  it('gives the same text as ConvertSecurityDescriptorToStringSecurityDescriptor for 15,000 descriptors', () => {
    const generator = new SddlGenerator(new RandomSource(2), { sids: ['BA', ...aliases] })
    const different: string[] = []
    for (let count = 0; count < 15_000; count++) {
      const descriptor = SecurityDescriptor.fromSddl(generator.descriptor(), { machineSid })
      const text = win32.convertSecurityDescriptorToStringSecurityDescriptor(descriptor.toBytes(), allParts)
      if (text !== formattedHere(descriptor)) different.push(`${text} | ${formattedHere(descriptor)}`)
    }
    expect(different.slice(0, 5)).toEqual([])
  })

  it('refuses the same mistakes with the same codes in 5,000 texts', () => {
    const generator = new SddlGenerator(new RandomSource(3), { sids: ['BA', ...aliases] })
    const different: string[] = []
    for (let count = 0; count < 5000; count++) {
      const { text, code } = generator.mistaken()
      if (parsedByWindows(text) !== code || parsedHere(text) !== code) {
        different.push(`${text}: ${parsedByWindows(text)}, ${parsedHere(text)}`)
      }
    }
    expect(different.slice(0, 5)).toEqual([])
  })

  it.each(newerAliases)('knows the alias %s, also within an ACE', (alias) => {
    const text = `O:${alias}`
    expect(parsedByWindows(text)).toBe(expected('SDDL: newer aliases', parsedHere(text)))
    expect(parsedHere(text)).toMatch(/^01/u)
  })

  it('reads an authority of 48 bits', () => {
    const isWhole = expected('SDDL: authorities of 48 bits', '48 bits') === '48 bits'
    expect(parsedByWindows('O:S-1-0x123456789A-7')).toBe(
      parsedHere(`O:S-1-${isWhole ? '0x123456789A' : '0xFFFFFFFF'}-7`),
    )
  })

  it('takes a mask of zero', () => {
    expect(parsedByWindows('D:(A;;0x0;;;WD)')).toBe(expected('SDDL: a mask of zero', parsedHere('D:(A;;0x0;;;WD)')))
  })

  const letThrough = [
    'D:(A;;GA;;;WD))',
    'D:(;;GA;;;WD)',
    'D:(A;;GA;;;WD)x',
    'D:PX',
    'D:Q',
    'O:BA BA',
    'O:BAO:BA',
    'D:D:',
    'O:S-1-5-32-x',
    'D:(AU;SA;GA;;;WD)',
    'S:(A;;GA;;;WD)',
    'D:(ML;;NW;;;LW)',
  ] as const
  it.each(letThrough)('refuses %s', (text) => {
    const code = parsedHere(text)
    expect(code).toMatch(/^ERROR_/u)
    if (expected('SDDL: mistakes that are let through', 'refused') === 'refused')
      expect(parsedByWindows(text)).toBe(code)
    else expect(parsedByWindows(text)).toMatch(/^01/u)
  })

  it('reads the words for a NULL DACL', () => {
    const isRead = expected('SDDL: mistakes that are let through', 'refused') === 'refused'
    const text = isRead ? 'D:NO_ACCESS_CONTROL' : 'D:'
    expect(parsedByWindows('D:NO_ACCESS_CONTROL')).toBe(parsedHere(text))
    expect(SecurityDescriptor.fromSddl('D:NO_ACCESS_CONTROL').dacl).toBeNull()
  })
})

const { genericMapping } = objectTypes.file
const win32Mapping = {
  genericRead: genericMapping.read,
  genericWrite: genericMapping.write,
  genericExecute: genericMapping.execute,
  genericAll: genericMapping.all,
}
const requests = [
  0, 1, 2, 0x20, 0x1_0000, 0x2_0000, 0x4_0000, 0x10_0000, 0x10_0020, 0x12_0089, 0x12_019f, 0x1f_01ff, 0x100_0000,
  0x102_0000, 0x200_0000, 0x200_0001, 0x202_0000,
] as const

/** A client as the pure check sees it. */
function describeToken(token: Borrowed<'token'>): AccessToken {
  const attributed = ({ sid, attributes }: { readonly sid: Uint8Array; readonly attributes: number }) => ({
    sid: Sid.fromBytes(sid),
    attributes,
  })
  return {
    user: attributed(win32.getTokenInformation(token, 'TokenUser')),
    groups: win32.getTokenInformation(token, 'TokenGroups').map(attributed),
    privileges: win32
      .getTokenInformation(token, 'TokenPrivileges')
      .map(({ luid, attributes }) => ({ name: win32.lookupPrivilegeName(luid), attributes })),
  }
}

describe('AccessCheck', () => {
  it('decides the same in 20,000 cases', () => {
    using own = win32.openProcessToken(win32.getCurrentProcess(), accessRight.MAXIMUM_ALLOWED)
    using client = win32.duplicateTokenEx(own, {
      desiredAccess: accessRight.MAXIMUM_ALLOWED,
      type: tokenType.TokenImpersonation,
      impersonationLevel: impersonationLevel.SecurityImpersonation,
    })
    const token = describeToken(client)
    const held = [token.user, ...token.groups].map(({ sid }) => sid.toString())
    const random = new RandomSource(4)
    const generator = new SddlGenerator(random, { sids: ['WD', ...held, 'AN', 'BG', 'CO', 'PS', 'OW', 'NU', 'RC'] })
    const isWine = expected('AccessCheck: what is granted', 'windows') === 'wine'
    const different: string[] = []
    const seen = new Map<string, number>()
    for (let count = 0; count < 20_000; count++) {
      const descriptor = SecurityDescriptor.fromSddl(generator.checkable())
      const desiredAccess = random.pick(requests)
      const decided = win32.accessCheck({
        descriptor: descriptor.toBytes(),
        token: client,
        desiredAccess,
        genericMapping: win32Mapping,
      })
      const { granted, grantedAccess, error } = accessCheck({ descriptor, token, desiredAccess, genericMapping })
      const reason =
        isWine && error !== 'ERROR_PRIVILEGE_NOT_HELD'
          ? wineReason(descriptor, token, desiredAccess, genericMapping)
          : undefined
      const access = reason === undefined ? grantedAccess : wineGrants(descriptor, token, desiredAccess, genericMapping)
      const errno = access !== 0 ? 0 : errorNumbers[error ?? 'ERROR_ACCESS_DENIED']
      if (
        String([errno === 0, access, errno]) !== String([decided.accessStatus, decided.grantedAccess, decided.errno])
      ) {
        different.push(
          `${descriptor.toSddl()} ${desiredAccess.toString(16)} ${reason}: ${JSON.stringify(decided)}, ${access}`,
        )
      }
      const kind = reason ?? (granted ? 'granted' : 'denied')
      seen.set(kind, (seen.get(kind) ?? 0) + 1)
    }
    expect(different.slice(0, 5)).toEqual([])
    // Also where Wine has no say of its own.
    expect(seen.get('granted')).toBeGreaterThan(300)
    expect(seen.get('denied')).toBeGreaterThan(1000)
  })
})
