import { InvalidArgumentError, requireText } from './invalid-argument.ts'

/** An account as `LogonUser` takes it. */
export interface AccountName {
  readonly user: string
  /** Null for a user principal name, and to let Windows search. */
  readonly domain: string | null
}

/**
 * Reads `alice`, `TEST\alice` and `alice@example.com`. The last two name the domain themselves, so that `domain` must
 * be left out. `name` is what the caller calls the options.
 *
 * @throws InvalidArgumentError
 */
export function parseAccountName(
  name: string,
  options: { readonly user: unknown; readonly domain?: unknown },
): AccountName {
  const user = requireText(`${name}.user`, options.user)
  const domain = options.domain === undefined ? null : requireText(`${name}.domain`, options.domain)
  const namesDomain = user.includes('\\') || user.includes('@')
  if (!namesDomain) return { user, domain }
  if (domain !== null) {
    const expected = `left out, because the user ${JSON.stringify(user)} names it`
    throw InvalidArgumentError.ofValue(`${name}.domain`, expected, domain)
  }
  return user.includes('\\') ? splitDownLevelName(name, user) : { user, domain }
}

function splitDownLevelName(name: string, text: string): AccountName {
  const [domain = '', user = '', ...rest] = text.split('\\')
  if (domain === '' || user === '' || rest.length > 0) {
    throw InvalidArgumentError.ofValue(`${name}.user`, 'a name such as "DOMAIN\\user"', text)
  }
  return { user, domain }
}
