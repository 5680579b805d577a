import { InvalidAccessCheckError } from '../errors.ts'
import { isGuid } from '../guid.ts'

/**
 * One line of an object type list: the object itself at level 0, its property sets at level 1, properties below.
 *
 * @see https://learn.microsoft.com/windows/win32/api/winnt/ns-winnt-object_type_list
 */
export interface ObjectTypeNode {
  readonly level: number
  readonly guid: string
}

const maximumLevel = 4

/** What is known about each node while the ACEs are read. Without a list there is one node that stands for all. */
export interface NodeAccess {
  readonly guid: string | undefined
  readonly parent: NodeAccess | undefined
  readonly children: NodeAccess[]
  granted: number
  denied: number
}

/**
 * Makes the tree of nodes, in the order of the list.
 *
 * @throws {InvalidAccessCheckError} `ERROR_INVALID_PARAMETER` when the list is not a tree with one root
 */
export function nodesOf(list: readonly ObjectTypeNode[] | undefined): readonly NodeAccess[] {
  if (list === undefined) return [{ guid: undefined, parent: undefined, children: [], granted: 0, denied: 0 }]
  if (list.length === 0) throw invalidList('must not be empty')
  const nodes: NodeAccess[] = []
  const path: NodeAccess[] = []
  for (const { level, guid } of list) {
    if (!Number.isInteger(level) || level < 0 || level > maximumLevel)
      throw invalidList(`have levels from 0 to 4, got ${level}`)
    if ((level === 0) !== (nodes.length === 0)) throw invalidList('begin with the only node of level 0')
    if (level > path.length) throw invalidList(`must not skip a level, got ${level} below ${path.length - 1}`)
    if (!isGuid(guid)) throw invalidList(`name types by GUID, got ${JSON.stringify(guid)}`)
    const parent = path[level - 1]
    const node: NodeAccess = { guid: guid.toLowerCase(), parent, children: [], granted: 0, denied: 0 }
    parent?.children.push(node)
    path.length = level
    path.push(node)
    nodes.push(node)
  }
  return nodes
}

/** Grants what is not denied yet, to the node, all below it, and those above it whose children now all have it. */
export function grantToNode(node: NodeAccess, mask: number): void {
  grantDown(node, mask)
  for (let above = node.parent; above !== undefined; above = above.parent) {
    const shared = above.children.reduce((common, child) => common & child.granted, mask)
    above.granted |= shared & ~above.denied
  }
}

/** Denies what is not granted yet, to the node, all below it and all above it. */
export function denyToNode(node: NodeAccess, mask: number): void {
  denyDown(node, mask)
  for (let above = node.parent; above !== undefined; above = above.parent) above.denied |= mask & ~above.granted
}

function grantDown(node: NodeAccess, mask: number): void {
  node.granted |= mask & ~node.denied
  for (const child of node.children) grantDown(child, mask)
}

function denyDown(node: NodeAccess, mask: number): void {
  node.denied |= mask & ~node.granted
  for (const child of node.children) denyDown(child, mask)
}

function invalidList(rule: string): InvalidAccessCheckError {
  return new InvalidAccessCheckError(`objectTypes ${rule}`, 'ERROR_INVALID_PARAMETER')
}
