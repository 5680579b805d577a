/** The simulation does not do this. It says so instead of pretending. */
export class NotSimulatedError extends Error {
  readonly code = 'ERR_NOT_SIMULATED'
  /** The Win32 function, `getFileAttributes` for instance. */
  readonly function: string

  constructor(name: string, what: string) {
    super(`${name} is not simulated for ${what}: run this on Windows, or leave it out of the test`)
    this.function = name
  }

  static {
    Object.defineProperty(this.prototype, 'name', { value: 'NotSimulatedError', configurable: true, writable: true })
  }
}
