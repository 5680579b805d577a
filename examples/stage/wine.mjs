import { reportProgram } from './report-program.mjs'

/** The addon under Wine: the LSA shim of tools/wine knows the accounts. */
export async function openWineStage() {
  // @boundaries-ignore the shim belongs to the lane, not to a package
  const { installLsaShim, accounts } = await import('../../tools/wine/lsa-shim/index.mjs')
  installLsaShim()
  return { description: 'the addon under Wine', client: accounts.alice, report: reportProgram(), close() {} }
}
