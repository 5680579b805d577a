import type { Ace } from '../ace.ts'
import { aceFlags } from '../ace-types.ts'
import { accessRights } from '../access-mask.ts'
import { evaluateWith } from '../condition/evaluate.ts'
import type { AccessCheckRequest } from './access-check.ts'
import { type AttributesFor, attributesFor } from './condition-context.ts'
import { mandatoryLabelLimit } from './mandatory-label.ts'
import { tokenSids } from './token.ts'
import type { TraceStep } from './trace.ts'

/** What one entry of the SACL leaves of all rights, whatever DACL and privileges say. */
export interface MandatoryLimit {
  readonly kind: 'processTrustLabel' | 'accessFilter' | 'mandatoryLabel'
  readonly allowed: number
  /** `undefined` for the medium label that every object without one has. */
  readonly ace: Ace | undefined
}

/** In the order of Windows: the trust labels, the access filters, the mandatory label. */
export function mandatoryLimits(request: AccessCheckRequest): readonly MandatoryLimit[] {
  const { sacl } = request.descriptor
  const label = mandatoryLabelLimit(request)
  if (!sacl) return label === undefined ? noLimits : [label]
  const entries = sacl.entries.filter(({ flags }) => !(flags & aceFlags.INHERIT_ONLY))
  return [...trustLimits(entries), ...filterLimits(entries, request), ...(label === undefined ? [] : [label])]
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
function trustLimits(entries: readonly Ace[]): readonly MandatoryLimit[] {
  return entries.flatMap((ace) =>
    ace.type === 'systemProcessTrustLabel' ? [limitToMask('processTrustLabel', ace)] : [],
  )
}

/** A filter limits all for whom its condition is not true. */
function filterLimits(entries: readonly Ace[], request: AccessCheckRequest): readonly MandatoryLimit[] {
  let attributes: AttributesFor | undefined
  return entries.flatMap((ace) => {
    if (ace.type !== 'systemAccessFilter') return []
    attributes ??= attributesFor(request, tokenSids(request.token))
    const isMet = ace.condition !== undefined && evaluateWith(ace.condition, attributes(false)) === true
    return isMet ? [] : [limitToMask('accessFilter', ace)]
  })
}

/** Neither trust labels nor filters have a say on ACCESS_SYSTEM_SECURITY. */
function limitToMask(kind: MandatoryLimit['kind'], ace: Exclude<Ace, { type: 'unknown' }>): MandatoryLimit {
  return { kind, allowed: ace.mask | accessRights.ACCESS_SYSTEM_SECURITY, ace }
}
