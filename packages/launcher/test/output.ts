import type { Readable } from 'node:stream'
import { text } from 'node:stream/consumers'

/** All that a stream gives, as text. */
export async function outputOf(stream: Readable | null): Promise<string> {
  return stream === null ? '' : text(stream)
}
