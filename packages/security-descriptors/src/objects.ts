/**
 * Security descriptors of real objects. This entry needs `@asuser/native`, a Windows or a simulated one; the main entry
 * of the package needs neither.
 */
import { securityInformation as information, type Borrowed, getWin32, type Win32 } from '@asuser/native'
import { Acl } from './acl.ts'
import { controlFlags } from './control.ts'
import { invalidType, invalidValue } from './argument-errors.ts'
import { oneAtATime } from './objects/one-at-a-time.ts'
import { partsToRead, partsToWrite, type SecurityPart } from './objects/parts.ts'
import { openSecurable, type Securable } from './objects/securable.ts'
import { withSecurityPrivilege } from './objects/security-privilege.ts'
import { identityOfTarget, type SecurableTarget } from './objects/target.ts'
import { SecurityDescriptor } from './security-descriptor.ts'

export type { SecurityPart } from './objects/parts.ts'
export type { SecurableTarget } from './objects/target.ts'

export interface ObjectSecurityOptions {
  /** The implementation of Win32; the one of `getWin32()` unless told. */
  readonly win32?: Win32
  /**
   * A client in whose name an object is opened that is given by name or id; the process itself unless told. For `sacl`
   * SeSecurityPrivilege must be enabled in this token.
   */
  readonly impersonate?: Borrowed<'token'>
}

/**
 * Reads parts of the security descriptor of an object.
 *
 * Needs `READ_CONTROL`; for `sacl` also `ACCESS_SYSTEM_SECURITY`, which SeSecurityPrivilege gives. The privilege is
 * enabled for as long as the call lasts. A handle must have been opened with these rights. A DACL or SACL
 * that was asked for is `null` where there is none, and can be written back so.
 *
 * @throws Win32Error `ERROR_ACCESS_DENIED`, `ERROR_FILE_NOT_FOUND`, `ERROR_SERVICE_DOES_NOT_EXIST`, `ERROR_INVALID_HANDLE`
 *   for the name of a kernel object of another type, and others of the function that opens or reads;
 *   `ERROR_PRIVILEGE_NOT_HELD` with the name of the privilege in its context
 * @example
 * ```ts
 * const { owner, dacl } = await getSecurity({ file: 'C:\\ProgramData\\Example' }, ['owner', 'dacl'])
 * ```
 * @see https://learn.microsoft.com/windows/win32/api/aclapi/nf-aclapi-getnamedsecurityinfow
 */
export async function getSecurity(
  target: SecurableTarget,
  parts: readonly SecurityPart[],
  options: ObjectSecurityOptions = {},
): Promise<SecurityDescriptor> {
  const asked = partsToRead(parts)
  return withObject(target, asked, 0, options, async (object) => read(object, asked))
}

/**
 * Replaces parts of the security descriptor of an object; the others stay as they are.
 *
 * Whether the object inherits becomes what the control bits of `descriptor` say: with `DACL_PROTECTED` it does not,
 * without it does. Files and registry keys that are given by name take inherited ACEs anew from what they are in, and
 * pass inheritable ones on to what is in them.
 *
 * Needs `WRITE_DAC` for `dacl`, `WRITE_OWNER` for `owner`, `group` and `label`, `ACCESS_SYSTEM_SECURITY` for `sacl`; the
 * latter comes with SeSecurityPrivilege, which is enabled for as long as the call lasts.
 *
 * @throws Win32Error as {@link getSecurity}, and `ERROR_INVALID_OWNER`, `ERROR_INVALID_ACL`
 * @throws TypeError `ERR_INVALID_ARG_VALUE` when `descriptor` lacks a part that is to be written; an absent DACL is no
 *   way to say that everybody may do everything, `null` is, and an absent SACL none to end all auditing or to take a
 *   label away, `null` or an empty one is
 * @see https://learn.microsoft.com/windows/win32/api/aclapi/nf-aclapi-setnamedsecurityinfow
 */
export async function setSecurity(
  target: SecurableTarget,
  descriptor: SecurityDescriptor,
  parts: readonly SecurityPart[],
  options: ObjectSecurityOptions = {},
): Promise<void> {
  const asked = partsToWrite(parts, descriptor)
  await inOrder(target, options, () =>
    withObject(target, 0, asked, options, (object) => object.write(asked, writable(descriptor, asked))),
  )
}

/**
 * Reads the DACL of an object, has it edited and writes it back, unless `edit` gives back the very list that it got. A
 * protected DACL stays protected, one that inherits goes on inheriting, and inherited ACEs stay inherited. When reading
 * fails nothing is written.
 *
 * Edits that this process makes to an object under the same name or handle come one after the other. Another process may
 * come between the reading and the writing; what it writes then is lost.
 *
 * Needs `READ_CONTROL` and `WRITE_DAC`.
 *
 * @param edit gets `null` where there is no DACL, which lets everybody in; runs without an `await` in it
 * @returns whether something was written
 * @throws Win32Error as {@link getSecurity}, and what `edit` throws
 * @example
 * ```ts
 * await editDacl({ registryKey: 'HKLM\\SOFTWARE\\Example' }, (dacl) =>
 *   setEntries(dacl, [{ mode: 'grant', sid, mask: objectTypes.registryKey.rights.KEY_READ }]),
 * )
 * ```
 */
export async function editDacl(
  target: SecurableTarget,
  edit: (dacl: Acl | null) => Acl | null,
  options: ObjectSecurityOptions = {},
): Promise<boolean> {
  if (typeof edit !== 'function') throw invalidType('edit', 'a function', edit)
  const asked = information.DACL_SECURITY_INFORMATION
  return inOrder(target, options, () =>
    withObject(target, asked, asked, options, async (object) => {
      const current = await read(object, asked)
      const { dacl = null } = current
      const edited: unknown = edit(dacl)
      if (edited === dacl) return false
      if (edited !== null && !(edited instanceof Acl)) throw invalidValue('edit', 'return an Acl or null')
      const changed = current.with({ dacl: edited })
      await object.write(partsToWrite(['dacl'], changed), writable(changed, asked))
      return true
    }),
  )
}

async function read(object: Securable, asked: number): Promise<SecurityDescriptor> {
  const descriptor = SecurityDescriptor.fromBytes(await object.read(asked))
  const { dacl, sacl } = descriptor
  return descriptor.with({
    dacl: asked & information.DACL_SECURITY_INFORMATION ? (dacl ?? null) : dacl,
    sacl: asked & information.SACL_SECURITY_INFORMATION ? (sacl ?? null) : sacl,
  })
}

/**
 * The parts to be written and no others. A NULL SACL, which audits nothing, is written as an empty one; `AUTO_INHERITED`
 * is kept only on request.
 */
function writable({ owner, group, dacl, sacl, control }: SecurityDescriptor, asked: number): SecurityDescriptor {
  let request = 0
  if (control & controlFlags.DACL_AUTO_INHERITED) request |= controlFlags.DACL_AUTO_INHERIT_REQ
  if (control & controlFlags.SACL_AUTO_INHERITED) request |= controlFlags.SACL_AUTO_INHERIT_REQ
  return SecurityDescriptor.from({
    owner: asked & information.OWNER_SECURITY_INFORMATION ? owner : undefined,
    group: asked & information.GROUP_SECURITY_INFORMATION ? group : undefined,
    dacl: asked & information.DACL_SECURITY_INFORMATION ? dacl : undefined,
    sacl: asked & saclParts ? (sacl ?? Acl.from([])) : undefined,
    control: control | request,
  })
}

const saclParts = information.SACL_SECURITY_INFORMATION | information.LABEL_SECURITY_INFORMATION

/** Opens the object for what is to be read and written, and closes it again if it was opened here. */
async function withObject<T>(
  target: SecurableTarget,
  toRead: number,
  toWrite: number,
  { win32 = getWin32(), impersonate }: ObjectSecurityOptions,
  use: (object: Securable) => Promise<T> | T,
): Promise<T> {
  return withSecurityPrivilege(win32, toRead | toWrite, impersonate, async () => {
    using object = await openSecurable(target, { toRead, toWrite }, win32, impersonate ?? null)
    return await use(object)
  })
}

function inOrder<T>(
  target: SecurableTarget,
  { win32 = getWin32() }: ObjectSecurityOptions,
  work: () => Promise<T>,
): Promise<T> {
  return oneAtATime(win32, identityOfTarget(target), work)
}
