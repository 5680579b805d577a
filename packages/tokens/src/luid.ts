/** As Windows' own tools show the id of a logon session. */
export function formatLuid(luid: bigint): string {
  return `0x${luid.toString(16)}`
}
