// @boundaries-ignore the addon alone, for programs of clients
import { loadAddon } from '../../native/src/fixtures/load-addon.mjs'

const tokenQuery = 8

/** `S-1-5-…` of the user of this process. */
export function ownSid() {
  const win32 = loadAddon()
  const token = win32.openProcessToken(win32.getCurrentProcess(), tokenQuery)
  const sid = Buffer.from(win32.getTokenInformation(token, 'TokenUser').sid)
  token.close()
  const authority = sid.readUIntBE(2, 6)
  const parts = Array.from({ length: sid[1] }, (_, index) => sid.readUInt32LE(8 + 4 * index))
  return ['S', sid[0], authority, ...parts].join('-')
}
