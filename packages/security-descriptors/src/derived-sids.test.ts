import { describe, expect, test } from 'vitest'

import {
  appContainerSid,
  capabilityGroupSid,
  capabilitySid,
  integrityDominates,
  integrityLevelSid,
  logonSid,
  serviceSid,
  sidKind,
} from './derived-sids.ts'
import { InvalidSecurityDescriptorError } from './errors.ts'
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
