import {
  tokenAccess,
  type PackageInformation,
  type SecurityContextAttribute,
  type SecurityContextAttributes,
  type SecurityContextLeg,
  type SspiApi,
} from '@asuser/native'
import { Credentials, type SecurityPackageName } from '../kernel/credentials.ts'
import { Failure } from '../kernel/failure.ts'
import { impersonationTokenAt } from '../kernel/impersonation.ts'
import { SecurityContext, type EstablishedPeer, type Exchange, type LegRequest } from '../kernel/security-context.ts'
import type { Token } from '../kernel/token.ts'
import { credentialsOwner, securityPackage } from '../lsa/security-package/acquire-credentials.ts'
import { ClientExchange } from '../lsa/security-package/client-exchange.ts'
import { ServerExchange } from '../lsa/security-package/server-exchange.ts'
import { NotSimulatedError } from '../not-simulated-error.ts'
import type { Caller } from './caller.ts'
import { runImpersonated } from './impersonated-callback.ts'

/** What does not expire. */
const never = 0x7fff_ffff_ffff_ffffn
const maxTokenSize = 12_000
/** Since Windows 8 and Server 2012. */
const kerberosMaxTokenSize = 48_000
/** SECPKG_FLAG_INTEGRITY, _PRIVACY, _CONNECTION, _IMPERSONATION, _ACCEPT_WIN32_NAME */
const capabilities = 0x1 | 0x2 | 0x10 | 0x100 | 0x200
/** SECPKG_FLAG_MUTUAL_AUTH, _DELEGATION */
const kerberosCapabilities = capabilities | 0x10000 | 0x20000

export function createSspiApi(caller: Caller): SspiApi {
  const { handles, lsa } = caller

  /** The first leg makes the context, unless it fails. */
  function takeLeg(
    given: SecurityContext | undefined,
    make: () => SecurityContext,
    request: LegRequest,
  ): SecurityContextLeg {
    const context = given ?? make()
    const { done, token, attributes, expiry = never } = context.exchange.advance(request)
    return {
      status: done ? 'ok' : 'continue',
      context: given === undefined ? handles.open('security-context', context, 0) : null,
      token,
      attributes,
      expiry,
    }
  }

  return {
    async acquireCredentialsHandle({ package: name, use, principal, identity, impersonate }) {
      if (principal !== null)
        throw new NotSimulatedError('acquireCredentialsHandle', 'the credentials of another principal')
      const packageName = securityPackage(name)
      const owner = credentialsOwner(lsa, caller.workerToken(impersonate), identity)
      const credentials = new Credentials({ package: packageName, use, owner, isGiven: identity !== null })
      return handles.open('credentials', credentials, 0)
    },

    async acceptSecurityContext(options) {
      const credentials = handles.resolve(options.credentials, 0, 'credentials')
      if (credentials.use === 'outbound') throw new Failure('SEC_E_NO_CREDENTIALS')
      const given = options.context === null ? undefined : handles.resolve(options.context, 0, 'security-context')
      if (given !== undefined && given.role !== 'server') throw new Failure('SEC_E_INVALID_HANDLE')
      const { contents } = caller.process.token
      const make = (): SecurityContext => new SecurityContext('server', new ServerExchange(credentials, lsa, contents))
      return takeLeg(given, make, options)
    },

    async initializeSecurityContext(options) {
      const credentials = handles.resolve(options.credentials, 0, 'credentials')
      const given = options.context === null ? undefined : handles.resolve(options.context, 0, 'security-context')
      if (given !== undefined && given.role !== 'client') throw new Failure('SEC_E_INVALID_HANDLE')
      const make = (): SecurityContext =>
        new SecurityContext('client', new ClientExchange(credentials, options.targetName ?? '', lsa))
      return takeLeg(given, make, options)
    },

    querySecurityContextToken(context) {
      const { clientToken } = handles.resolve(context, 0, 'security-context')
      return handles.open('token', clientToken, tokenAccess.TOKEN_ALL_ACCESS)
    },

    impersonateSecurityContext(context, callback) {
      function open(): Token {
        const { clientToken } = handles.resolve(context, 0, 'security-context')
        const security = caller.defaultSecurity('token')
        return impersonationTokenAt(clientToken.level, clientToken, caller.process.token, security)
      }
      return runImpersonated(caller.thread, open, callback)
    },

    queryContextAttributes(context, attribute) {
      const { peer, exchange } = handles.resolve(context, 0, 'security-context')
      return readers[attribute](peer, exchange)
    },
  }
}

type Readers = {
  readonly [A in SecurityContextAttribute]: (peer: EstablishedPeer, exchange: Exchange) => SecurityContextAttributes[A]
}

const readers: Readers = {
  SECPKG_ATTR_NAMES: ({ clientName }) => clientName,
  SECPKG_ATTR_PACKAGE_INFO: (_peer, exchange) => packageInformation(exchange.package),
  SECPKG_ATTR_NEGOTIATION_INFO(_peer, exchange) {
    if (exchange.package !== 'Negotiate') throw new Failure('SEC_E_UNSUPPORTED_FUNCTION')
    return packageInformation(exchange.settled)
  },
  SECPKG_ATTR_CLIENT_SPECIFIED_TARGET: ({ targetName }) => targetName,
}

function packageInformation(name: SecurityPackageName): PackageInformation {
  return name === 'NTLM'
    ? { name, capabilities, maxTokenSize }
    : { name, capabilities: kerberosCapabilities, maxTokenSize: kerberosMaxTokenSize }
}
