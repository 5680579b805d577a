import { logonProvider, logonType } from '@asuser/native'
import { defaultSecurity } from '../kernel/default-security.ts'
import { Token } from '../kernel/token.ts'
import { NotSimulatedError } from '../not-simulated-error.ts'
import { logOn } from './logon.ts'
import type { Lsa } from './lsa.ts'

/**
 * The token that a server of this computer gets of `client` when that comes over the network: of a network logon with
 * the credentials that its session has for other computers, which are not always those of its user.
 *
 * @throws Failure as `LogonUser` does
 */
export function remoteClientToken(lsa: Lsa, { contents: client }: Token): Token {
  const { networkCredentials } = client.session
  if (networkCredentials === undefined) {
    throw new NotSimulatedError('openNamedPipe', 'a client of the network without credentials for it')
  }
  const [user = '', domain = null] = networkCredentials.user.split('\\').toReversed()
  const contents = logOn(lsa, {
    user,
    domain,
    password: networkCredentials.password,
    type: logonType.LOGON32_LOGON_NETWORK,
    provider: logonProvider.LOGON32_PROVIDER_DEFAULT,
    addedGroups: [],
    isTrusted: false,
    caller: client,
  })
  return new Token(lsa.luids, { ...contents, sessionId: 0 }, defaultSecurity(contents, 'token'))
}
