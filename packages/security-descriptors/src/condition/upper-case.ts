/*
 * Windows compares names and text of claims by upper-casing each UTF-16 unit with a table that is about as old as
 * Unicode 5.1. These lower-case letters got their capital later, or have one only in the full mapping, and so stay.
 */
const unmapped: readonly (readonly [first: number, last: number])[] = [
  [0x0131, 0x0131],
  [0x017f, 0x017f],
  [0x023f, 0x0240],
  [0x0252, 0x0252],
  [0x025c, 0x025c],
  [0x0261, 0x0261],
  [0x0264, 0x0266],
  [0x026a, 0x026a],
  [0x026c, 0x026c],
  [0x0282, 0x0282],
  [0x0287, 0x0287],
  [0x029d, 0x029e],
  [0x0345, 0x0345],
  [0x03f3, 0x03f3],
  [0x0525, 0x052f],
  [0x10d0, 0x10ff],
  [0x13f8, 0x13fd],
  [0x1c80, 0x1c8a],
  [0x1d8e, 0x1d8e],
  [0x2c5f, 0x2c5f],
  [0x2cec, 0x2cf3],
  [0x2d27, 0x2d2d],
  [0xa661, 0xa661],
  [0xa699, 0xa69b],
  [0xa791, 0xa7ff],
  [0xab53, 0xabbf],
]

/** Upper case, one unit for one unit. */
export function toUpperCaseUnits(text: string): string {
  const upper = text.toUpperCase()
  // The common case: ASCII maps unit by unit.
  if (isAscii(text)) return upper
  let units = ''
  for (let at = 0; at < text.length; at++) units += toUpperCaseUnit(text.charAt(at))
  return units
}

function toUpperCaseUnit(unit: string): string {
  const code = unit.charCodeAt(0)
  if (unmapped.some(([first, last]) => code >= first && code <= last)) return unit
  const upper = unit.toUpperCase()
  return upper.length === 1 ? upper : unit
}

function isAscii(text: string): boolean {
  for (let at = 0; at < text.length; at++) {
    if (text.charCodeAt(at) > 0x7f) return false
  }
  return true
}
