import { randomUUID } from 'node:crypto'
import { sidNameUse } from '@asuser/native'
import type { Sid } from '@asuser/security-descriptors'
import { ServicePrincipalNames } from './kerberos/service-principal-names.ts'
import { createUserAccount, type DomainUserSpec, type ServiceSpec, type UserAccount } from './user-account.ts'
import type { NamedSid } from './well-known-names.ts'

/** The domain that a computer is a member of. */
export interface DomainSpec {
  /** Its short name: `CORP`. */
  readonly name: string
  /** Its name in DNS, with which the principal names of its users end: `corp.example.com`. */
  readonly dnsName: string
  readonly users?: Readonly<Record<string, DomainUserSpec>>
  /**
   * The account of the computer itself, `COMPUTER$`, which LocalSystem, NetworkService and the virtual accounts of services
   * are for others. It has the names `HOST/computer` and `HOST/computer.corp.example.com` besides those given, and HOST
   * stands for `HTTP`, `cifs` and other classes of services.
   */
  readonly computer?: ServiceSpec
  /** Its groups besides `Domain Users`, `Domain Computers` and `Domain Admins`, with the users in them. */
  readonly groups?: Readonly<Record<string, { readonly members: readonly string[] }>>
}

interface DomainGroup {
  readonly name: string
  readonly sid: Sid
  readonly members: Set<string>
}

const domainAdmins = 512
const domainUsers = 513
const domainComputers = 515
const computerRid = 1103
const firstRid = 1104

/** The accounts of a domain, as its members see them. */
export class Domain {
  readonly name: string
  readonly dnsName: string
  readonly sid: Sid
  readonly #users = new Map<string, UserAccount>()
  readonly #groups = new Map<string, DomainGroup>()
  readonly #services = new ServicePrincipalNames<UserAccount>()
  #lastRid = firstRid - 1
  /** The account of the computer that is its member. */
  readonly computer: UserAccount

  constructor({ name, dnsName, computer = {} }: DomainSpec, sid: Sid, computerName: string) {
    this.name = name
    this.dnsName = dnsName
    this.sid = sid
    this.#addGroup('Domain Admins', sid.child(domainAdmins))
    this.#addGroup('Domain Users', sid.child(domainUsers))
    this.#addGroup('Domain Computers', sid.child(domainComputers))
    this.computer = this.#createComputer(computerName, computer)
  }

  /** As the second half of its Kerberos principals: `CORP.EXAMPLE.COM`. */
  get realm(): string {
    return this.dnsName.toUpperCase()
  }

  get users(): Iterable<UserAccount> {
    return this.#users.values()
  }

  /** Of which all users are members. */
  get usersGroup(): Sid {
    return this.sid.child(domainUsers)
  }

  get administratorsGroup(): Sid {
    return this.sid.child(domainAdmins)
  }

  addGroup(name: string): void {
    this.#addGroup(name, this.#nextSid())
  }

  /** The account that services under this name run as. */
  serviceAccount(principalName: string): UserAccount | undefined {
    return this.#services.find(principalName, this.realm)
  }

  addUser(name: string, spec: DomainUserSpec, profile: string): UserAccount {
    const { name: domain, usersGroup: primaryGroup } = this
    const user = createUserAccount({ name, sid: this.#nextSid(), domain, isLocal: false, primaryGroup, profile }, spec)
    this.#users.set(name.toLowerCase(), user)
    this.#services.add(user)
    this.addMember('Domain Users', user.sid)
    return user
  }

  /** Whether there is such a group, of which the account is a member from now on. */
  addMember(group: string, member: Sid): boolean {
    const found = this.#groups.get(group.slice(group.lastIndexOf('\\') + 1).toLowerCase())
    found?.members.add(member.toString())
    return found !== undefined
  }

  /** A user, or the computer by its name with a dollar sign. */
  user(name: string): UserAccount | undefined {
    const isComputer = name.toLowerCase() === this.computer.name.toLowerCase()
    return isComputer ? this.computer : this.#users.get(name.toLowerCase())
  }

  /** A user by its principal name: `alice@corp.example.com`. */
  principal(name: string): UserAccount | undefined {
    const separator = name.lastIndexOf('@')
    return separator !== -1 && this.isNamed(name.slice(separator + 1)) ? this.user(name.slice(0, separator)) : undefined
  }

  isNamed(name: string): boolean {
    return [this.name, this.dnsName].some((own) => own.toLowerCase() === name.toLowerCase())
  }

  groupsOf(user: Sid): readonly Sid[] {
    return [...this.#groups.values()].filter(({ members }) => members.has(user.toString())).map(({ sid }) => sid)
  }

  namedSids(): readonly NamedSid[] {
    const domain = this.name
    return [
      { sid: this.sid, domain, name: '', use: sidNameUse.SidTypeDomain },
      // To the functions that look names up a computer is a user.
      ...[this.computer, ...this.#users.values()].map(({ sid, name }) => ({
        sid,
        domain,
        name,
        use: sidNameUse.SidTypeUser,
      })),
      ...[...this.#groups.values()].map(({ sid, name }) => ({ sid, domain, name, use: sidNameUse.SidTypeGroup })),
    ]
  }

  #createComputer(computerName: string, { servicePrincipalNames = [], ...spec }: ServiceSpec): UserAccount {
    const hosts = [computerName, `${computerName}.${this.dnsName}`]
    const ownNames = hosts.flatMap((host) => [`HOST/${host}`, `RestrictedKrbHost/${host}`])
    const name = `${computerName}$`
    const sid = this.sid.child(computerRid)
    const primaryGroup = this.sid.child(domainComputers)
    const computer = createUserAccount(
      { name, sid, domain: this.name, isLocal: false, primaryGroup, profile: name },
      { ...spec, password: randomUUID(), servicePrincipalNames: [...ownNames, ...servicePrincipalNames] },
    )
    this.#services.add(computer)
    this.addMember('Domain Computers', sid)
    return computer
  }

  #addGroup(name: string, sid: Sid): void {
    this.#groups.set(name.toLowerCase(), { name, sid, members: new Set() })
  }

  #nextSid(): Sid {
    this.#lastRid += 1
    return this.sid.child(this.#lastRid)
  }
}
