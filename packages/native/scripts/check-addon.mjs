// Fails unless the built addon may be shipped: its size, its imports, its hardening.
// node scripts/check-addon.mjs [file]
import { execFileSync } from 'node:child_process'
import { statSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

const largestSize = 1024 * 1024

/** What comes with every supported Windows. Not node.exe: a plain import of it would fail where the host has another name. */
const allowedImports = new Set([
  'advapi32.dll',
  'authz.dll',
  'bcrypt.dll',
  'kernel32.dll',
  'msvcrt.dll',
  'ntdll.dll',
  'user32.dll',
  'userenv.dll',
  'wtsapi32.dll',
  'mpr.dll',
  'secur32.dll',
  'netapi32.dll',
  'ole32.dll',
  'rpcrt4.dll',
])

/** Imports that the LSA shim of the Wine lane replaces: they must be in the import table. */
const staticImports = [
  'CreateEnvironmentBlock',
  'CreateProcessAsUserW',
  'GetUserObjectSecurity',
  'GetUserProfileDirectoryW',
  'LogonUserW',
  'LookupAccountNameW',
  'LookupAccountSidW',
  'LsaAddAccountRights',
  'LsaEnumerateAccountRights',
  'LsaLogonUser',
  'LsaRemoveAccountRights',
  'SetUserObjectSecurity',
  'WTSEnumerateSessionsExW',
  'WTSQuerySessionInformationW',
  'WTSQueryUserToken',
]

const hardening = ['HIGH_ENTROPY_VA', 'DYNAMIC_BASE', 'NX_COMPAT']

const [file = fileURLToPath(new URL('../build/win32-x64/asuser_native.node', import.meta.url))] = process.argv.slice(2)
const headers = execFileSync('x86_64-w64-mingw32-objdump', ['-p', file], { encoding: 'utf8' })
const { size } = statSync(file)
const imports = [...headers.matchAll(/DLL Name: (\S+)/g)].map(([, name]) => name)
const names = new Set(
  [...headers.matchAll(/^\s+[\da-f]+\s+(?:\d+|<none>)\s+(?:[\da-f]{4}\s+)?(\w+)$/gm)].map(([, name]) => name),
)

const faults = [
  ...(size > largestSize ? [`it has ${size} bytes, more than ${largestSize}`] : []),
  ...imports.filter((name) => !allowedImports.has(name.toLowerCase())).map((name) => `it imports ${name}`),
  ...staticImports.filter((name) => !names.has(name)).map((name) => `it does not import ${name}`),
  ...hardening.filter((flag) => !headers.includes(flag)).map((flag) => `it lacks ${flag}`),
]

console.log(`${file}: ${size} bytes, imports ${imports.join(' ')}`)
for (const fault of faults) console.error(`the addon must not be shipped: ${fault}`)
process.exitCode = faults.length === 0 ? 0 : 1
