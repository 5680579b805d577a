import { sidNameUse } from '@asuser/native'
import type { Sid } from '@asuser/security-descriptors'
import { serviceSid } from '@asuser/security-descriptors/derived-sids'
import { wellKnownNames, type NamedSid } from './well-known-names.ts'

/** What a test says about a user; what it leaves out is as usual. */
export interface UserSpec {
  readonly password?: string
  /** Local groups besides `Users`: `Administrators`, or one of the machine's own. */
  readonly groups?: readonly string[]
  readonly disabled?: boolean
  readonly lockedOut?: boolean
  readonly passwordExpired?: boolean
  readonly passwordMustChange?: boolean
  /** Variables that the user has set for itself; they are seen only while the profile is loaded. */
  readonly variables?: Readonly<Record<string, string>>
}

export interface UserAccount extends Required<Omit<UserSpec, 'groups'>> {
  readonly name: string
  readonly sid: Sid
  readonly profileDirectory: string
}

interface GroupAccount {
  readonly name: string
  readonly sid: Sid
  readonly members: Set<string>
}

const firstUserRid = 1001

/** The account database of one computer: its users, its groups, and the names that every Windows knows. */
export class Accounts {
  readonly computerName: string
  readonly machineSid: Sid
  readonly #users = new Map<string, UserAccount>()
  readonly #groups = new Map<string, GroupAccount>()
  readonly #services = new Map<string, NamedSid>()
  #lastRid = firstUserRid - 1

  constructor(computerName: string, machineSid: Sid) {
    this.computerName = computerName
    this.machineSid = machineSid
    for (const { name, sid, use } of wellKnownNames()) {
      if (use === sidNameUse.SidTypeAlias) this.#groups.set(name.toLowerCase(), { name, sid, members: new Set() })
    }
  }

  get users(): IterableIterator<UserAccount> {
    return this.#users.values()
  }

  /** A service, whose virtual account is `NT SERVICE\\name`. */
  addService(name: string): void {
    const use = sidNameUse.SidTypeWellKnownGroup
    this.#services.set(name.toLowerCase(), { sid: serviceSid(name), domain: 'NT SERVICE', name, use })
  }

  /** The virtual account of a service. */
  service(name: string): NamedSid | undefined {
    return this.#services.get(name.toLowerCase())
  }

  addGroup(name: string): Sid {
    const sid = this.#nextSid()
    this.#groups.set(name.toLowerCase(), { name, sid, members: new Set() })
    return sid
  }

  addUser(name: string, spec: UserSpec): UserAccount {
    const user: UserAccount = {
      name,
      sid: this.#nextSid(),
      password: spec.password ?? '',
      disabled: spec.disabled ?? false,
      lockedOut: spec.lockedOut ?? false,
      passwordExpired: spec.passwordExpired ?? false,
      passwordMustChange: spec.passwordMustChange ?? false,
      variables: spec.variables ?? {},
      profileDirectory: `C:\\Users\\${name}`,
    }
    this.#users.set(name.toLowerCase(), user)
    for (const group of ['Users', ...(spec.groups ?? [])]) this.addMember(group, user.sid)
    return user
  }

  /** @param group its name, with or without `BUILTIN\` or the name of the computer before it */
  addMember(group: string, member: Sid): void {
    const account = this.#groups.get(group.slice(group.lastIndexOf('\\') + 1).toLowerCase())
    if (account === undefined) throw new RangeError(`groups must name a group of the machine, got "${group}"`)
    account.members.add(member.toString())
  }

  user(name: string): UserAccount | undefined {
    return this.#users.get(name.toLowerCase())
  }

  userBySid(sid: Sid): UserAccount | undefined {
    return [...this.#users.values()].find((user) => user.sid.equals(sid))
  }

  /** The groups that an account is a member of. */
  groupsOf(member: Sid): readonly Sid[] {
    return [...this.#groups.values()].filter((group) => group.members.has(member.toString())).map((group) => group.sid)
  }

  /** An account by its name: plain, or with its domain before it. */
  findByName(accountName: string): NamedSid | undefined {
    const separator = accountName.lastIndexOf('\\')
    const domain = separator === -1 ? undefined : accountName.slice(0, separator).toLowerCase()
    const name = accountName.slice(separator + 1).toLowerCase()
    if (domain === undefined && name === this.computerName.toLowerCase()) return this.#computer()
    return this.#all().find(
      (account) =>
        account.name.toLowerCase() === name && (domain === undefined || this.#isDomain(domain, account.domain)),
    )
  }

  findBySid(sid: Sid): NamedSid | undefined {
    if (sid.equals(this.machineSid)) return this.#computer()
    return this.#all().find((account) => account.sid.equals(sid))
  }

  #isDomain(asked: string, domain: string): boolean {
    return asked === domain.toLowerCase() || (asked === '.' && domain === this.computerName)
  }

  #computer(): NamedSid {
    return { sid: this.machineSid, domain: this.computerName, name: '', use: sidNameUse.SidTypeDomain }
  }

  #all(): readonly NamedSid[] {
    const own = { domain: this.computerName }
    return [
      ...wellKnownNames(),
      ...this.#services.values(),
      { ...own, sid: this.machineSid.child(513), name: 'None', use: sidNameUse.SidTypeGroup },
      ...[...this.#users.values()].map(({ sid, name }) => ({ ...own, sid, name, use: sidNameUse.SidTypeUser })),
      ...[...this.#groups.values()]
        .filter(({ sid }) => sid.startsWith(this.machineSid))
        .map(({ sid, name }) => ({ ...own, sid, name, use: sidNameUse.SidTypeAlias })),
    ]
  }

  #nextSid(): Sid {
    this.#lastRid += 1
    return this.machineSid.child(this.#lastRid)
  }
}
