import { sha256 } from '../../src/base/digest.ts';
import type {
  Binding,
  MachineSeen,
  MediumSeen,
  ModuleSeen,
  OutputSeen,
  ProgramSeen,
  Seen,
  SiteSeen,
  TokenSeen,
} from '../../src/doctor/facts.ts';
import type { Line, Section, Verdict } from '../../src/doctor/line.ts';
import type { MechanismFacts, TokenFacts } from '../../src/token/client.ts';

/** A computer, a site and tokens with which a production ceremony could be held; each test spoils one thing. */

export const DIGEST = '0123456789abcdef'.repeat(4);
export const OTHER = 'f'.repeat(64);

export const MACHINE: MachineSeen = {
  kernel: 'linux 6.1 x64',
  swap: [],
  coreLimit: '0 / 0',
  corePattern: 'core',
  addressed: [],
  up: [],
  defaultRoutes: [],
  radios: [],
  hardwareClock: '2027-03-01T10:00:03Z',
  cardService: true,
};

export const PROGRAM: ProgramSeen = {
  version: '1.2.3',
  runtime: 'node 26.10.0',
  root: '/opt/quorate',
  digest: DIGEST,
  problem: null,
  newest: '2027-01-01T00:00:00Z',
  writableByOthers: false,
};

export const OUTPUT: OutputSeen = {
  folder: '/srv/pack',
  state: 'missing',
  parent: '/srv',
  writable: true,
  open: false,
  freeBytes: 10 * 2 ** 30,
  umask: 0o077,
};

export const FACTS: TokenFacts = {
  slot: 1,
  slotDescription: 'Reader 1',
  label: 'ROOT-G1',
  serial: 'A1',
  model: 'Example HSM',
  manufacturer: 'Example Ltd',
  hardwareVersion: '1.0',
  firmwareVersion: '7.4',
  initialized: true,
  userPinInitialized: true,
  loginRequired: true,
  protectedAuthenticationPath: false,
  userPinCountLow: false,
  userPinFinalTry: false,
  userPinLocked: false,
  soPinCountLow: false,
  soPinFinalTry: false,
  soPinLocked: false,
  minPinLength: 8,
  maxPinLength: 64,
  writeProtected: false,
  errorState: false,
};

const CKF = { decrypt: 0x200, sign: 0x800, generateKeyPair: 0x10000, derive: 0x80000 };

/** By name → [number, least and greatest key size, flag]. */
const MECHANISMS: Readonly<Record<string, readonly [number, number, number, number]>> = {
  CKM_EC_KEY_PAIR_GEN: [0x1040, 256, 521, CKF.generateKeyPair],
  CKM_ECDSA: [0x1041, 256, 521, CKF.sign],
  CKM_ECDH1_DERIVE: [0x1050, 256, 521, CKF.derive],
  CKM_EC_EDWARDS_KEY_PAIR_GEN: [0x1055, 256, 456, CKF.generateKeyPair],
  CKM_EDDSA: [0x1057, 255, 448, CKF.sign],
  CKM_RSA_PKCS_KEY_PAIR_GEN: [0x0, 1024, 4096, CKF.generateKeyPair],
  CKM_RSA_PKCS: [0x1, 1024, 4096, CKF.sign],
  CKM_RSA_PKCS_OAEP: [0x9, 1024, 4096, CKF.decrypt],
};

/** @param without names of mechanisms that the token does not have */
export function mechanisms(...without: readonly string[]): MechanismFacts[] {
  return Object.entries(MECHANISMS)
    .filter(([name]) => !without.includes(name))
    .map(([name, [mechanism, minKeySize, maxKeySize, flags]]) => ({ mechanism, name, minKeySize, maxKeySize, flags }));
}

export function token(facts: Partial<TokenFacts> = {}, more: Partial<TokenSeen> = {}): TokenSeen {
  return { facts: { ...FACTS, ...facts }, keys: [], mechanisms: mechanisms(), random: true, problem: null, ...more };
}

export function moduleSeen(more: Partial<ModuleSeen> = {}): ModuleSeen {
  return {
    library: '/usr/lib/libhsm.so',
    origin: { by: 'site', name: 'hsm' },
    sha256: DIGEST,
    writableByOthers: false,
    facts: { cryptokiVersion: '2.40', manufacturer: 'Example Ltd', description: 'HSM', libraryVersion: '7.4' },
    readers: [],
    tokens: [token()],
    problem: null,
    ...more,
  };
}

export const CARDS = moduleSeen({
  library: '/usr/lib/libcards.so',
  origin: { by: 'site', name: 'cards' },
  tokens: ['C1', 'C2', 'C3'].map((serial, index) =>
    token({ serial, model: 'Card', label: `officer-${index + 1}`, maxPinLength: 8 }),
  ),
});

const PLAIN = { sha256: DIGEST, files: [], initArgs: null };
const MODULES = [
  { ...PLAIN, name: 'hsm', library: '/usr/lib/libhsm.so', environment: { CONF: '/etc/hsm.conf' } },
  { ...PLAIN, name: 'cards', library: '/usr/lib/libcards.so', environment: {} },
];

export const BINDING: Binding = {
  sha256: DIGEST,
  mode: 'production',
  place: 'Vault B',
  modules: MODULES,
  tokens: [
    {
      name: 'root-hsm',
      module: 'hsm',
      label: 'ROOT-G1',
      model: 'Example HSM',
      serial: 'A1',
      firmware: null,
      asksItself: false,
    },
  ],
  cards: 'cards',
  seats: ['dana', 'officer-1', 'officer-2', 'officer-3'],
  media: [{ name: 'evidence', at: '/media/e1' }],
};

export const AUTHORIZATION: Exclude<SiteSeen['authorization'], { code: string }> = {
  sha256: DIGEST,
  mode: 'production',
  notBefore: '2027-03-01T09:00:00Z',
  notAfter: '2027-03-01T18:00:00Z',
  site: DIGEST,
  roster: DIGEST,
  program: DIGEST,
  modules: MODULES,
  hsms: BINDING.tokens,
  cards: 'cards',
  tokens: ['C1', 'C2', 'C3'].map((serial) => ({ serial, model: 'Card' })),
  signers: ['policy-1', 'policy-2'],
};

export const ROSTER: Exclude<SiteSeen['roster'], { code: string }> = {
  sha256: DIGEST,
  version: 2,
  members: [
    { seat: 'dana', role: 'administrator', tokens: [] },
    ...[1, 2, 3].map((n) => ({
      seat: `officer-${n}`,
      role: 'crypto-officer',
      tokens: [{ serial: `C${n}`, model: 'Card', signingSpki: sha256(`C${n}`) }],
    })),
    {
      seat: 'policy-1',
      role: 'policy-authority',
      tokens: [{ serial: 'P1', model: 'Card', signingSpki: sha256('P1') }],
    },
  ],
  unsigned: [],
};

export const SITE: SiteSeen = {
  path: '/media/in/site.yaml',
  problems: [],
  binding: BINDING,
  authorization: AUTHORIZATION,
  roster: ROSTER,
  people: { seats: ['dana', 'officer-1', 'officer-2', 'officer-3', 'policy-1'] },
};

export const MEDIUM: MediumSeen = {
  name: 'evidence',
  at: '/media/e1',
  exists: true,
  writable: true,
  mounted: true,
  device: '2049',
  freeBytes: 2 ** 30,
};

export const SEEN: Seen = {
  at: '2027-03-01T10:00:00Z',
  machine: MACHINE,
  terminal: { size: { columns: 80, rows: 24 }, term: 'linux' },
  program: PROGRAM,
  output: OUTPUT,
  modules: [moduleSeen(), CARDS],
  site: SITE,
  media: [MEDIUM],
};

/** "stops swap: on: /dev/sda2", for comparing. */
export function told(lines: readonly Line[], ...verdicts: readonly Verdict[]): string[] {
  return lines
    .filter(({ verdict }) => verdicts.length === 0 || verdicts.includes(verdict))
    .map(({ verdict, subject, says }) => `${verdict} ${subject}: ${says}`);
}

/** Everything but what is as it should be. */
export function amiss(sections: readonly Section[]): string[] {
  return sections.flatMap(({ lines }) => told(lines, 'warns', 'stops'));
}
