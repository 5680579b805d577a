import { tokenAccess, type Borrowed, type ProfileApi } from '@asuser/native'
import {
  environmentStrings,
  systemVariables,
  userVariables,
  variablesOf,
  type Variables,
} from '../kernel/environment.ts'
import { Failure } from '../kernel/failure.ts'
import type { Token } from '../kernel/token.ts'
import type { Caller } from './caller.ts'

export function createProfileApi(caller: Caller): ProfileApi {
  const { accounts } = caller.lsa

  /** @throws Failure `ERROR_ACCESS_DENIED` */
  function tokenForEnvironment(handle: Borrowed<'token'>): Token {
    const { object: token, granted } = caller.handles.lookUp(handle, 'token')
    const needed = token.isPrimary ? tokenAccess.TOKEN_QUERY | tokenAccess.TOKEN_DUPLICATE : tokenAccess.TOKEN_QUERY
    if ((granted & needed) !== needed) throw new Failure('ERROR_ACCESS_DENIED', { handle: 'token' })
    return token
  }

  function variablesOfUser(token: Token): Variables {
    const { name, domain } = token.session
    const account = accounts.userBySid(token.user.sid)
    const own =
      account !== undefined && caller.machine.loadedProfiles.has(token.user.sid.toString()) ? account.variables : {}
    return { ...userVariables(name, domain, profileDirectoryOf(token)), ...own }
  }

  function profileDirectoryOf(token: Token): string {
    const account = accounts.userBySid(token.user.sid)
    if (account !== undefined) return account.profileDirectory
    const directory = serviceProfiles.get(token.user.sid.toString())
    if (directory === undefined) throw new Failure('ERROR_FILE_NOT_FOUND', { sid: token.user.sid.toString() })
    return directory
  }

  return {
    async createEnvironmentBlock({ token, inherit }) {
      const inherited = inherit ? variablesOf(caller.process.environment) : {}
      const user = token === null ? {} : variablesOfUser(tokenForEnvironment(token))
      return environmentStrings(inherited, systemVariables(accounts.computerName), user)
    },

    async getUserProfileDirectory(handle) {
      return profileDirectoryOf(caller.handles.resolve(handle, tokenAccess.TOKEN_QUERY, 'token'))
    },
  }
}

const serviceProfiles = new Map([
  ['S-1-5-18', 'C:\\Windows\\System32\\config\\systemprofile'],
  ['S-1-5-19', 'C:\\Windows\\ServiceProfiles\\LocalService'],
  ['S-1-5-20', 'C:\\Windows\\ServiceProfiles\\NetworkService'],
])
