import { reportProgram } from './report-program.mjs'

/** Windows itself: the client's credentials come from the environment, since a demo has none to give away. */
export function openWindowsStage() {
  const { ASUSER_DEMO_USER: user, ASUSER_DEMO_PASSWORD: password, ASUSER_DEMO_DOMAIN: domain = '.' } = process.env
  if (user === undefined || password === undefined) {
    throw new Error(
      'Set ASUSER_DEMO_USER and ASUSER_DEMO_PASSWORD (and ASUSER_DEMO_DOMAIN unless the account is local) to the client ' +
        'that the demo logs on, and run it as LocalSystem or as another account with SeAssignPrimaryTokenPrivilege',
    )
  }
  return { description: 'this Windows', client: { user, domain, password }, report: reportProgram(), close() {} }
}
