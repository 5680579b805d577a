/** What HOST stands for, as the attribute `sPNMappings` of a new forest has it. */
const hostServices: ReadonlySet<string> = new Set(
  (
    'alerter,appmgmt,cisvc,clipsrv,browser,dhcp,dnscache,replicator,eventlog,eventsystem,policyagent,oakley,dmserver,' +
    'dns,mcsvc,fax,msiserver,ias,messenger,netlogon,netman,netdde,netddedsm,nmagent,plugplay,protectedstorage,rasman,' +
    'rpclocator,rpc,rpcss,remoteaccess,rsvp,samss,scardsvr,scesrv,seclogon,scm,dcom,cifs,spooler,snmp,schedule,' +
    'tapisrv,trksvr,trkwks,ups,time,wins,www,http,w3svc,iisadmin,msdtc'
  ).split(','),
)

interface NamedAccount {
  readonly servicePrincipalNames: readonly string[]
}

/**
 * The service principal names of a domain, each of one account; letter case does not matter.
 *
 * @see https://learn.microsoft.com/windows/win32/ad/name-formats-for-unique-spns
 */
export class ServicePrincipalNames<Account extends NamedAccount> {
  readonly #accounts = new Map<string, Account>()

  add(account: Account): void {
    for (const name of account.servicePrincipalNames) {
      const key = name.toLowerCase()
      if (parseName(key) === undefined) {
        throw new RangeError(`servicePrincipalNames must be like HTTP/web.corp.example.com, got "${name}"`)
      }
      if (this.#accounts.has(key)) throw new RangeError(`servicePrincipalNames must be unique, got "${name}" twice`)
      this.#accounts.set(key, account)
    }
  }

  /**
   * The account of a service: the one that has the name, or the one that has HOST in place of its class.
   *
   * @see https://learn.microsoft.com/windows/win32/adschema/a-spnmappings
   */
  find(principalName: string, realm: string): Account | undefined {
    const name = withoutRealm(principalName.toLowerCase(), realm.toLowerCase())
    const { service, rest } = parseName(name) ?? {}
    if (service === undefined) return undefined
    const ofHost = hostServices.has(service) ? this.#accounts.get(`host/${rest}`) : undefined
    return this.#accounts.get(name) ?? ofHost
  }
}

function parseName(name: string): { readonly service: string; readonly rest: string } | undefined {
  const [, service, rest] = /^([^/@\s]+)\/([^/@\s]+(?:\/[^/@\s]+)?)$/u.exec(name) ?? []
  return service === undefined || rest === undefined ? undefined : { service, rest }
}

function withoutRealm(name: string, realm: string): string {
  return name.endsWith(`@${realm}`) ? name.slice(0, -realm.length - 1) : name
}
