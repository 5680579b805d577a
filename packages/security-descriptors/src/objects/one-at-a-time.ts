type Thing = object | string

const queues = new WeakMap<object, Map<Thing, Promise<unknown>>>()

/** Runs work on a thing of an owner after all earlier work on the same thing has ended, well or badly. */
export function oneAtATime<T>(owner: object, thing: Thing, work: () => Promise<T>): Promise<T> {
  const queue = queueOf(owner)
  const before = queue.get(thing) ?? Promise.resolve()
  const result = before.then(work)
  const done = settled(result)
  queue.set(thing, done)
  void forgetWhenLast(queue, thing, done)
  return result
}

async function settled(work: Promise<unknown>): Promise<void> {
  await Promise.allSettled([work])
}

async function forgetWhenLast(queue: Map<Thing, Promise<unknown>>, thing: Thing, done: Promise<void>): Promise<void> {
  await done
  if (queue.get(thing) === done) queue.delete(thing)
}

function queueOf(owner: object): Map<Thing, Promise<unknown>> {
  let queue = queues.get(owner)
  if (queue === undefined) {
    queue = new Map()
    queues.set(owner, queue)
  }
  return queue
}
