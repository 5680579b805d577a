import { impersonationLevel, tokenAccess, type AuditApi, type Borrowed, type LuidAndAttributes } from '@asuser/native'
import { genericRightsMask } from '@asuser/security-descriptors'
import { isAudited } from '../kernel/audit-rules.ts'
import { readDescriptor } from '../kernel/descriptor-bytes.ts'
import { Failure } from '../kernel/failure.ts'
import { privilegeName } from '../kernel/privileges.ts'
import { SecurityEventSource } from '../kernel/security-event-source.ts'
import { auditEvent, type SecurityEvent } from '../kernel/security-log.ts'
import type { Token } from '../kernel/token.ts'
import { requireClient } from './access.ts'
import type { Caller } from './caller.ts'
import { decide, numberOf } from './decision.ts'
import { sidOrNone } from './object-type-list.ts'

const nothing = { target: undefined, handleId: undefined, access: undefined, privileges: [], parameters: [] }
const mostParameters = 16

export function createAuditApi(caller: Caller): AuditApi {
  const { securityLog } = caller.machine

  /** It is the process that must be trusted, whoever the thread acts for (windows-behaviour 1.4). */
  function requireTrust(): void {
    if (!caller.process.token.hasEnabledPrivilege('SeAuditPrivilege')) throw new Failure('ERROR_PRIVILEGE_NOT_HELD')
  }

  function clientOf(handle: Borrowed<'token'>): Token {
    const token = caller.handles.resolve(handle, tokenAccess.TOKEN_QUERY, 'token')
    if (!token.isPrimary && token.level < impersonationLevel.SecurityIdentification) {
      throw new Failure('ERROR_BAD_IMPERSONATION_LEVEL')
    }
    return token
  }

  function log(event: Partial<SecurityEvent> & Pick<SecurityEvent, 'id' | 'isSuccess' | 'source' | 'user'>): void {
    securityLog.events.push({ ...nothing, processId: caller.process.id, ...event })
  }

  function logEnd(
    id: number,
    options: { readonly subsystemName: string; readonly handleId: bigint; readonly generateOnClose: boolean },
  ): void {
    requireTrust()
    const { subsystemName: source, handleId, generateOnClose } = options
    if (generateOnClose) log({ id, isSuccess: true, source, handleId, user: caller.token.user.sid })
  }

  return {
    objectOpenAuditAlarm(options) {
      requireTrust()
      const client = clientOf(options.token)
      const { accessGranted: isSuccess, subsystemName: source, objectName, handleId } = options
      const access = isSuccess ? options.grantedAccess : options.desiredAccess
      if (!isAudited(readDescriptor(options.descriptor), client, access, isSuccess)) return false
      const privileges = namesOf(options.privileges)
      const target = objectName ?? undefined
      const user = client.user.sid
      log({ id: auditEvent.handleRequested, isSuccess, source, user, target, handleId, access, privileges })
      return isSuccess
    },

    objectCloseAuditAlarm: (options) => logEnd(auditEvent.handleClosed, options),

    objectDeleteAuditAlarm: (options) => logEnd(auditEvent.objectDeleted, options),

    objectPrivilegeAuditAlarm({
      subsystemName: source,
      handleId,
      token,
      desiredAccess: access,
      privileges: used,
      accessGranted: isSuccess,
    }) {
      requireTrust()
      const user = clientOf(token).user.sid
      const privileges = namesOf(used)
      log({ id: auditEvent.privilegedObjectOperation, isSuccess, source, user, handleId, access, privileges })
    },

    privilegedServiceAuditAlarm({
      subsystemName: source,
      serviceName: target,
      token,
      privileges: used,
      accessGranted,
    }) {
      requireTrust()
      const user = clientOf(token).user.sid
      const privileges = namesOf(used)
      log({ id: auditEvent.privilegedServiceCalled, isSuccess: accessGranted, source, user, target, privileges })
    },

    accessCheckAndAuditAlarm(options) {
      const client = caller.thread.impersonation
      if (client === undefined) throw new Failure('ERROR_NO_IMPERSONATION_TOKEN')
      if ((options.desiredAccess & genericRightsMask) !== 0) throw new Failure('ERROR_GENERIC_NOT_MAPPED')
      requireClient(client)
      requireTrust()
      const {
        granted: isSuccess,
        grantedAccess,
        error,
        privilegesUsed: privileges,
      } = decide({ ...options, token: client })
      const access = isSuccess ? grantedAccess : options.desiredAccess
      const audited = isAudited(readDescriptor(options.descriptor), client, access, isSuccess)
      const { subsystemName: source, handleId, objectName } = options
      const target = objectName ?? undefined
      if (audited) {
        const user = client.user.sid
        log({ id: auditEvent.handleRequested, isSuccess, source, user, target, handleId, access, privileges })
      }
      return {
        accessStatus: isSuccess,
        grantedAccess,
        errno: numberOf(error),
        generateOnClose: audited && isSuccess,
      }
    },

    async authzInstallSecurityEventSource({ name, allowMultipleInstances: isShared }) {
      requireAdministrator(caller.process.token)
      if (securityLog.sources.has(name.toLowerCase()))
        throw new Failure('ERROR_OBJECT_ALREADY_EXISTS', { source: name })
      securityLog.sources.set(name.toLowerCase(), { isShared, users: 0 })
    },

    async authzUninstallSecurityEventSource(name) {
      requireAdministrator(caller.process.token)
      if (!securityLog.sources.delete(name.toLowerCase())) throw new Failure('ERROR_FILE_NOT_FOUND', { source: name })
    },

    async authzRegisterSecurityEventSource(name) {
      requireTrust()
      const source = securityLog.sources.get(name.toLowerCase())
      if (source === undefined) throw new Failure('ERROR_FILE_NOT_FOUND', { source: name })
      if (source.users > 0 && !source.isShared) throw new Failure('ERROR_OBJECT_ALREADY_EXISTS', { source: name })
      source.users += 1
      const registered = new SecurityEventSource(name, () => {
        source.users -= 1
      })
      return caller.handles.open('security-event-source', registered, 0)
    },

    async authzReportSecurityEvent({ source, isSuccess, auditId: id, userSid, parameters }) {
      const { name } = caller.handles.resolve(source, 0, 'security-event-source')
      if (parameters.length > mostParameters) throw new Failure('ERROR_INVALID_PARAMETER')
      for (const { type, value } of parameters) if (type === 'sid') sidOrNone(value)
      requireTrust()
      log({ id, isSuccess, source: name, user: sidOrNone(userSid) ?? caller.process.token.user.sid, parameters })
    },
  }
}

/** @throws Failure `ERROR_NO_SUCH_PRIVILEGE` */
function namesOf(privileges: readonly LuidAndAttributes[]): readonly string[] {
  return privileges.map(({ luid }) => {
    const name = privilegeName(luid)
    if (name === undefined) throw new Failure('ERROR_NO_SUCH_PRIVILEGE')
    return name
  })
}

/** Sources are kept in the registry of the event log, where administrators and the system write. */
function requireAdministrator({ contents }: Token): void {
  if (!contents.elevated) throw new Failure('ERROR_ACCESS_DENIED')
}
