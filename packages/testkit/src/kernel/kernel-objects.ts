import type { AuthzContext } from './authz-context.ts'
import type { Credentials } from './credentials.ts'
import type { Desktop } from './desktop.ts'
import type { EnabledPrivileges } from './enabled-privileges.ts'
import type { FileObject } from './file-object.ts'
import type { Job } from './job.ts'
import type { Mutex } from './mutex.ts'
import type { DirectoryObject, PlainObject, SymbolicLink } from './named-object.ts'
import type { PipeEnd } from './pipe.ts'
import type { Process } from './process.ts'
import type { SecurityContext } from './security-context.ts'
import type { SecurityEventSource } from './security-event-source.ts'
import type { Thread } from './thread.ts'
import type { Token } from './token.ts'
import type { WindowStation } from './window-station.ts'

/** Which class stands behind each kind of handle. */
export interface KernelObjects {
  token: Token
  process: Process
  thread: Thread
  job: Job
  'window-station': WindowStation
  desktop: Desktop
  pipe: PipeEnd
  file: FileObject
  mutex: Mutex
  event: PlainObject<'event'>
  semaphore: PlainObject<'semaphore'>
  'waitable-timer': PlainObject<'waitable-timer'>
  section: PlainObject<'section'>
  'symbolic-link': SymbolicLink
  'directory-object': DirectoryObject
  credentials: Credentials
  'security-context': SecurityContext
  'authz-context': AuthzContext
  'security-event-source': SecurityEventSource
  'enabled-privileges': EnabledPrivileges
}
