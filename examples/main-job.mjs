// The main job, step by step: a server logs a client on, lets it onto the interactive desktop, starts a process as the client, and
// takes everything back. Where it runs is the stage's business: Windows, Wine, or the simulated Windows.
import { getWin32, securityInformation, accessRight, windowStationAccess, desktopAccess } from '@asuser/native'
import { SecurityDescriptor } from '@asuser/security-descriptors'
import { launch } from '@asuser/launcher'
import { accountOf, currentProcessToken, logonUser } from '@asuser/tokens'
import { openStage } from './stage/stage.mjs'

const stage = await openStage()
try {
  await showMainJob()
} finally {
  stage.close()
}

async function showMainJob() {
  say('Where', stage.description)

  const server = currentProcessToken()
  say('The server is', await nameOf(server.user.sid))
  server.close()

  const before = readDacls()
  const client = await logonUser(stage.client)
  await describeClient(client)

  const child = await launch(stage.report.command, stage.report.args, { token: client, interactive: true })
  say('Started', `process ${child.pid} on winsta0\\default, as the client`)
  sayGrant(before, readDacls())

  child.stdin?.end('the work of the client\n') // the child waits for it, so the grant above could be seen
  for (const line of (await textOf(child.stdout)).trimEnd().split(/\r?\n/)) say('The child says', line)
  const { exitCode } = await child.exited
  say('Exit code', String(exitCode))

  await child.released
  client.close()
  const identical = Buffer.compare(Buffer.from(before.bytes), Buffer.from(readDacls().bytes)) === 0
  say('Taken back', identical ? 'both DACLs are byte-identical to before' : 'THE DACLS DIFFER')
  say('Open handles', String(getWin32().countOpenHandles()))
  if (!identical || exitCode !== 0) process.exitCode = 1
}

/** @param {import('@asuser/tokens').Token} client */
async function describeClient(client) {
  say('The client is', `${await nameOf(client.user.sid)}, ${client.user.sid}`)
  say('Its logon SID', String(client.logonSid))
  for (const { sid } of client.groups) {
    if (client.logonSid === undefined || !sid.equals(client.logonSid)) say('Its group', await nameOf(sid))
  }
}

/** @param {import('@asuser/security-descriptors').Sid} sid */
async function nameOf(sid) {
  try {
    const { domain, name } = await accountOf(sid)
    return domain === '' ? name : `${domain}\\${name}`
  } catch {
    return String(sid) // a logon SID, a group of another computer
  }
}

function readDacls() {
  const win32 = getWin32()
  const station = win32.openWindowStation('winsta0', accessRight.READ_CONTROL | windowStationAccess.WINSTA_ENUMDESKTOPS)
  const desktop = win32.openDesktop({
    windowStation: station,
    name: 'default',
    desiredAccess: accessRight.READ_CONTROL | desktopAccess.DESKTOP_READOBJECTS,
  })
  const parts = [station, desktop].map((object) =>
    win32.getUserObjectSecurity(object, securityInformation.DACL_SECURITY_INFORMATION),
  )
  desktop.close()
  station.close()
  return { bytes: Buffer.concat(parts), sddl: parts.map((part) => SecurityDescriptor.fromBytes(part).toSddl()) }
}

/**
 * @param {{ sddl: string[] }} before
 * @param {{ sddl: string[] }} now
 */
function sayGrant(before, now) {
  for (const [index, object] of ['winsta0', 'default'].entries()) {
    const had = before.sddl[index] ?? ''
    const has = now.sddl[index] ?? ''
    say(`Grant on ${object}`, has === had ? 'none needed, the client had access' : has.slice(had.length))
  }
}

/** @param {import('node:stream').Readable | null} stream */
async function textOf(stream) {
  let text = ''
  if (stream !== null) for await (const chunk of stream) text += String(chunk)
  return text
}

/**
 * @param {string} topic
 * @param {string} text
 */
function say(topic, text) {
  console.log(`${topic.padEnd(17)} ${text}`)
}
