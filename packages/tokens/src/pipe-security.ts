import { pipeAccess, type Win32 } from '@asuser/native'
import { Acl, allow, controlFlags, objectTypes, SecurityDescriptor, Sid } from '@asuser/security-descriptors'
import { InvalidArgumentError } from './invalid-argument.ts'

/** Who may connect to a pipe: as SDDL, as a descriptor, or as those who may read and write. */
export type PipeSecurity = string | SecurityDescriptor | { readonly allow: readonly Sid[] }

const { read, write } = objectTypes.pipe.genericMapping

/** To read and write. Generic write would let a client serve the pipe as well, as an instance of its own. */
const clientAccess = (read | write) & ~pipeAccess.FILE_CREATE_PIPE_INSTANCE

/**
 * The security of a pipe of this process, whose user owns it; left out, that user alone may connect.
 *
 * @throws InvalidArgumentError for a descriptor without a DACL, which would let everybody do everything
 * @throws SddlSyntaxError
 */
export function pipeDescriptor(win32: Win32, security: PipeSecurity | undefined): SecurityDescriptor {
  const server = userOfProcess(win32)
  const given = security === undefined ? { allow: [] } : security
  const descriptor = typeof given === 'string' ? SecurityDescriptor.fromSddl(given) : given
  if (descriptor instanceof SecurityDescriptor) {
    if (!descriptor.dacl) {
      throw InvalidArgumentError.ofType('options.security', 'a security descriptor with a DACL', descriptor)
    }
    return descriptor.owner === undefined ? descriptor.with({ owner: server }) : descriptor
  }
  return SecurityDescriptor.from({
    owner: server,
    dacl: Acl.from([
      allow(server, pipeAccess.FILE_ALL_ACCESS),
      ...requireSids(descriptor).map((sid) => allow(sid, clientAccess)),
    ]),
    control: controlFlags.DACL_PROTECTED,
  })
}

function userOfProcess(win32: Win32): Sid {
  return Sid.fromBytes(win32.getTokenInformation(win32.getCurrentProcessToken(), 'TokenUser').sid)
}

function requireSids(given: { readonly allow: readonly Sid[] }): readonly Sid[] {
  const expected = 'SDDL, a SecurityDescriptor, or { allow } with an array of SIDs'
  const sids: unknown = typeof given === 'object' && given !== null ? given.allow : undefined
  if (!Array.isArray(sids) || !sids.every((sid) => sid instanceof Sid)) {
    throw InvalidArgumentError.ofType('options.security', expected, given)
  }
  return sids
}
