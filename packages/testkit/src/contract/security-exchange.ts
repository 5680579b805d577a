import {
  acceptRequirement,
  initializeRequirement,
  type CredentialsUse,
  type Handle,
  type SecurityContextLeg,
} from '@asuser/native'
import type { ContractAccount } from './backend.ts'
import { passwordBytes, type ContractRun } from './contract-run.ts'

const { ASC_REQ_CONNECTION, ASC_REQ_INTEGRITY, ASC_REQ_DELEGATE, ASC_REQ_ALLOW_MISSING_BINDINGS } = acceptRequirement
const { ISC_REQ_CONNECTION, ISC_REQ_INTEGRITY } = initializeRequirement

export type SecurityPackageName = 'NTLM' | 'Kerberos' | 'Negotiate'

export interface SecurityExchangeOptions {
  readonly client: ContractAccount
  readonly target: string
  readonly package: SecurityPackageName
  /** The client's, if that is another one. */
  readonly clientPackage?: SecurityPackageName
  /** Of the client, besides the connection and integrity. */
  readonly requirements?: number
  readonly clientBindings?: Uint8Array | null
  readonly serverBindings?: Uint8Array | null
  readonly allowMissingBindings?: boolean
}

/** The account's, or those of this process. */
export function acquireCredentials(
  { win32 }: ContractRun,
  packageName: string,
  use: CredentialsUse,
  account: ContractAccount | null,
): Promise<Handle<'credentials'>> {
  const identity = account && {
    user: account.user,
    domain: account.domain,
    password: passwordBytes(account.password),
  }
  return win32.acquireCredentialsHandle({ package: packageName, use, principal: null, identity, impersonate: null })
}

const nothing = new Uint8Array()
const mostLegs = 6

/** Both sides of one exchange, leg by leg; the server is this process. */
export class SecurityExchange implements Disposable {
  readonly #run: ContractRun
  readonly #options: SecurityExchangeOptions
  readonly #outbound: Handle<'credentials'>
  readonly #inbound: Handle<'credentials'>
  #client: Handle<'security-context'> | undefined
  #server: Handle<'security-context'> | undefined

  private constructor(
    run: ContractRun,
    options: SecurityExchangeOptions,
    outbound: Handle<'credentials'>,
    inbound: Handle<'credentials'>,
  ) {
    this.#run = run
    this.#options = options
    this.#outbound = outbound
    this.#inbound = inbound
  }

  /** The caller closes it. */
  static async begin(run: ContractRun, options: SecurityExchangeOptions): Promise<SecurityExchange> {
    const clientPackage = options.clientPackage ?? options.package
    const outbound = await acquireCredentials(run, clientPackage, 'outbound', options.client)
    const inbound = await acquireCredentials(run, options.package, 'inbound', null)
    return new SecurityExchange(run, options, outbound, inbound)
  }

  get serverContext(): Handle<'security-context'> {
    if (this.#server === undefined) throw new Error('The server has taken no leg yet')
    return this.#server
  }

  /** To the end of both sides; gives what the client and the server say of the context. */
  async finish(): Promise<readonly [number, number]> {
    let client = await this.initialize()
    for (let leg = 1; leg <= mostLegs; leg++) {
      const server = await this.accept(client.token)
      if (client.status === 'continue') client = await this.initialize(server.token)
      if (client.status === 'ok' && server.status === 'ok') return [client.attributes, server.attributes]
    }
    throw new Error(`The exchange does not end within ${mostLegs} legs`)
  }

  async accept(token: Uint8Array): Promise<SecurityContextLeg> {
    const { serverBindings = null, allowMissingBindings = false } = this.#options
    const usual = ASC_REQ_CONNECTION | ASC_REQ_INTEGRITY | ASC_REQ_DELEGATE
    const leg = await this.#run.win32.acceptSecurityContext({
      credentials: this.#inbound,
      context: this.#server ?? null,
      token,
      channelBindings: serverBindings,
      requirements: allowMissingBindings ? usual | ASC_REQ_ALLOW_MISSING_BINDINGS : usual,
    })
    this.#server ??= leg.context ?? undefined
    return leg
  }

  async initialize(answer: Uint8Array = nothing): Promise<SecurityContextLeg> {
    const { clientBindings = null, requirements = 0 } = this.#options
    const leg = await this.#run.win32.initializeSecurityContext({
      credentials: this.#outbound,
      context: this.#client ?? null,
      token: answer,
      targetName: this.#options.target,
      channelBindings: clientBindings,
      requirements: ISC_REQ_CONNECTION | ISC_REQ_INTEGRITY | requirements,
    })
    this.#client ??= leg.context ?? undefined
    return leg
  }

  [Symbol.dispose](): void {
    for (const handle of [this.#client, this.#server, this.#outbound, this.#inbound]) handle?.close()
  }
}
