import { Acl, SecurityDescriptor, Sid } from '@asuser/security-descriptors'
import { propagateInheritance, securityOfNewObject } from '@asuser/security-descriptors/inheritance'
import type { Securable } from './object-security.ts'

/** An object that inherits from the one that it is in: a file, a directory, a registry key. */
export interface InheritingNode extends Securable {
  readonly isContainer: boolean
  readonly parent: InheritingNode | undefined
  readonly children: ReadonlyMap<string, InheritingNode>
}

const nothing = SecurityDescriptor.from({})
const nobody = Sid.wellKnown('Null')
const noEntries = Acl.from([])

/** What is in `parent` from the beginning, made by nobody in particular: its owner and group, and what its lists pass on. */
export function inheritedSecurity(
  { security: parent, genericMapping }: InheritingNode,
  isContainer: boolean,
): SecurityDescriptor {
  const { owner = nobody, group = nobody, dacl } = parent
  const token = { owner, group, defaultDacl: dacl === null ? null : noEntries }
  return securityOfNewObject({ parent, token, isContainer, genericMapping })
}

/**
 * Works out anew what an object inherits whose lists have just been set, and passes it on to what is below it. Whoever may
 * not be changed stays as it is, with all below it.
 *
 * @see https://learn.microsoft.com/windows/win32/secauthz/automatic-propagation-of-inheritable-aces
 */
export function inheritAnew(node: InheritingNode, mayChange: (node: InheritingNode) => boolean): void {
  node.security = takeEffect(node)
  passOn(node, mayChange)
}

/** What was set takes effect as it does on a new object; a NULL DACL stays one. A part that is absent stays so. */
function takeEffect({ isContainer, genericMapping, parent, security }: InheritingNode): SecurityDescriptor {
  const { owner = nobody, group = nobody } = security
  const above = parent?.security ?? nothing
  const set = securityOfNewObject({
    isContainer,
    genericMapping,
    parent: above,
    creator: security,
    token: { owner, group },
  })
  return security.with({
    dacl: security.dacl === undefined ? undefined : set.dacl,
    sacl: security.sacl === undefined && set.sacl?.entries.length === 0 ? undefined : set.sacl,
    control: security.control | set.control,
  })
}

function passOn(node: InheritingNode, mayChange: (node: InheritingNode) => boolean): void {
  for (const child of node.children.values()) {
    if (!mayChange(child)) continue
    child.security = inherit(child, node.security)
    passOn(child, mayChange)
  }
}

function inherit(
  { isContainer, genericMapping, security }: InheritingNode,
  above: SecurityDescriptor,
): SecurityDescriptor {
  const { owner, group } = security
  const owned = security.with({ owner: owner ?? nobody, group: group ?? nobody })
  return propagateInheritance(above, owned, { isContainer, genericMapping }).with({ owner, group })
}
