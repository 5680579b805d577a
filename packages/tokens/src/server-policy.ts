import { InvalidArgumentError, requireBoolean, requireText } from './invalid-argument.ts'

/** Which clients a server takes, of those that Windows knows. */
export interface ServerPolicyOptions {
  /** Whether a client without channel bindings is accepted all the same; those that differ never are. */
  readonly allowMissingChannelBindings?: boolean | undefined
  /**
   * The service principal names of this server; a client that asked for another, or says nothing, is refused. Without them a
   * server takes what a client has sent to any other service of the same account, of this computer for instance, and who
   * can listen there can hand it on. Letter case and realm do not matter.
   */
  readonly targets?: readonly string[] | undefined
}

export interface ServerPolicy {
  readonly allowsMissingBindings: boolean
  /** As {@link comparableTarget} has them. */
  readonly targets: ReadonlySet<string> | undefined
}

/** @throws InvalidArgumentError */
export function parseServerPolicy({ allowMissingChannelBindings = false, targets }: ServerPolicyOptions): ServerPolicy {
  return {
    allowsMissingBindings: requireBoolean('options.allowMissingChannelBindings', allowMissingChannelBindings),
    targets: targets === undefined ? undefined : requireTargets(targets),
  }
}

/** A service principal name without the realm, and in one letter case. */
export function comparableTarget(name: string): string {
  const [withoutRealm = ''] = name.split('@')
  return withoutRealm.toLowerCase()
}

function requireTargets(targets: unknown): ReadonlySet<string> {
  if (!Array.isArray(targets)) throw InvalidArgumentError.ofType('options.targets', 'an array of strings', targets)
  if (targets.length === 0) throw InvalidArgumentError.ofValue('options.targets', 'at least one name', targets)
  return new Set(targets.map((target: unknown, index) => requireTarget(`options.targets[${index}]`, target)))
}

function requireTarget(name: string, value: unknown): string {
  const target = comparableTarget(requireText(name, value))
  // That is what a client has that names no target.
  if (target === '') throw InvalidArgumentError.ofValue(name, 'a service principal name', value)
  return target
}
