import {
  describeWin32Contract,
  type ContractAccount,
  type ContractBackend,
  type ContractProgram,
} from './contract/index.ts'
import { contractPrograms, fixtureNames, loadFixture, type FixtureName } from './contract/fixtures/fixture.ts'
import type { ProgramMain } from './programs/program.ts'
import { createWindows } from './windows.ts'

const computerName = 'TEST'

function account(user: string, password: string): ContractAccount {
  return { user, domain: computerName, password }
}

const accounts = {
  alice: account('alice', 'correct horse battery staple'),
  bob: account('bob', 'Tr0ub4dor&3 – ünïcödé'),
  carol: account('carol', 'carol-password'),
  dave: account('dave', 'dave-password'),
  erin: account('erin', ''),
  frank: account('frank', 'frank-password'),
  grace: account('grace', 'grace-password'),
}

const domain = {
  name: 'CORP',
  user: { user: 'alice', domain: 'CORP', password: 'alice of the domain' },
  sensitiveUser: { user: 'sam', domain: 'CORP', password: 'sam of the domain' },
  ownService: 'HTTP/test.corp.example.com',
  otherService: 'HTTP/web.corp.example.com',
  missingService: 'HTTP/missing.corp.example.com',
} as const

function program(name: FixtureName, ...args: readonly string[]): ContractProgram {
  const applicationName = `C:\\Tools\\${name}.exe`
  return { applicationName, commandLine: [name, ...args].join(' ') }
}

/** Of the kernel objects: the system alone. */
const sddl = 'O:SYG:SYD:(A;;GA;;;SY)'

async function makeSimulation(): Promise<ContractBackend> {
  const programs: Record<string, ProgramMain> = {}
  for (const name of fixtureNames) programs[program(name).applicationName] = await loadFixture(name)
  const windows = createWindows({
    computerName,
    users: {
      alice: { password: accounts.alice.password },
      bob: { password: accounts.bob.password },
      carol: { password: accounts.carol.password, disabled: true },
      dave: { password: accounts.dave.password },
      erin: { password: accounts.erin.password },
      frank: { password: accounts.frank.password, passwordExpired: true },
      grace: { password: accounts.grace.password, lockedOut: true },
    },
    rights: { SeDenyInteractiveLogonRight: ['dave'] },
    services: { TrustedInstaller: {} },
    domain: {
      name: domain.name,
      dnsName: 'corp.example.com',
      users: {
        alice: { password: domain.user.password },
        sam: { password: domain.sensitiveUser.password, accountNotDelegated: true },
        web: { password: 'web-password', servicePrincipalNames: [domain.otherService] },
      },
      computer: { trustedForDelegation: true },
    },
    sessions: [{ id: 1, user: 'alice' }],
    files: { 'C:\\Work\\notes.txt': {}, 'C:\\Other': { directory: true } },
    registry: { 'MACHINE\\SOFTWARE\\asuser-contract\\below': {} },
    kernelObjects: {
      '\\BaseNamedObjects\\asuser-event': { type: 'event', sddl },
      '\\BaseNamedObjects\\asuser-semaphore': { type: 'semaphore', sddl },
      '\\BaseNamedObjects\\asuser-timer': { type: 'waitableTimer', sddl },
      '\\BaseNamedObjects\\asuser-section': { type: 'section', sddl },
      '\\BaseNamedObjects\\asuser-directory': { type: 'directoryObject', sddl },
      '\\BaseNamedObjects\\asuser-directory\\link': { type: 'symbolicLink', target: '\\BaseNamedObjects', sddl },
    },
    programs,
    servers: {
      FILES: {
        users: { alice: accounts.alice.password, bob: accounts.bob.password },
        shares: { public: {} },
      },
    },
  })
  const { win32 } = windows.startProcess({ account: 'LocalSystem' })
  return {
    lane: 'simulation',
    win32,
    accounts,
    programs: contractPrograms(program),
    paths: {
      directory: 'C:\\Work',
      otherDirectory: 'C:\\Other',
      textFile: 'C:\\Work\\notes.txt',
      missingFile: 'C:\\Work\\missing.exe',
      missingDirectory: 'C:\\Missing',
      registryKey: 'MACHINE\\SOFTWARE\\asuser-contract',
    },
    shares: { share: '\\\\FILES\\public', missing: '\\\\FILES\\missing' },
    kernelObjects: {
      event: 'Global\\asuser-event',
      semaphore: 'Global\\asuser-semaphore',
      waitableTimer: 'Global\\asuser-timer',
      section: 'Global\\asuser-section',
      directoryObject: '\\BaseNamedObjects\\asuser-directory',
      symbolicLink: '\\BaseNamedObjects\\asuser-directory\\link',
    },
    domain,
    dispose: () => windows.assertNoLeaks(),
  }
}

describeWin32Contract('the simulated Windows', makeSimulation)
