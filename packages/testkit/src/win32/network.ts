import { connectFlag, networkResourceType, type NetworkApi, type WNetAddConnection2Options } from '@asuser/native'
import { Failure } from '../kernel/failure.ts'
import { NotSimulatedError } from '../not-simulated-error.ts'
import type { Caller } from './caller.ts'
import { passwordText } from './password-text.ts'

export function createNetworkApi(caller: Caller): NetworkApi {
  const { network } = caller.machine
  return {
    async wNetAddConnection2(options) {
      const { session } = caller.workerToken(options.impersonate)
      const { remoteName, localName } = options
      requireSimulated(options)
      try {
        network.connect(session, { remoteName, localName, credentials: credentialsOf(options, session.name) })
      } catch (error) {
        throw error instanceof Failure ? new Failure(error.code, { ...error.context, ...describe(options) }) : error
      }
    },

    async wNetCancelConnection2({ name, impersonate }) {
      network.cancel(caller.workerToken(impersonate).session, name)
    },

    async wNetEnumerateConnections({ impersonate }) {
      return network.connectionsOf(caller.workerToken(impersonate).session)
    },
  }
}

const { RESOURCETYPE_ANY, RESOURCETYPE_DISK, RESOURCETYPE_PRINT } = networkResourceType

/** Connections that live as long as the logon session, to folders, without anybody to ask. */
function requireSimulated({ type, flags, localName }: WNetAddConnection2Options): void {
  if (type === RESOURCETYPE_PRINT) throw new NotSimulatedError('wNetAddConnection2', 'a connection to a printer')
  if (type !== RESOURCETYPE_ANY && type !== RESOURCETYPE_DISK) throw new Failure('ERROR_INVALID_PARAMETER')
  if (localName === null && flags & connectFlag.CONNECT_REDIRECT) throw new Failure('ERROR_INVALID_ADDRESS')
  const other = flags & ~(connectFlag.CONNECT_TEMPORARY | connectFlag.CONNECT_REDIRECT)
  if (other !== 0) throw new NotSimulatedError('wNetAddConnection2', `the flags 0x${other.toString(16)}`)
}

/** Without a name it is the user of the session, with the given password; without both it is what the session has. */
function credentialsOf(
  { user, password }: WNetAddConnection2Options,
  sessionUser: string,
): { readonly user: string; readonly password: string } | undefined {
  if (user === null && password === null) return undefined
  return { user: user ?? sessionUser, password: password === null ? '' : passwordText(password) }
}

function describe({ remoteName, localName, user }: WNetAddConnection2Options): Record<string, string> {
  return { remoteName, ...(localName === null ? {} : { localName }), ...(user === null ? {} : { user }) }
}
