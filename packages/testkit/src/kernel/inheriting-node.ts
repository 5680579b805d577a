import { SecurityDescriptor } from '@asuser/security-descriptors'
import { propagateInheritance } from '@asuser/security-descriptors/inheritance'
import type { Securable } from './object-security.ts'

/** An object that inherits from the one that it is in: a file, a directory, a registry key. */
export interface InheritingNode extends Securable {
  readonly isContainer: boolean
  readonly parent: InheritingNode | undefined
  readonly children: ReadonlyMap<string, InheritingNode>
}

const nothing = SecurityDescriptor.from({})

/**
 * Works out anew what an object inherits, and passes on to what is below it. Whoever may not be changed stays as it is,
 * with all below it.
 *
 * @see https://learn.microsoft.com/windows/win32/secauthz/automatic-propagation-of-inheritable-aces
 */
export function inheritAnew(node: InheritingNode, mayChange: (node: InheritingNode) => boolean): void {
  const { isContainer, genericMapping } = node
  const above = node.parent?.security ?? nothing
  node.security = propagateInheritance(above, node.security, { isContainer, genericMapping })
  for (const child of node.children.values()) {
    if (mayChange(child)) inheritAnew(child, mayChange)
  }
}
