import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import process from 'node:process'

/** The variable that names the folder of the recorded vectors; they are not part of the repository. */
export const vectorsVariable = 'ASUSER_VECTORS'

export interface SddlVector {
  readonly id: string
  readonly kind: 'sd-parse' | 'sd-format' | 'sid-parse' | 'condition-parse'
  readonly evidence: string
  readonly input: string
  readonly valid?: boolean
  readonly canonical?: string
  readonly binaryHex?: string
  readonly aceMask?: string
  readonly size?: number
  readonly acl?: { readonly revision?: number; readonly size: number; readonly count: number; readonly offset: number }
  readonly error?: { readonly win32: string; readonly alternative?: string }
  readonly revision?: string
  readonly consumed?: number
  readonly sambaOffset?: number
}

export interface ClaimVector {
  readonly name?: string
  readonly type?: string
  readonly flags?: number
  readonly sddlLiteral?: string
  readonly values?: readonly (string | number)[]
}

export interface TokenVector {
  readonly type?: string
  readonly level?: string
  readonly user?: string | null
  readonly userAttrs?: string
  readonly groups: readonly (string | { readonly sid: string; readonly attrs: string })[]
  readonly privileges?: Readonly<Record<string, string>>
  readonly restricting?: readonly string[]
  readonly writeRestricted?: boolean
  readonly integrity?: string
  readonly mandatoryPolicy?: number
  readonly deviceGroups?: readonly string[]
  readonly userClaims?: Readonly<Record<string, ClaimVector>>
  readonly deviceClaims?: Readonly<Record<string, ClaimVector>>
  readonly userClaimArrays?: readonly { readonly sourceType: number; readonly claims: readonly ClaimVector[] }[]
}

export interface AccessExpectation {
  readonly call?: boolean
  readonly status?: boolean
  readonly granted?: string
  readonly error?: { readonly win32: string } | string
  readonly privilegeSet?: readonly string[]
  readonly perNode?: readonly { readonly status: boolean; readonly granted: string }[]
  readonly expression?: 'TRUE' | 'FALSE' | 'UNKNOWN'
  readonly sddlParse?: 'fail'
}

export interface AccessVector {
  readonly id: string
  readonly evidence: string
  readonly api: string
  readonly sd: string | null
  readonly token: TokenVector | null
  readonly desired: string
  readonly mapping: string
  readonly expect: AccessExpectation
  readonly noOwner?: boolean
  readonly objectTypes?: readonly { readonly level: number; readonly guid: string }[]
  readonly principalSelf?: string | null
  readonly pureAccessCheckGranted?: string
  readonly privilegeSet?: string
  readonly privilegeSetLength?: number | string
}

export interface MappingVector {
  readonly read: string
  readonly write: string
  readonly execute: string
  readonly all: string
}

/** The folder, or `undefined` after saying on the console that the recorded vectors are not replayed. */
export function vectorsFolder(): string | undefined {
  const folder = process.env[vectorsVariable]
  if (folder !== undefined && existsSync(join(folder, 'sddl.json'))) return folder
  process.stderr.write(`The recorded vectors are not replayed: ${vectorsVariable} names no folder that has them.\n`)
  return undefined
}

export function readSddlVectors(folder: string): readonly SddlVector[] {
  const file: { readonly vectors: readonly SddlVector[] } = JSON.parse(readFileSync(join(folder, 'sddl.json'), 'utf8'))
  return file.vectors
}

export function readAccessVectors(folder: string): {
  readonly vectors: readonly AccessVector[]
  readonly mappings: Readonly<Record<string, MappingVector>>
} {
  return JSON.parse(readFileSync(join(folder, 'access-check.json'), 'utf8'))
}
