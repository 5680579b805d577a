import type { AccountApi } from '@asuser/native'
import { Failure } from '../kernel/failure.ts'
import type { Caller } from './caller.ts'
import { readSid } from './given-sid.ts'

export function createAccountApi(caller: Caller): AccountApi {
  const { accounts } = caller.lsa

  function checkSystem(systemName: string | null): void {
    if (systemName === null || systemName === '') return
    const name = systemName.replace(/^\\\\/u, '')
    if (name.toLowerCase() === accounts.computerName.toLowerCase()) return
    throw new Failure('RPC_S_SERVER_UNAVAILABLE', { systemName })
  }

  return {
    async lookupAccountName(systemName, accountName) {
      checkSystem(systemName)
      const account = accounts.findByName(accountName)
      if (account === undefined) throw new Failure('ERROR_NONE_MAPPED', { accountName })
      return { sid: account.sid.toBytes(), domain: account.domain, use: account.use }
    },

    async lookupAccountSid(systemName, bytes) {
      checkSystem(systemName)
      const sid = readSid(bytes)
      const account = accounts.findBySid(sid)
      if (account === undefined) throw new Failure('ERROR_NONE_MAPPED', { sid: sid.toString() })
      return { name: account.name, domain: account.domain, use: account.use }
    },
  }
}
