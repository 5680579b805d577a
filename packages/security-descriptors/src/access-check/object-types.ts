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
  readonly parent: NodeAccess | undefined
  readonly children: NodeAccess[]
  granted: number
  denied: number
  /** Rights that are known to be decided here and in all nodes below. They are not looked at again. */
  settled: number
  /** How many of the children are granted each right, by the number of its bit. */
  grantedChildren: Uint32Array | undefined
}

/** The nodes in the order of the list, and the first of each GUID. */
export interface NodeTree {
  readonly root: NodeAccess
  readonly nodes: readonly NodeAccess[]
  readonly byGuid: ReadonlyMap<string, NodeAccess>
}

/**
 * Makes the tree of nodes of a list.
 *
 * @throws {InvalidAccessCheckError} `ERROR_INVALID_PARAMETER` when the list is not a tree with one root
 */
export function nodeTree(list: readonly ObjectTypeNode[] | undefined): NodeTree {
  const root = newNode(undefined)
  if (list === undefined) return { root, nodes: [root], byGuid: noGuids }
  if (list.length === 0) throw invalidList('must not be empty')
  const nodes: NodeAccess[] = []
  const byGuid = new Map<string, NodeAccess>()
  const path: NodeAccess[] = []
  for (const { level, guid } of list) {
    if (!Number.isInteger(level) || level < 0 || level > maximumLevel)
      throw invalidList(`have levels from 0 to 4, got ${level}`)
    if ((level === 0) !== (nodes.length === 0)) throw invalidList('begin with the only node of level 0')
    if (level > path.length) throw invalidList(`must not skip a level, got ${level} below ${path.length - 1}`)
    if (!isGuid(guid)) throw invalidList(`name types by GUID, got ${JSON.stringify(guid)}`)
    const node = level === 0 ? root : newNode(path[level - 1])
    path.length = level
    path.push(node)
    nodes.push(node)
    const key = guid.toLowerCase()
    if (!byGuid.has(key)) byGuid.set(key, node)
  }
  return { root, nodes, byGuid }
}

const noGuids: ReadonlyMap<string, NodeAccess> = new Map()

/** Makes the nodes ready for another walk. */
export function forgetAccess({ nodes }: NodeTree): void {
  for (const node of nodes) {
    node.granted = 0
    node.denied = 0
    node.settled = 0
    node.grantedChildren = undefined
  }
}

function newNode(parent: NodeAccess | undefined): NodeAccess {
  const node: NodeAccess = { parent, children: [], granted: 0, denied: 0, settled: 0, grantedChildren: undefined }
  parent?.children.push(node)
  return node
}

/** Grants what is not denied yet, to the node, all below it, and those above it whose children now all have it. */
export function grantToNode(node: NodeAccess, mask: number): void {
  grantDown(node, mask)
  for (let above = node.parent; above !== undefined; above = above.parent) gain(above, mask & sharedByChildren(above))
}

/** Denies what is not granted yet, to the node, all below it and all above it. */
export function denyToNode(node: NodeAccess, mask: number): void {
  denyDown(node, mask)
  for (let above = node.parent; above !== undefined; above = above.parent) above.denied |= mask & ~above.granted
}

function grantDown(node: NodeAccess, mask: number): void {
  const open = mask & ~node.settled
  if (open === 0) return
  node.settled |= open
  gain(node, open)
  for (const child of node.children) grantDown(child, open)
}

function denyDown(node: NodeAccess, mask: number): void {
  const open = mask & ~node.settled
  if (open === 0) return
  node.settled |= open
  node.denied |= open & ~node.granted
  for (const child of node.children) denyDown(child, open)
}

function gain(node: NodeAccess, mask: number): void {
  const gained = mask & ~node.denied & ~node.granted
  node.granted |= gained
  if (gained !== 0 && node.parent !== undefined) countGrants(node.parent, gained)
}

const rightCount = 32

function countGrants(parent: NodeAccess, gained: number): void {
  const counts = (parent.grantedChildren ??= new Uint32Array(rightCount))
  for (const bit of bitsOf(gained)) counts[bit] = (counts[bit] ?? 0) + 1
}

function sharedByChildren({ children, grantedChildren }: NodeAccess): number {
  let shared = 0
  grantedChildren?.forEach((count, bit) => {
    if (count === children.length) shared |= 1 << bit
  })
  return shared
}

function bitsOf(mask: number): readonly number[] {
  const bits: number[] = []
  for (let rest = mask; rest !== 0; rest &= rest - 1) bits.push(31 - Math.clz32(rest & -rest))
  return bits
}

function invalidList(rule: string): InvalidAccessCheckError {
  return new InvalidAccessCheckError(`objectTypes ${rule}`, 'ERROR_INVALID_PARAMETER')
}
