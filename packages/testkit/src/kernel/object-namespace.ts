import { Failure } from './failure.ts'
import type { Job } from './job.ts'
import type { Mutex } from './mutex.ts'

type NamedObject = Job | Mutex

/**
 * The names of kernel objects. `Global\x` is one object for all sessions, `Local\x` and plain `x` one for each;
 * session 0 has the global ones for its own. Letter case matters, also in the prefixes.
 *
 * @see https://learn.microsoft.com/windows/win32/termserv/kernel-object-namespaces
 */
export class ObjectNamespace {
  readonly #objects = new Map<string, NamedObject>()
  readonly #paths = new Map<NamedObject, string>()

  find(name: string, sessionId: number): NamedObject | undefined {
    return this.#objects.get(objectPath(name, sessionId))
  }

  add(name: string, sessionId: number, object: NamedObject): void {
    const path = objectPath(name, sessionId)
    this.#objects.set(path, object)
    this.#paths.set(object, path)
  }

  remove(object: NamedObject): void {
    const path = this.#paths.get(object)
    if (path === undefined) return
    this.#paths.delete(object)
    this.#objects.delete(path)
  }
}

const globalPrefix = 'Global\\'
const localPrefix = 'Local\\'

function objectPath(name: string, sessionId: number): string {
  const isGlobal = name.startsWith(globalPrefix)
  const isLocal = name.startsWith(localPrefix)
  const plain = isGlobal ? name.slice(globalPrefix.length) : isLocal ? name.slice(localPrefix.length) : name
  if (plain === '') throw new Failure('ERROR_INVALID_NAME', { name })
  if (plain.includes('\\')) throw new Failure('ERROR_PATH_NOT_FOUND', { name })
  return isGlobal || sessionId === 0 ? `\\BaseNamedObjects\\${plain}` : `\\Sessions\\${sessionId}\\${plain}`
}
