import { afterAll, afterEach, beforeAll, beforeEach, describe, expect } from 'vitest'
import { describeAccessChecks } from './access.ts'
import { describeAccessByType } from './access-by-type.ts'
import { describeAccounts } from './account.ts'
import { describeAudit } from './audit.ts'
import { describeAccountRights } from './account-right.ts'
import type { ContractBackend } from './backend.ts'
import { ContractRun } from './contract-run.ts'
import { describeDesktops } from './desktop.ts'
import { describeFiles } from './file.ts'
import { describeFileWork } from './file-work.ts'
import { describeHandles } from './handle.ts'
import { describeImpersonation } from './impersonation.ts'
import { describeImpersonationSources } from './impersonation-source.ts'
import { describeJobs } from './job.ts'
import { describeKerberos } from './kerberos.ts'
import { describeKernelObjects } from './kernel-object.ts'
import { describeLogon } from './logon.ts'
import { describeMutexes } from './mutex.ts'
import { describeNamedPipes } from './named-pipe.ts'
import { describeNamedObjectSecurity } from './named-object-security.ts'
import { describeNetwork } from './network.ts'
import { describeObjectSecurity } from './object-security.ts'
import { describePipes } from './pipe.ts'
import { describePrivileges } from './privilege.ts'
import { describeProcesses } from './process.ts'
import { describeProfiles } from './profile.ts'
import { describeRegistry } from './registry.ts'
import { describeSspi } from './sspi.ts'
import { describeS4U } from './s4u.ts'
import { describeSessions } from './session.ts'
import { describeRestrictedTokens } from './restricted-token.ts'
import { describeTokenAdjustment } from './token-adjustment.ts'
import { describeTokens } from './token.ts'

export type {
  ContractAccount,
  ContractAccounts,
  ContractBackend,
  ContractDomain,
  ContractKernelObjects,
  ContractPaths,
  ContractProgram,
  ContractPrograms,
  ContractShares,
  Lane,
  ReportedIdentity,
} from './backend.ts'
export { deviations, type Deviation } from './deviations.ts'

/**
 * What every implementation of `Win32` does, as a suite of vitest. Each test ends with as many open handles as it began
 * with. Differences between the lanes are rows of `deviations`.
 */
export function describeWin32Contract(
  name: string,
  makeBackend: () => ContractBackend | Promise<ContractBackend>,
): void {
  describe(`the Win32 contract on ${name}`, () => {
    let current: ContractRun | undefined
    let handlesBefore = 0

    function run(): ContractRun {
      if (current === undefined) throw new Error('The backend of the contract suite has not been made')
      return current
    }

    beforeAll(async () => {
      current = new ContractRun(await makeBackend())
    })
    afterAll(() => current?.backend.dispose())
    beforeEach(() => {
      handlesBefore = run().win32.countOpenHandles()
    })
    afterEach(() => {
      expect(run().win32.countOpenHandles()).toBe(handlesBefore)
    })

    describeHandles(run)
    describeLogon(run)
    describeS4U(run)
    describeTokens(run)
    describeTokenAdjustment(run)
    describeRestrictedTokens(run)
    describeImpersonation(run)
    describeImpersonationSources(run)
    describePrivileges(run)
    describeAccounts(run)
    describeAccountRights(run)
    describeObjectSecurity(run)
    describeNamedObjectSecurity(run)
    describeAccessChecks(run)
    describeAccessByType(run)
    describeAudit(run)
    describeProcesses(run)
    describeJobs(run)
    describeDesktops(run)
    describeProfiles(run)
    describeSessions(run)
    describePipes(run)
    describeNetwork(run)
    describeSspi(run)
    describeKerberos(run)
    describeNamedPipes(run)
    describeMutexes(run)
    describeKernelObjects(run)
    describeFiles(run)
    describeFileWork(run)
    describeRegistry(run)
  })
}
