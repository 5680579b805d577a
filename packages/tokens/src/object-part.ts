import type { ObjectTypeNode } from '@asuser/security-descriptors/access-check'

/** What no ACE speaks of. */
const noType = '00000000-0000-0000-0000-000000000000'

/**
 * One part of an object type list with all that decides about it, as a list of its own: what it is a part of, and its
 * own parts. The answer for the whole of that list is the answer for the part. ACEs speak of the first part of a type
 * alone, so that another one of the same type has none here.
 */
export function partOf(list: readonly ObjectTypeNode[], index: number): readonly ObjectTypeNode[] {
  const level = list[index]?.level ?? 0
  const types = new Set<string>()
  const part: ObjectTypeNode[] = []
  for (const [place, node] of list.entries()) {
    const isPast = place > index
    if (isPast && node.level <= level) break
    // Beside what leads to the part there is what has ended before it.
    if (!isPast) part.length = node.level
    const type = node.guid.toLowerCase()
    part.push(types.has(type) ? { ...node, guid: noType } : node)
    types.add(type)
  }
  return part
}
