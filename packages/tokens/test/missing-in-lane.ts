import { deviations } from '@asuser/testkit/contract'

const lane = process.env['ASUSER_LANE'] ?? 'windows'

/** Why what has this name cannot be tested on the addon in the lane of this run; undefined where it can. */
export function missingInLane(what: string): string | undefined {
  const row = deviations.find((candidate) => candidate.what === what && candidate.lane === lane)
  return row && `${row.what}: ${row.differs} (${row.source})`
}
