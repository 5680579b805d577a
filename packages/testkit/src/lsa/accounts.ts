import { sidNameUse } from '@asuser/native'
import type { Sid } from '@asuser/security-descriptors'
import { serviceSid } from '@asuser/security-descriptors/derived-sids'
import type { Domain } from './domain.ts'
import { createUserAccount, type UserAccount, type UserSpec } from './user-account.ts'
import { wellKnownNames, type NamedSid } from './well-known-names.ts'

interface GroupAccount {
  readonly name: string
  readonly sid: Sid
  readonly members: Set<string>
}

const firstUserRid = 1001

/**
 * The accounts that one computer knows: its own users and groups, those of its domain, and the names that every Windows
 * knows.
 */
export class Accounts {
  readonly computerName: string
  readonly machineSid: Sid
  readonly domain: Domain | undefined
  readonly #users = new Map<string, UserAccount>()
  readonly #groups = new Map<string, GroupAccount>()
  readonly #services = new Map<string, NamedSid>()
  #lastRid = firstUserRid - 1

  constructor(computerName: string, machineSid: Sid, domain: Domain | undefined) {
    this.computerName = computerName
    this.machineSid = machineSid
    this.domain = domain
    for (const { name, sid, use } of wellKnownNames()) {
      if (use === sidNameUse.SidTypeAlias) this.#groups.set(name.toLowerCase(), { name, sid, members: new Set() })
    }
  }

  /** Of the computer and of its domain. */
  get users(): readonly UserAccount[] {
    return [...this.#users.values(), ...(this.domain?.users ?? [])]
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
    const { computerName: domain, machineSid } = this
    const place = { name, sid: this.#nextSid(), domain, isLocal: true, primaryGroup: machineSid.child(513) }
    const user = createUserAccount({ ...place, profile: name }, spec)
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

  /** A user as a test names it: `alice`, `CORP\\alice` or `alice@corp.example.com`. */
  user(name: string): UserAccount | undefined {
    const separator = name.lastIndexOf('\\')
    return separator === -1
      ? this.userOfLogon(name, null)
      : this.userOfLogon(name.slice(separator + 1), name.slice(0, separator))
  }

  /** A user as a logon names it. Without a domain the computer's own come first. */
  userOfLogon(name: string, domain: string | null): UserAccount | undefined {
    if (domain === null)
      return this.#users.get(name.toLowerCase()) ?? this.domain?.principal(name) ?? this.domain?.user(name)
    if (domain === '.' || domain.toLowerCase() === this.computerName.toLowerCase()) {
      return this.#users.get(name.toLowerCase())
    }
    return this.domain?.isNamed(domain) === true ? this.domain.user(name) : undefined
  }

  userBySid(sid: Sid): UserAccount | undefined {
    return this.users.find((user) => user.sid.equals(sid))
  }

  /** The groups of the domain that a user is a member of, besides its primary one. */
  domainGroupsOf({ sid, primaryGroup }: UserAccount): readonly Sid[] {
    return (this.domain?.groupsOf(sid) ?? []).filter((group) => !group.equals(primaryGroup))
  }

  /** The groups of the computer of which one of these is a member. */
  groupsOf(...members: readonly Sid[]): readonly Sid[] {
    const names = members.map(String)
    return [...this.#groups.values()]
      .filter((group) => names.some((name) => group.members.has(name)))
      .map((group) => group.sid)
  }

  /** An account by its name: plain, or with its domain before it. */
  findByName(accountName: string): NamedSid | undefined {
    const separator = accountName.lastIndexOf('\\')
    const domain = separator === -1 ? undefined : accountName.slice(0, separator).toLowerCase()
    const name = accountName.slice(separator + 1).toLowerCase()
    if (domain === undefined && name === this.computerName.toLowerCase()) return this.#computer()
    const principal = domain === undefined ? this.domain?.principal(name) : undefined
    if (principal !== undefined) return this.findBySid(principal.sid)
    if (domain === undefined && this.domain?.isNamed(name) === true) return this.findBySid(this.domain.sid)
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
    return (
      asked === domain.toLowerCase() ||
      (asked === '.' && domain === this.computerName) ||
      (domain === this.domain?.name && this.domain.isNamed(asked))
    )
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
      ...(this.domain?.namedSids() ?? []),
    ]
  }

  #nextSid(): Sid {
    this.#lastRid += 1
    return this.machineSid.child(this.#lastRid)
  }
}
