import { describe, expect, test } from 'vitest'

import {
  appContainerSid,
  applicationPoolSid,
  capabilityGroupSid,
  capabilitySid,
  integrityDominates,
  integrityLevelSid,
  logonSid,
  processTrustDominates,
  serviceSid,
  sidKind,
} from './derived-sids.ts'
import { InvalidSecurityDescriptorError } from './errors.ts'
import { thrownBy } from './fixtures/thrown.ts'
import { Sid } from './sid.ts'

describe('derived SIDs', () => {
  test('serviceSid gives the SID that sc.exe shows when the service is TrustedInstaller in any case', () => {
    const trustedInstaller = 'S-1-5-80-956008885-3418522649-1831038044-1853292631-2271478464'
    expect(serviceSid('TrustedInstaller').toString()).toBe(trustedInstaller)
    expect(serviceSid('trustedinstaller').toString()).toBe(trustedInstaller)
  })

  test('capabilitySid gives the documented SID when the capability is registryRead', () => {
    expect(capabilitySid('registryRead').toString()).toBe(
      'S-1-15-3-1024-1065365936-1281604716-3511738428-1654721687-432734479-3232135806-4053264122-3456934681',
    )
  })

  test('capabilityGroupSid ends like capabilitySid when both are for one name', () => {
    const words = capabilitySid('registryRead').subAuthorities.slice(2)
    expect(capabilityGroupSid('registryRead').subAuthorities).toEqual([32, ...words])
  })

  test('appContainerSid gives the package SID of the browser when its family name is given', () => {
    expect(appContainerSid('microsoft.microsoftedge_8wekyb3d8bbwe').toString()).toBe(
      'S-1-15-2-3624051433-2125758914-1423191267-1740899205-1073925389-3782572162-737981194',
    )
  })

  test('integrityDominates compares levels when both are integrity levels', () => {
    expect(integrityDominates(integrityLevelSid('high'), integrityLevelSid('medium'))).toBe(true)
    expect(integrityDominates(integrityLevelSid('medium'), integrityLevelSid('medium'))).toBe(true)
    expect(integrityDominates(integrityLevelSid(0x1000), integrityLevelSid('medium'))).toBe(false)
  })

  test('integrityDominates throws ERROR_INVALID_SID when a SID is no integrity level', () => {
    expect(() => integrityDominates(Sid.wellKnown('World'), integrityLevelSid('low'))).toThrow(
      InvalidSecurityDescriptorError,
    )
  })

  test('names are compared unit by unit, as Windows upper-cases them', () => {
    expect(serviceSid('straße').equals(serviceSid('STRASSE'))).toBe(false)
    expect(serviceSid('straße').equals(serviceSid('STRAßE'))).toBe(true)
    expect(capabilitySid('ﬁle').equals(capabilitySid('FILE'))).toBe(false)
    expect(applicationPoolSid('é').equals(applicationPoolSid('É'))).toBe(true)
    expect(appContainerSid('ΟΔΟΣ').equals(appContainerSid('οδοσ'))).toBe(true)
  })

  test.each([serviceSid, applicationPoolSid, appContainerSid, capabilitySid, capabilityGroupSid])(
    'throws ERR_INVALID_ARG_TYPE when the name is none',
    (derive) => {
      for (const name of [undefined, null, 5]) {
        const error = thrownBy(() => Reflect.apply(derive, undefined, [name]))
        expect(error).toMatchObject({ code: 'ERR_INVALID_ARG_TYPE' })
        expect(String(error)).toContain('"name"')
      }
    },
  )

  test.each(['mediun', 'toString', undefined])('integrityLevelSid throws ERR_INVALID_ARG_VALUE for %s', (level) => {
    const error = thrownBy(() => Reflect.apply(integrityLevelSid, undefined, [level]))
    expect(error).toMatchObject({ code: 'ERR_INVALID_ARG_VALUE' })
    expect(String(error)).toContain('"level"')
  })

  test.each([
    ['S-1-19-1024-8192', 'S-1-19-512-4096', true],
    ['S-1-19-512-4096', 'S-1-19-512-4096', true],
    ['S-1-19-512-8192', 'S-1-19-1024-4096', false],
    ['S-1-19-1024-4096', 'S-1-19-512-8192', false],
    ['S-1-19-0-0', 'S-1-19-512-1536', false],
  ])('processTrustDominates of %s and %s is %s, because both numbers count', (trust, other, dominates) => {
    expect(processTrustDominates(Sid.parse(trust), Sid.parse(other))).toBe(dominates)
  })

  test.each(['S-1-16-8192', 'S-1-19-512', 'S-1-19-512-8192-1'])(
    'processTrustDominates throws ERROR_INVALID_SID for %s',
    (text) => {
      const level = Sid.parse('S-1-19-512-8192')
      for (const sids of [
        [Sid.parse(text), level],
        [level, Sid.parse(text)],
      ] as const) {
        expect(thrownBy(() => processTrustDominates(...sids))).toMatchObject({ code: 'ERROR_INVALID_SID' })
      }
    },
  )

  test.each([
    [logonSid(0, 12345).toString(), 'logonSession'],
    ['S-1-5-32-544', 'builtin'],
    ['S-1-5-21-1-2-3-1001', 'account'],
    ['S-1-5-80-1-2-3-4-5', 'service'],
    ['S-1-5-82-1-2-3-4-5', 'applicationPool'],
    ['S-1-15-2-1', 'appContainer'],
    ['S-1-15-3-1', 'capability'],
    ['S-1-16-8192', 'integrityLevel'],
    ['S-1-19-512-8192', 'processTrust'],
    ['S-1-17-1', 'centralAccessPolicy'],
    ['S-1-5-18', 'other'],
    ['S-1-1-0', 'other'],
  ])('sidKind of %s is %s', (text, kind) => {
    expect(sidKind(Sid.parse(text))).toBe(kind)
  })
})
