import { fileShare } from '@asuser/native'
import { objectTypes } from '@asuser/security-descriptors'
import { Failure } from './failure.ts'

const { FILE_READ_DATA, FILE_WRITE_DATA, FILE_APPEND_DATA, FILE_EXECUTE, DELETE } = objectTypes.file.rights

/** How somebody has a file open: what for, and what others may do meanwhile. */
export interface Sharing {
  readonly access: number
  readonly shareMode: number
}

/** Who has a file open. Only those who read, write or delete are in each other's way. */
export class ShareState {
  readonly #holders = new Set<Sharing>()

  /** @throws Failure `ERROR_SHARING_VIOLATION` */
  check(asked: Sharing): void {
    for (const holder of this.#holders) {
      const fits = allows(holder.shareMode, asked.access) && allows(asked.shareMode, holder.access)
      if (!fits) throw new Failure('ERROR_SHARING_VIOLATION')
    }
  }

  /** Returns how to give it up. */
  enter(asked: Sharing): () => void {
    this.check(asked)
    if (sharedBy(asked.access) !== 0) this.#holders.add(asked)
    return () => this.#holders.delete(asked)
  }
}

function allows(shareMode: number, access: number): boolean {
  return (sharedBy(access) & ~shareMode) === 0
}

/** The `FILE_SHARE_*` bits that others must allow for this access. */
function sharedBy(access: number): number {
  return (
    (access & (FILE_READ_DATA | FILE_EXECUTE) ? fileShare.FILE_SHARE_READ : 0) |
    (access & (FILE_WRITE_DATA | FILE_APPEND_DATA) ? fileShare.FILE_SHARE_WRITE : 0) |
    (access & DELETE ? fileShare.FILE_SHARE_DELETE : 0)
  )
}
