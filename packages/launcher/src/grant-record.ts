import { registryValueType, type RegistryKeyOptions, tokenAccess, type Win32, Win32Error } from '@asuser/native'
import { SecurityDescriptor, type Sid } from '@asuser/security-descriptors'
import { currentProcessToken } from '@asuser/tokens'
import type { DesktopName } from './desktop-name.ts'
import { LifeSign } from './life-sign.ts'
import { decodeGrant, encodeGrant, type RecordedGrant } from './recorded-grant.ts'

/** What is kept, and what it cannot be read as. */
export interface ReadRecords {
  readonly grants: readonly RecordedGrant[]
  /** Names of values that no version of this library wrote. */
  readonly unreadable: readonly string[]
}

/**
 * What outlives a server that crashes: a value in a volatile key of the server's own hive, which goes, as its window
 * stations do, when Windows restarts. Only the system, administrators and the server's account can write there.
 *
 * Whether that server still lives tells a mutex that it holds for as long as the record stands: Windows takes it from
 * whoever ends, however that ends.
 */
export class GrantRecord {
  readonly #win32: Win32
  readonly #id: string
  readonly #sign: LifeSign

  private constructor(win32: Win32, id: string, sign: LifeSign) {
    this.#win32 = win32
    this.#id = id
    this.#sign = sign
  }

  /** @throws Win32Error, for instance when the hive of the server's account is not loaded */
  static async write(win32: Win32, name: DesktopName, trustee: Sid): Promise<GrantRecord> {
    const id = crypto.randomUUID()
    const sign = LifeSign.tryTake(win32, id)
    if (sign === undefined) throw Win32Error.of('ERROR_BUSY', 'WaitForSingleObject', { record: id })
    try {
      const server = serverOf(win32)
      const grant = { id, sessionId: server.sessionId, name, trustee, ...ownProcess(win32) }
      await writeValue(win32, server.user, id, encodeGrant(grant))
      return new GrantRecord(win32, id, sign)
    } catch (error) {
      sign.giveUp()
      throw error
    }
  }

  /** Takes over what a server that has ended left behind; undefined while it lives, or when somebody else was first. */
  static async claim(win32: Win32, grant: RecordedGrant): Promise<GrantRecord | undefined> {
    if (isOwn(win32, grant)) return undefined
    const sign = LifeSign.tryTake(win32, grant.id)
    if (sign === undefined) return undefined
    try {
      // Whoever had the mutex before may have been done with the record.
      await win32.regQueryValue({ ...recordsKey(serverOf(win32).user), name: grant.id })
      return new GrantRecord(win32, grant.id, sign)
    } catch (error) {
      sign.giveUp()
      if (isNotThere(error)) return undefined
      throw error
    }
  }

  /** The grant is taken back. */
  async remove(): Promise<void> {
    try {
      await this.#win32.regDeleteValue({ ...recordsKey(serverOf(this.#win32).user), name: this.#id })
    } finally {
      this.leave()
    }
  }

  /** The record stays, for another attempt. */
  leave(): void {
    this.#sign.giveUp()
  }
}

/** All records of the server's account, whichever process wrote them. */
export async function readRecords(win32: Win32): Promise<ReadRecords> {
  const { user } = serverOf(win32)
  const values = await win32.regEnumValue(recordsKey(user)).catch((error: unknown) => {
    if (isNotThere(error)) return []
    throw error
  })
  const grants: RecordedGrant[] = []
  const unreadable: string[] = []
  for (const { name, type, data } of values) {
    const grant = type === registryValueType.REG_BINARY ? decodeGrant(name, data) : undefined
    if (grant === undefined) unreadable.push(name)
    else grants.push(grant)
  }
  return { grants, unreadable }
}

/** Whether this very process wrote it: its own mutex tells nothing, for a thread may take again what it has. */
function isOwn(win32: Win32, { processId, processStart }: RecordedGrant): boolean {
  const own = ownProcess(win32)
  return processId === own.processId && processStart === own.processStart
}

function ownProcess(win32: Win32): Pick<RecordedGrant, 'processId' | 'processStart'> {
  return { processId: win32.getCurrentProcessId(), processStart: Math.round(performance.timeOrigin) }
}

interface Server {
  readonly user: Sid
  readonly sessionId: number
}

const serverOfImplementation = new WeakMap<Win32, Server>()

function serverOf(win32: Win32): Server {
  const known = serverOfImplementation.get(win32)
  if (known !== undefined) return known
  using token = currentProcessToken({ access: tokenAccess.TOKEN_QUERY, win32 })
  const server = { user: token.user.sid, sessionId: token.sessionId }
  serverOfImplementation.set(win32, server)
  return server
}

/** The session that the stations of this process are in. */
export function ownSessionId(win32: Win32): number {
  return serverOf(win32).sessionId
}

function recordsKey(user: Sid): RegistryKeyOptions {
  return { root: 'HKEY_USERS', path: `${user.toString()}\\Software\\asuser\\Station grants`, impersonate: null }
}

/** The key is there but for the first time after a start of Windows. */
async function writeValue(win32: Win32, user: Sid, name: string, data: Uint8Array): Promise<void> {
  const value = { ...recordsKey(user), name, type: registryValueType.REG_BINARY, data }
  try {
    await win32.regSetValue(value)
  } catch (error) {
    if (!isNotThere(error)) throw error
    await win32.regCreateKey({ ...recordsKey(user), security: keySecurity(user), volatile: true })
    await win32.regSetValue(value)
  }
}

function keySecurity(user: Sid): Uint8Array {
  return SecurityDescriptor.fromSddl(`D:P(A;;KA;;;SY)(A;;KA;;;BA)(A;;KA;;;${user.toString()})`).toBytes()
}

function isNotThere(error: unknown): boolean {
  return error instanceof Win32Error && error.code === 'ERROR_FILE_NOT_FOUND'
}
