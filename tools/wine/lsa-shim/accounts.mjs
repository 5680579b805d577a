// The accounts of the end-to-end suites. What each is for stands beside it.

export const domain = { name: 'TEST', sid: 'S-1-5-21-1004336348-1177238915-682003330' }

/** @param {Omit<import('./accounts.d.mts').Account, 'domain' | 'sid'>} description */
function account(description) {
  return { domain: domain.name, sid: `${domain.sid}-${description.rid}`, ...description }
}

export const accounts = {
  // Two clients, as different as two ordinary users are.
  alice: account({ user: 'alice', rid: 1001, password: 'correct horse battery staple' }),
  bob: account({ user: 'bob', rid: 1002, password: 'Tr0ub4dor&3 – ünïcödé', principal: 'delegable' }),
  // Logons that fail although the password is right.
  carol: account({ user: 'carol', rid: 1003, password: 'carol-password', state: 'disabled' }),
  dave: account({ user: 'dave', rid: 1004, password: 'dave-password', rights: ['network'] }),
  erin: account({ user: 'erin', rid: 1005, password: '' }),
  frank: account({ user: 'frank', rid: 1006, password: 'frank-password', state: 'passwordExpired' }),
  grace: account({ user: 'grace', rid: 1007, password: 'grace-password', state: 'lockedOut' }),
  // An administrator, who needs no grant on winsta0.
  heidi: account({
    user: 'heidi',
    rid: 1008,
    password: 'heidi-password',
    rights: ['interactive', 'network', 'batch'],
    groups: ['S-1-5-32-544'],
    privileges: ['SeDebugPrivilege', 'SeBackupPrivilege', 'SeImpersonatePrivilege'],
    principal: 'sensitive',
  }),
  // What a service or a scheduled task runs as.
  ivan: account({ user: 'ivan', rid: 1009, password: 'ivan-password', rights: ['network', 'batch', 'service'] }),
  // A token without a logon SID, for which grants fall back to the user's.
  judy: account({ user: 'judy', rid: 1010, password: 'judy-password', hasLogonSid: false }),
}

const winelane = 'winelane-password'

export const services = {
  own: { name: 'HTTP/winelane', password: winelane },
  ownOnLoopback: { name: 'HTTP/127.0.0.1', password: winelane },
  other: { name: 'HTTP/elsewhere', password: 'elsewhere-password' },
}
