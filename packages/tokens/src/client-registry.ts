import {
  type Borrowed,
  decodeRegistryContent,
  encodeRegistryContent,
  type RegistryContent,
  type RegistryData,
  type RegistryRoot,
} from '@asuser/native'
import type { ClientIdentity } from './client-identity.ts'
import { InvalidArgumentError, requireInstance, requireString, requireText } from './invalid-argument.ts'

/** What a key holds. */
export interface RegistryListing {
  /** The names of the keys directly below. */
  readonly keys: readonly string[]
  /** The values by their names; the default value has an empty one. */
  readonly values: ReadonlyMap<string, RegistryContent>
}

/**
 * Values of the registry, as a client. A key is written `HKEY_LOCAL_MACHINE\SOFTWARE\Example`, or with `HKLM`,
 * `HKEY_USERS`, `HKU`, and `HKEY_CURRENT_USER` or `HKCU`, which are the client's own: `HKEY_USERS` and its SID. That
 * key is there while the profile of the client is loaded; nothing is ever read from another user's in its place.
 */
export class ClientRegistry {
  readonly #client: ClientIdentity

  /** @internal */
  constructor(client: ClientIdentity) {
    this.#client = client
  }

  /**
   * Reads a value; an empty name is the default value. `REG_EXPAND_SZ` is given as it is written, without the variables
   * being replaced: they would be the server's.
   *
   * @throws Win32Error `ERROR_FILE_NOT_FOUND`, `ERROR_ACCESS_DENIED`
   */
  async get(key: string, name: string): Promise<RegistryContent> {
    requireString('name', name)
    return decodeRegistryContent(await this.#call(key, (place) => this.#client.win32.regQueryValue({ ...place, name })))
  }

  /**
   * Writes a value of an existing key. Text becomes `REG_SZ`, a number `REG_DWORD`, a bigint `REG_QWORD`, texts
   * `REG_MULTI_SZ`, bytes `REG_BINARY`; for another type give `{ type, data }`.
   *
   * @throws Win32Error `ERROR_FILE_NOT_FOUND` for the key, `ERROR_ACCESS_DENIED`
   */
  async set(key: string, name: string, content: RegistryContent | RegistryData): Promise<void> {
    requireString('name', name)
    const data = encode(content)
    await this.#call(key, (place) => this.#client.win32.regSetValue({ ...place, name, ...data }))
  }

  /** @throws Win32Error `ERROR_FILE_NOT_FOUND`, `ERROR_ACCESS_DENIED` */
  async list(key: string): Promise<RegistryListing> {
    const keys = await this.#call(key, (place) => this.#client.win32.regEnumKey(place))
    const values = await this.#call(key, (place) => this.#client.win32.regEnumValue(place))
    return { keys, values: new Map(values.map((value) => [value.name, decodeRegistryContent(value)])) }
  }

  /** @throws Win32Error `ERROR_FILE_NOT_FOUND`, `ERROR_ACCESS_DENIED` */
  async delete(key: string, name: string): Promise<void> {
    requireString('name', name)
    await this.#call(key, (place) => this.#client.win32.regDeleteValue({ ...place, name }))
  }

  /** Makes a key, and those above it that are missing; it is fine if it is there. It inherits its security. */
  async createKey(key: string): Promise<void> {
    await this.#call(key, (place) => this.#client.win32.regCreateKey({ ...place, security: null, volatile: false }))
  }

  /** Removes a key without keys below. */
  async deleteKey(key: string): Promise<void> {
    await this.#call(key, (place) => this.#client.win32.regDeleteKey(place))
  }

  async #call<T>(key: string, work: (place: KeyPlace) => Promise<T>): Promise<T> {
    const place = this.#parse(key)
    try {
      return await work(place)
    } catch (error) {
      throw this.#client.explain(error, { key })
    }
  }

  #parse(key: string): KeyPlace {
    const text = requireText('key', key)
    const separator = text.indexOf('\\')
    const rootName = (separator < 0 ? text : text.slice(0, separator)).toUpperCase()
    const rest = separator < 0 ? '' : text.slice(separator + 1)
    const impersonate = this.#client.handle
    if (currentUserNames.has(rootName)) {
      const user = this.#client.user.toString()
      return { root: 'HKEY_USERS', path: rest === '' ? user : `${user}\\${rest}`, impersonate }
    }
    const root = roots.get(rootName)
    if (root === undefined) {
      throw InvalidArgumentError.ofValue('key', 'a key below HKEY_LOCAL_MACHINE, HKEY_USERS or HKEY_CURRENT_USER', text)
    }
    return { root, path: rest, impersonate }
  }
}

interface KeyPlace {
  readonly root: RegistryRoot
  readonly path: string
  readonly impersonate: Borrowed<'token'>
}

const roots: ReadonlyMap<string, RegistryRoot> = new Map([
  ['HKEY_LOCAL_MACHINE', 'HKEY_LOCAL_MACHINE'],
  ['HKLM', 'HKEY_LOCAL_MACHINE'],
  ['HKEY_USERS', 'HKEY_USERS'],
  ['HKU', 'HKEY_USERS'],
])

const currentUserNames: ReadonlySet<string> = new Set(['HKEY_CURRENT_USER', 'HKCU'])

function encode(content: RegistryContent | RegistryData): RegistryData {
  if (isRegistryData(content)) {
    if (!Number.isInteger(content.type)) throw InvalidArgumentError.ofType('content.type', 'a number', content.type)
    requireInstance('content.data', Uint8Array, content.data)
    return content
  }
  if (!isRegistryContent(content)) {
    const expected = 'a string, a number, a bigint, an array of strings, a Uint8Array, or { type, data }'
    throw InvalidArgumentError.ofType('content', expected, content)
  }
  try {
    return encodeRegistryContent(content)
  } catch (error) {
    throw error instanceof RangeError ? InvalidArgumentError.ofValue('content', 'what fits its type', content) : error
  }
}

function isRegistryData(content: RegistryContent | RegistryData): content is RegistryData {
  return typeof content === 'object' && content !== null && 'type' in content && 'data' in content
}

function isRegistryContent(content: unknown): content is RegistryContent {
  if (Array.isArray(content)) return content.every((text) => typeof text === 'string')
  return ['string', 'number', 'bigint'].includes(typeof content) || content instanceof Uint8Array
}
