import type { Lane } from './backend.ts'

/** One thing that a lane does in another way than Windows is documented or measured to do. */
export interface Deviation {
  /** The test, or one expectation of it. */
  readonly what: string
  readonly lane: Lane
  /** A sentence for the reader of a report. */
  readonly differs: string
  /** What is expected there instead; a row without it leaves the test pending there. */
  readonly expected?: string | number | boolean
  readonly source: string
}

/** Every difference between the lanes, and nothing else; a test asks for its row by name. */
export const deviations: readonly Deviation[] = []
