import type { AccountRightApi } from '@asuser/native'
import { type GenericMapping, SecurityDescriptor, type Sid } from '@asuser/security-descriptors'
import { grantAccess } from '../kernel/access.ts'
import { Failure } from '../kernel/failure.ts'
import { findAccountRight, type AccountRight } from '../lsa/account-rights.ts'
import type { Caller } from './caller.ts'
import { readSid } from './given-sid.ts'

export function createAccountRightApi(caller: Caller): AccountRightApi {
  const { rights } = caller.lsa

  /** @throws Failure `ERROR_ACCESS_DENIED` */
  function openPolicy(desiredAccess: number): void {
    checkAccess(policySecurity, desiredAccess, 'LsaOpenPolicy')
  }

  /** The entry of an account in the policy: made with the first right, gone with the last. */
  function rightsOfListed(account: Sid): readonly AccountRight[] {
    checkAccess(entrySecurity, ACCOUNT_VIEW)
    const held = rights.rightsOf(account)
    if (held.length === 0) throw new Failure('ERROR_FILE_NOT_FOUND', { sid: account.toString() })
    return held
  }

  function checkAccess(descriptor: SecurityDescriptor, desiredAccess: number, syscall?: string): void {
    try {
      grantAccess({ token: caller.process.token, descriptor, desiredAccess, genericMapping })
    } catch (error) {
      throw error instanceof Failure ? new Failure(error.code, error.context, syscall) : error
    }
  }

  return {
    async lsaAddAccountRights(account, names) {
      openPolicy(POLICY_CREATE_ACCOUNT | POLICY_LOOKUP_NAMES)
      const sid = readSid(account)
      for (const right of findAll(names)) rights.grant(right, sid)
    },

    async lsaRemoveAccountRights(account, names) {
      openPolicy(POLICY_LOOKUP_NAMES)
      const sid = readSid(account)
      const removed = findAll(names)
      rightsOfListed(sid)
      for (const right of removed) rights.revoke(right, sid)
    },

    async lsaEnumerateAccountRights(account) {
      openPolicy(POLICY_LOOKUP_NAMES)
      return rightsOfListed(readSid(account))
    },
  }
}

/** @throws Failure `ERROR_NO_SUCH_PRIVILEGE` when one of them is no right */
function findAll(names: readonly string[]): readonly AccountRight[] {
  return names.map((name) => {
    const right = findAccountRight(name)
    if (right === undefined) throw new Failure('ERROR_NO_SUCH_PRIVILEGE', { rights: names.join(', ') })
    return right
  })
}

const POLICY_CREATE_ACCOUNT = 0x10
const POLICY_LOOKUP_NAMES = 0x800
const ACCOUNT_VIEW = 1

/*
 * MS-LSAD 3.1.4.2.1: administrators change the policy, everybody may look up names in it; the entries of accounts are
 * the administrators' and the system's alone.
 */
const policySecurity = SecurityDescriptor.fromSddl('O:BAG:SYD:(A;;0xf1fff;;;SY)(A;;0xf1fff;;;BA)(A;;0x20801;;;WD)')
const entrySecurity = SecurityDescriptor.fromSddl('O:BAG:SYD:(A;;0xf000f;;;SY)(A;;0xf000f;;;BA)')
const genericMapping: GenericMapping = { read: 0x20006, write: 0x207f8, execute: 0x20801, all: 0xf0fff }
