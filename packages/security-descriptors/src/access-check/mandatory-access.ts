import type { Ace } from '../ace.ts'
import { accessRights } from '../access-mask.ts'
import { evaluateWith } from '../condition/evaluate.ts'
import type { AccessCheckRequest } from './access-check.ts'
import { attributesFor } from './condition-context.ts'
import { mandatoryLabelLimit } from './mandatory-label.ts'
import { saclEntries } from './sacl-entries.ts'
import { tokenSids } from './token.ts'
import type { TraceStep } from './trace.ts'

/** What one entry of the SACL leaves of all rights, whatever DACL and privileges say. */
export interface MandatoryLimit {
  readonly kind: 'processTrustLabel' | 'accessFilter' | 'mandatoryLabel'
  readonly allowed: number
  /** `undefined` for the medium label that every object without one has. */
  readonly ace: Ace | undefined
}

/**
 * In the order of Windows: the trust labels, the access filters, the mandatory label. One of them that is not understood
 * leaves nothing.
 */
export function mandatoryLimits(request: AccessCheckRequest): readonly MandatoryLimit[] {
  const label = mandatoryLabelLimit(request)
  const labels = label === undefined ? noLimits : [label]
  return request.descriptor.sacl ? [...trustLimits(request), ...filterLimits(request), ...labels] : labels
}

const noLimits: readonly MandatoryLimit[] = []

/** What all of them together leave. */
export function allowedByAll(limits: readonly MandatoryLimit[]): number {
  return limits.reduce((left, { allowed }) => left & allowed, everything)
}

/** Which of them takes which of these rights away. */
export function limitSteps(limits: readonly MandatoryLimit[], rights: number): readonly TraceStep[] {
  if (limits.length === 0) return noSteps
  const steps: TraceStep[] = []
  let left = rights
  for (const { kind, allowed, ace } of limits) {
    const mask = (left & ~allowed) >>> 0
    left &= allowed
    if (mask !== 0) steps.push(limitStep(kind, mask, ace))
  }
  return steps
}

const noSteps: readonly TraceStep[] = []
const everything = 0xffff_ffff

function limitStep(kind: MandatoryLimit['kind'], mask: number, ace: Ace | undefined): TraceStep {
  const effect = 'denies'
  if (kind === 'mandatoryLabel' || ace === undefined) return { kind: 'mandatoryLabel', effect, mask, ace }
  return { kind, effect, mask, ace }
}

/** No token here has a process trust level, so every trust label limits it. */
function trustLimits({ descriptor }: AccessCheckRequest): readonly MandatoryLimit[] {
  return saclEntries(descriptor, 'systemProcessTrustLabel').map((ace) => limitToMask('processTrustLabel', ace))
}

/** A filter limits all for whom its condition is not true. */
function filterLimits(request: AccessCheckRequest): readonly MandatoryLimit[] {
  const attributes = attributesFor(request, tokenSids(request.token))
  const isMet = ({ condition }: Ace): boolean =>
    condition !== undefined && evaluateWith(condition, attributes(false)) === true
  return saclEntries(request.descriptor, 'systemAccessFilter')
    .filter((ace) => !isMet(ace))
    .map((ace) => limitToMask('accessFilter', ace))
}

/** Neither trust labels nor filters have a say on ACCESS_SYSTEM_SECURITY. */
function limitToMask(kind: MandatoryLimit['kind'], ace: Ace): MandatoryLimit {
  return { kind, allowed: ace.mask === undefined ? 0 : ace.mask | accessRights.ACCESS_SYSTEM_SECURITY, ace }
}
