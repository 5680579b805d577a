import { creationDisposition, type CreationDisposition } from '@asuser/native'
import { objectTypes } from '@asuser/security-descriptors'
import { InvalidArgumentError, requireKeyOf } from './invalid-argument.ts'

/** As in `fs.open`. */
export type OpenFlag = 'r' | 'r+' | 'w' | 'wx' | 'w+' | 'wx+' | 'a' | 'ax' | 'a+' | 'ax+'

export type WriteFlag = 'w' | 'wx' | 'a'

interface FileOpening {
  readonly desiredAccess: number
  readonly creationDisposition: CreationDisposition
}

const { read, write } = objectTypes.file.genericMapping
/** Without the right to write anywhere else, Windows writes at the end. */
const append = write & ~objectTypes.file.rights.FILE_WRITE_DATA
const { CREATE_NEW, CREATE_ALWAYS, OPEN_EXISTING, OPEN_ALWAYS } = creationDisposition

const openings: Readonly<Record<OpenFlag, FileOpening>> = {
  r: { desiredAccess: read, creationDisposition: OPEN_EXISTING },
  'r+': { desiredAccess: read | write, creationDisposition: OPEN_EXISTING },
  w: { desiredAccess: write, creationDisposition: CREATE_ALWAYS },
  wx: { desiredAccess: write, creationDisposition: CREATE_NEW },
  'w+': { desiredAccess: read | write, creationDisposition: CREATE_ALWAYS },
  'wx+': { desiredAccess: read | write, creationDisposition: CREATE_NEW },
  a: { desiredAccess: append, creationDisposition: OPEN_ALWAYS },
  ax: { desiredAccess: append, creationDisposition: CREATE_NEW },
  'a+': { desiredAccess: read | append, creationDisposition: OPEN_ALWAYS },
  'ax+': { desiredAccess: read | append, creationDisposition: CREATE_NEW },
}

const writeFlags: readonly string[] = ['w', 'wx', 'a'] satisfies readonly WriteFlag[]

/** @throws InvalidArgumentError */
export function writeOpening(name: string, flag: WriteFlag): FileOpening {
  if (!writeFlags.includes(flag)) throw InvalidArgumentError.ofValue(name, `one of ${writeFlags.join(', ')}`, flag)
  return openings[flag]
}

/** @throws InvalidArgumentError */
export function fileOpening(name: string, flag: OpenFlag): FileOpening {
  return openings[requireKeyOf(name, openings, flag)]
}
