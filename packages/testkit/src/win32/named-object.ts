import {
  accessRight,
  securableObjectType as types,
  securityInformation as parts,
  type SecurableObjectType,
} from '@asuser/native'
import type { SecurityDescriptor } from '@asuser/security-descriptors'
import { decideAccess, grantAccess } from '../kernel/access.ts'
import { readDescriptor } from '../kernel/descriptor-bytes.ts'
import { Failure } from '../kernel/failure.ts'
import { findNamedKey } from '../kernel/registry-names.ts'
import { inheritAnew, type InheritingNode } from '../kernel/inheriting-node.ts'
import {
  accessToRead,
  accessToReplace,
  readSecurity,
  replaceSecurity,
  type Securable,
} from '../kernel/object-security.ts'
import type { Token } from '../kernel/token.ts'
import { NotSimulatedError } from '../not-simulated-error.ts'
import type { Caller } from './caller.ts'

interface NamedRequest {
  readonly name: string
  readonly objectType: SecurableObjectType
  readonly information: number
}

/** See `getNamedSecurityInfo`. */
export function readNamedSecurity(caller: Caller, token: Token, request: NamedRequest): Uint8Array {
  const object = find(caller, token, request, 'getNamedSecurityInfo').object
  open(token, object, accessToRead(request.information), request.name)
  return readSecurity(object, request.information)
}

/** See `setNamedSecurityInfo`. */
export function replaceNamedSecurity(
  caller: Caller,
  token: Token,
  request: NamedRequest,
  descriptor: Uint8Array,
): void {
  const { information, name } = request
  const given = readDescriptor(descriptor)
  requireParts(given, information)
  const { object, node } = find(caller, token, request, 'setNamedSecurityInfo')
  open(token, object, accessToReplace(information), name)
  // Windows is given the parts, not the control bits: whether it inherits stays unless `information` says so.
  const asked = given.with({ control: object.security.control })
  replaceSecurity(node === undefined ? object : new AsGiven(node), information, asked, token)
  if (node !== undefined && information & lists) inheritAnew(node, (below) => mayChangeDacl(token, below))
}

const lists = parts.DACL_SECURITY_INFORMATION | parts.SACL_SECURITY_INFORMATION

/** An absent DACL would become a NULL one, which lets everybody in. */
function requireParts({ owner, group, dacl, sacl }: SecurityDescriptor, information: number): void {
  const isMissing =
    ((information & parts.OWNER_SECURITY_INFORMATION) !== 0 && owner === undefined) ||
    ((information & parts.GROUP_SECURITY_INFORMATION) !== 0 && group === undefined) ||
    ((information & parts.DACL_SECURITY_INFORMATION) !== 0 && dacl === undefined) ||
    ((information & (parts.SACL_SECURITY_INFORMATION | parts.LABEL_SECURITY_INFORMATION)) !== 0 && sacl === undefined)
  if (isMissing) throw new Failure('ERROR_INVALID_SECURITY_DESCR')
}

interface Found {
  readonly object: Securable
  /** The same, where the object inherits. */
  readonly node?: InheritingNode
}

function find(caller: Caller, token: Token, { name, objectType }: NamedRequest, call: string): Found {
  const finder = finders[objectType]
  if (finder === undefined) throw new NotSimulatedError(call, `the object type ${objectType}`)
  return finder({ caller, token, name, call })
}

interface Search {
  readonly caller: Caller
  readonly token: Token
  readonly name: string
  /** The function that searches. */
  readonly call: string
}

const finders: Partial<Record<SecurableObjectType, (search: Search) => Found>> = {
  [types.SE_FILE_OBJECT]: findFile,
  [types.SE_REGISTRY_KEY]: findRegistryKey,
  [types.SE_SERVICE]: ({ caller, name }) => ({ object: caller.machine.services.find(name) }),
  [types.SE_KERNEL_OBJECT]: findKernelObject,
}

function findFile({ caller, token, name, call }: Search): Found {
  if (/^[\\/]{2}/u.test(name)) throw new NotSimulatedError(call, `${name}, a share or device`)
  const node = caller.machine.files.find(name, caller.process.currentDirectory, token)
  return { object: node, node }
}

function findRegistryKey({ caller, token, name, call }: Search): Found {
  if (name.startsWith('\\\\')) throw new NotSimulatedError(call, `${name}, a key of another computer`)
  const node = findNamedKey(caller.machine.registry, name, token.user.sid)
  return { object: node, node }
}

/** What `SE_KERNEL_OBJECT` is said to be. */
const kernelObjects: ReadonlySet<string> = new Set(['event', 'mutex', 'semaphore', 'waitable-timer', 'section'])

function findKernelObject({ caller, name, call }: Search): Found {
  const object = caller.machine.namespace.find(name, caller.process.token.sessionId)
  if (object === undefined) throw new Failure('ERROR_FILE_NOT_FOUND', { name })
  if (!kernelObjects.has(object.kind)) throw new NotSimulatedError(call, `the name of a ${object.kind}`)
  return { object }
}

function open(token: Token, { security: descriptor, genericMapping }: Securable, access: number, name: string): void {
  try {
    grantAccess({ token, descriptor, desiredAccess: access, genericMapping })
  } catch (error) {
    throw error instanceof Failure ? new Failure(error.code, { ...error.context, name }) : error
  }
}

function mayChangeDacl(token: Token, { security: descriptor, genericMapping }: Securable): boolean {
  const desiredAccess = accessRight.WRITE_DAC
  return 'granted' in decideAccess({ token, descriptor, desiredAccess, genericMapping })
}

/** A node that takes its entries as they are given: inheriting is what maps its generic rights. */
class AsGiven implements Securable {
  readonly genericMapping = { read: 0x8000_0000, write: 0x4000_0000, execute: 0x2000_0000, all: 0x1000_0000 }
  readonly #node: InheritingNode

  constructor(node: InheritingNode) {
    this.#node = node
  }

  get security(): Securable['security'] {
    return this.#node.security
  }

  set security(security: Securable['security']) {
    this.#node.security = security
  }
}
