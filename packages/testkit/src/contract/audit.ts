import {
  privilegeAttribute,
  tokenAccess,
  type AccessCheckAndAuditAlarmOptions,
  type ObjectOpenAuditAlarmOptions,
} from '@asuser/native'
import { SecurityDescriptor } from '@asuser/security-descriptors'
import { describe, expect, it } from 'vitest'
import { asyncOutcomeOf, outcomeOf, type ContractRun } from './contract-run.ts'

const subsystemName = 'asuser contract'
const handleId = 0x1234n
const genericMapping = {
  genericRead: 0x12_0089,
  genericWrite: 0x12_0116,
  genericExecute: 0x12_00a0,
  genericAll: 0x1f_01ff,
}
const descriptor = SecurityDescriptor.fromSddl('O:SYG:SYD:(A;;FR;;;WD)S:(AU;SAFA;FA;;;WD)').toBytes()
const checked: AccessCheckAndAuditAlarmOptions = {
  subsystemName,
  handleId,
  objectTypeName: 'Document',
  objectName: 'notes',
  descriptor,
  desiredAccess: genericMapping.genericRead,
  genericMapping,
  objectCreation: false,
}

export function describeAudit(run: () => ContractRun): void {
  /** Runs a step with SeAuditPrivilege as told in the token of this process. */
  function withTrust<T>(enabled: boolean, step: () => T): T {
    const { win32 } = run()
    using own = run().ownToken(tokenAccess.TOKEN_QUERY | tokenAccess.TOKEN_ADJUST_PRIVILEGES)
    const luid = win32.lookupPrivilegeValue('SeAuditPrivilege')
    const attributes = enabled ? privilegeAttribute.SE_PRIVILEGE_ENABLED : 0
    const { previous } = win32.adjustTokenPrivileges(own, [{ luid, attributes }])
    try {
      return step()
    } finally {
      win32.adjustTokenPrivileges(own, previous)
    }
  }

  describe('the audit alarms', () => {
    it('take what they are told of objects and services', async () => {
      const { win32, backend } = run()
      using token = await run().logOn(backend.accounts.alice)
      const { objectTypeName, objectName, desiredAccess, objectCreation } = checked
      const opened: ObjectOpenAuditAlarmOptions = {
        subsystemName,
        handleId,
        objectTypeName,
        objectName,
        descriptor,
        desiredAccess,
        objectCreation,
        token,
        grantedAccess: desiredAccess,
        privileges: [],
        accessGranted: true,
      }
      const service = { subsystemName, serviceName: 'print', token, accessGranted: false }
      const privileges = [{ luid: win32.lookupPrivilegeValue('SeShutdownPrivilege'), attributes: 0 }]
      const used = { subsystemName, handleId, token, desiredAccess: 0x8_0000, privileges, accessGranted: true }
      withTrust(true, () => {
        const generateOnClose = win32.objectOpenAuditAlarm(opened)
        expect(typeof generateOnClose).toBe('boolean')
        win32.objectPrivilegeAuditAlarm(used)
        win32.objectDeleteAuditAlarm({ subsystemName, handleId, generateOnClose })
        win32.objectCloseAuditAlarm({ subsystemName, handleId, generateOnClose })
        win32.privilegedServiceAuditAlarm({ ...service, privileges })
      })
    })

    it('fail with ERROR_PRIVILEGE_NOT_HELD without SeAuditPrivilege', () => {
      const { win32 } = run()
      using token = run().ownToken(tokenAccess.TOKEN_QUERY)
      const object = { subsystemName, handleId }
      const used = { ...object, token, desiredAccess: 0x8_0000, privileges: [], accessGranted: true }
      const outcomes = withTrust(false, () => [
        outcomeOf(() => win32.objectCloseAuditAlarm({ ...object, generateOnClose: true })),
        outcomeOf(() => win32.objectPrivilegeAuditAlarm(used)),
      ])
      const expected = run().expected('an audit alarm without the privilege', 'ERROR_PRIVILEGE_NOT_HELD')
      expect(outcomes).toEqual([expected, expected])
    })
  })

  describe('accessCheckAndAuditAlarm', () => {
    it('decides for the client that the thread impersonates', async (context) => {
      run().needs('access checks with an audit alarm', context)
      const { win32, backend } = run()
      using token = await run().logOn(backend.accounts.alice)
      const check = (desiredAccess: number): number =>
        win32.impersonateLoggedOnUser(token, () => win32.accessCheckAndAuditAlarm({ ...checked, desiredAccess }).errno)
      withTrust(true, () => {
        expect([check(genericMapping.genericRead), check(genericMapping.genericWrite)]).toEqual([0, 5])
      })
    })

    it('fails with ERROR_NO_IMPERSONATION_TOKEN when the thread impersonates nobody', (context) => {
      run().needs('access checks with an audit alarm', context)
      const outcome = withTrust(true, () => outcomeOf(() => run().win32.accessCheckAndAuditAlarm(checked)))
      expect(outcome).toBe('ERROR_NO_IMPERSONATION_TOKEN')
    })

    it('checks the process, not the client, for SeAuditPrivilege', async (context) => {
      run().needs('access checks with an audit alarm', context)
      const { win32, backend } = run()
      using token = await run().logOn(backend.accounts.alice)
      const outcome = withTrust(false, () =>
        win32.impersonateLoggedOnUser(token, () => outcomeOf(() => win32.accessCheckAndAuditAlarm(checked))),
      )
      expect(outcome).toBe('ERROR_PRIVILEGE_NOT_HELD')
    })
  })

  describe('a security event source', () => {
    it('is installed, writes success and failure, and is taken out', async (context) => {
      run().needs('AuthZ', context)
      const { win32 } = run()
      const name = 'asuser-contract-source'
      await win32.authzInstallSecurityEventSource({ name, eventMessageFile: 'none', allowMultipleInstances: false })
      try {
        using source = await withTrust(true, () => win32.authzRegisterSecurityEventSource(name))
        const parameters = [{ type: 'string', value: 'notes' } as const, { type: 'ulong', value: 7 } as const]
        const event = { source, auditId: 1, userSid: null, parameters }
        await win32.authzReportSecurityEvent({ ...event, isSuccess: true })
        await win32.authzReportSecurityEvent({ ...event, isSuccess: false })
      } finally {
        await win32.authzUninstallSecurityEventSource(name)
      }
    })

    it('must be installed before', async (context) => {
      run().needs('AuthZ', context)
      const open = (): Promise<unknown> => run().win32.authzRegisterSecurityEventSource('asuser-contract-missing')
      expect(await asyncOutcomeOf(() => withTrust(true, open))).not.toBe('success')
    })
  })
}
