import { tokenElevationType, tokenType } from '@asuser/native'
import { type Acl, SecurityDescriptor, Sid } from '@asuser/security-descriptors'
import { createLogonSession } from '../kernel/logon-session.ts'
import { primaryLevel, type TokenContents } from '../kernel/token.ts'

const anonymous = Sid.wellKnown('Anonymous')
const sessionId = 0

/** The one logon session of nobody, which is there from boot on. */
const session = createLogonSession({
  luid: 0x3e6n,
  logonSid: undefined,
  user: anonymous,
  name: 'ANONYMOUS LOGON',
  domain: 'NT AUTHORITY',
})

/**
 * What the token of `ImpersonateAnonymousToken` says: a user without groups, not even Everyone, which is the default of
 * Windows, and without privileges.
 *
 * @see https://learn.microsoft.com/previous-versions/windows/it-pro/windows-10/security/threat-protection/security-policy-settings/network-access-let-everyone-permissions-apply-to-anonymous-users
 */
export function anonymousToken(): TokenContents {
  return {
    type: tokenType.TokenImpersonation,
    level: primaryLevel,
    session,
    sessionId,
    user: { sid: anonymous, attributes: 0 },
    groups: [],
    privileges: [],
    defaults: { owner: anonymous, primaryGroup: anonymous, dacl: everyone },
    source: { name: '*SYSTEM*', luid: 0n },
    origin: 0n,
    elevationType: tokenElevationType.TokenElevationTypeDefault,
    elevated: false,
    integrityLevel: Sid.parse('S-1-16-0'),
    mandatoryPolicy: 1,
    restrictedSids: [],
    linked: undefined,
  }
}

const everyone: Acl | null = SecurityDescriptor.fromSddl('D:(A;;GA;;;WD)(A;;GA;;;AN)').dacl ?? null
