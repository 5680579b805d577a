// The LSA shim: makes what Wine leaves as stubs work for one addon, which stays unmodified.
import { createRequire } from 'node:module'
import { fileURLToPath } from 'node:url'
import { accounts, domain, services } from './accounts.mjs'

export { accounts, domain, services }

const addonUnderTest = new URL('../../../packages/native/build/win32-x64/asuser_native.node', import.meta.url)

/** What the right password gets, by the state of the account. */
const logonErrors = {
  usable: 0,
  logonHours: 1328,
  passwordExpired: 1330,
  disabled: 1331,
  expired: 1793,
  passwordMustChange: 1907,
  lockedOut: 1909,
}

/** `LOGON32_LOGON_*` that a right allows. */
const logonTypes = { interactive: [2], network: [3, 8], batch: [4], service: [5] }

/** @param {import('./index.d.mts').LsaShimOptions} [options] */
export function installLsaShim(options = {}) {
  const { addon = fileURLToPath(addonUnderTest), accounts: known = Object.values(accounts) } = options
  if (process.platform !== 'win32' || process.env['ASUSER_LANE'] !== 'wine') {
    throw new Error('The LSA shim stands in for what Wine lacks: it works only in what tools/wine/run starts')
  }
  const shim = createRequire(import.meta.url)('Z:\\asuser-lane\\programs\\lsa_shim.node')
  shim.setDomain({ ...domain, accounts: known.map(describeAccount), servicePassword: services.own.password })
  const hooked = shim.install(addon)
  return {
    hooked,
    calls: () => shim.calls(),
    clear: () => shim.clear(),
    failNext(name, error) {
      if (!hooked.includes(name))
        throw new RangeError(`The addon does not import ${name}, or the shim does not hook it`)
      shim.failNext(name, error)
    },
  }
}

/** @param {import('./accounts.d.mts').Account} account */
function describeAccount(account) {
  const { user, rid, password, state = 'usable', rights = ['interactive', 'network'] } = account
  const { groups = [], privileges = [], hasLogonSid = true } = account
  return {
    name: user,
    sid: `${domain.sid}-${rid}`,
    password,
    logonError: logonErrors[state],
    logonTypes: rights.flatMap((right) => logonTypes[right]),
    groups,
    privileges: privileges.map((name) => ({ name, enabled: false })),
    hasLogonSid,
  }
}
