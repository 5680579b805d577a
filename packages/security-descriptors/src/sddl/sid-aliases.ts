/** The domain whose SID completes an alias such as `DA`. */
export type AliasDomain = 'domain' | 'machine' | 'rootDomain'

/** What a two-letter alias stands for: a whole SID, or a RID in a domain that only the machine itself knows. */
export type SidAlias = { readonly sid: string } | { readonly domain: AliasDomain; readonly rid: number }

const builtin = (rid: number): SidAlias => ({ sid: `S-1-5-32-${rid}` })
const machine = (rid: number): SidAlias => ({ domain: 'machine', rid })
const domain = (rid: number): SidAlias => ({ domain: 'domain', rid })
const rootDomain = (rid: number): SidAlias => ({ domain: 'rootDomain', rid })

/**
 * The SID aliases of SDDL.
 *
 * @see https://learn.microsoft.com/windows/win32/secauthz/sid-strings
 */
export const sidAliases: Readonly<Record<string, SidAlias>> = {
  WD: { sid: 'S-1-1-0' },
  CO: { sid: 'S-1-3-0' },
  CG: { sid: 'S-1-3-1' },
  OW: { sid: 'S-1-3-4' },
  NU: { sid: 'S-1-5-2' },
  IU: { sid: 'S-1-5-4' },
  SU: { sid: 'S-1-5-6' },
  AN: { sid: 'S-1-5-7' },
  ED: { sid: 'S-1-5-9' },
  PS: { sid: 'S-1-5-10' },
  AU: { sid: 'S-1-5-11' },
  RC: { sid: 'S-1-5-12' },
  SY: { sid: 'S-1-5-18' },
  LS: { sid: 'S-1-5-19' },
  NS: { sid: 'S-1-5-20' },
  WR: { sid: 'S-1-5-33' },
  UD: { sid: 'S-1-5-84-0-0-0-0-0' },
  AC: { sid: 'S-1-15-2-1' },
  AS: { sid: 'S-1-18-1' },
  SS: { sid: 'S-1-18-2' },
  LW: { sid: 'S-1-16-4096' },
  ME: { sid: 'S-1-16-8192' },
  MP: { sid: 'S-1-16-8448' },
  HI: { sid: 'S-1-16-12288' },
  SI: { sid: 'S-1-16-16384' },
  BA: builtin(544),
  BU: builtin(545),
  BG: builtin(546),
  PU: builtin(547),
  AO: builtin(548),
  SO: builtin(549),
  PO: builtin(550),
  BO: builtin(551),
  RE: builtin(552),
  RU: builtin(554),
  RD: builtin(555),
  NO: builtin(556),
  MU: builtin(558),
  LU: builtin(559),
  IS: builtin(568),
  CY: builtin(569),
  ER: builtin(573),
  CD: builtin(574),
  RA: builtin(575),
  ES: builtin(576),
  MS: builtin(577),
  HA: builtin(578),
  AA: builtin(579),
  RM: builtin(580),
  LA: machine(500),
  LG: machine(501),
  DA: domain(512),
  DU: domain(513),
  DG: domain(514),
  DC: domain(515),
  DD: domain(516),
  CA: domain(517),
  PA: domain(520),
  CN: domain(522),
  AP: domain(525),
  KA: domain(526),
  RS: domain(553),
  RO: rootDomain(498),
  SA: rootDomain(518),
  EA: rootDomain(519),
  EK: rootDomain(527),
}
