import type { Readable, Writable } from 'node:stream'
import type { SecurityDescriptor } from '@asuser/security-descriptors'
import { KernelObject } from './kernel-object.ts'
import type { OpenFile } from './open-file.ts'
import type { PipeEnd } from './pipe.ts'

/** What an open file reads from and writes to. */
export interface FileTarget {
  readonly input?: Readable | undefined
  readonly output?: Writable | undefined
  /** A pipe under the name of a file: what a process was given as a standard handle may be either. */
  readonly pipe?: PipeEnd | undefined
  /** A file of the file tree. */
  readonly open?: OpenFile | undefined
}

/** An open file: one of the file tree, or a standard stream of a process; without a target it is the null device. */
export class FileObject extends KernelObject<'file'> {
  readonly kind = 'file'
  readonly target: FileTarget

  constructor(target: FileTarget, security: SecurityDescriptor) {
    super(security)
    this.target = target
    target.pipe?.addHandle()
  }

  protected override lastHandleClosed(): void {
    this.target.pipe?.removeHandle()
    this.target.open?.close()
  }
}
