import { NO_DIGEST, sha256 } from '../../src/base/digest.ts';
import type { CalendarFacts } from '../../src/calendar/facts.ts';
import type { Ledger, LedgerCertificate, LedgerShareSet, LedgerThing } from '../../src/ledger/ledger.ts';

/** Digest of what a name stands for here. */
const of = (name: string) => sha256(name);

const key = (name: string): Ledger['keys'][number] => ({
  name,
  label: name,
  id: '01',
  algorithm: 'ecdsa-p384',
  spki: '',
  spkiSha256: of(`key ${name}`),
  token: 'HSM-1',
  step: `${name}-key`,
  generatedAt: '2027-03-10T09:00:00Z',
  state: 'active',
  states: [],
  quirks: [],
});

export const certificate = (
  name: string,
  signedBy: string,
  keyName: string,
  notBefore: string,
  notAfter: string,
): LedgerCertificate => ({
  name,
  path: `certificates/${name}.crt`,
  sha256: of(`certificate ${name}`),
  serial: of(name).slice(0, 8),
  key: signedBy,
  spkiSha256: of(`key ${keyName}`),
  notBefore,
  notAfter,
  step: name,
});

export const crl = (
  issuer: string,
  number: string,
  thisUpdate: string,
  nextUpdate: string,
): Ledger['crls'][number] => ({
  name: issuer,
  path: `crls/${issuer}.crl`,
  sha256: of(`crl ${issuer} ${number}`),
  issuer,
  number,
  thisUpdate,
  nextUpdate,
  step: 'crl',
});

export const shareSet = (id: string, more: Partial<LedgerShareSet> = {}): LedgerShareSet => ({
  id,
  kind: 'user',
  threshold: 3,
  check: NO_DIGEST,
  shares: [1, 2, 3, 4, 5].map((x) => ({
    seat: `crypto-officer-${x}`,
    x,
    commitment: sha256(`share ${x}`),
    envelope: sha256(`envelope ${x}`),
    recipients: [sha256(`card ${x}`)],
  })),
  hsm: 'HSM-1',
  state: 'current',
  unproven: [],
  envelopes: {},
  ...more,
});

export const thing = (unit: string, place: string | null, more: Partial<LedgerThing> = {}): LedgerThing => ({
  unit,
  kind: 'medium',
  make: null,
  serial: null,
  state: 'sealed',
  bag: 'A1234567',
  place,
  ...more,
});

const LEDGER: Ledger = {
  type: 'quorate/ledger/1',
  ceremony: of('ceremony'),
  number: 3,
  previous: of('manifest 2'),
  tokens: [
    { name: 'root-hsm', serial: 'HSM-1', model: 'SoftHSM v2', label: 'ROOT', means: 'shares', sets: ['aa'] },
    { name: 'backup-hsm', serial: 'HSM-2', model: 'SoftHSM v2', label: 'BACKUP', means: 'shares', sets: ['bb'] },
  ],
  keys: [key('root'), key('tls-ca')],
  copies: [
    { key: 'root', spkiSha256: of('key root'), token: 'HSM-2', step: 'proof', provenAt: '2027-03-11T10:00:00Z' },
  ],
  certificates: [
    certificate('root', 'root', 'root', '2027-03-10T09:00:00Z', '2047-03-10T08:59:59Z'),
    certificate('tls-ca-1', 'root', 'tls-ca', '2027-03-10T09:00:00Z', '2032-03-10T08:59:59Z'),
    certificate('tls-ca-2', 'root', 'tls-ca', '2028-03-10T09:00:00Z', '2033-03-10T08:59:59Z'),
    certificate('mail-ca', 'root', 'mail', '2027-03-10T09:00:00Z', '2040-03-10T08:59:59Z'),
    certificate('cut-ca', 'root', 'cut', '2028-03-10T09:00:00Z', '2047-03-10T08:59:59Z'),
    certificate('responder', 'tls-ca', 'responder', '2028-03-10T09:00:00Z', '2028-06-10T08:59:59Z'),
  ],
  // Number 10 is newer than number 9, whatever their texts say.
  crls: [
    crl('root', '9', '2027-03-10T09:00:00Z', '2028-03-08T09:00:00Z'),
    crl('root', '10', '2028-03-01T09:00:00Z', '2029-02-28T09:00:00Z'),
  ],
  shareSets: [
    shareSet('aa', { unproven: ['crypto-officer-5'] }),
    shareSet('ab', { state: 'superseded' }),
    shareSet('bb', { hsm: 'HSM-2', kind: 'so' }),
    shareSet('bc', { hsm: 'HSM-2', state: 'begun' }),
  ],
  custody: [
    thing('evidence.1', 'Safe B; shelf 2, Zürich'),
    thing('system-image', 'Safe B; shelf 2, Zürich', { bag: null }),
    thing('card@crypto-officer-1', 'Bank \u202eevil'),
    thing('laptop', null, { state: 'open' }),
    thing('old-disk', 'Safe B; shelf 2, Zürich', { state: 'destroyed' }),
  ],
};

/** A CA after three ceremonies, with one of everything that has a date, and one of everything that has none. */
export function sample(ledger: Partial<Ledger> = {}, facts: Partial<CalendarFacts> = {}): CalendarFacts {
  return {
    ledger: { ...LEDGER, ...ledger },
    digest: of('ledger'),
    mode: 'production',
    closedAt: '2028-03-10T16:00:00Z',
    waivers: [
      { rule: 'cabf-tls/crl-span', why: 'one more week', owner: 'Policy authority', until: '2028-12-31' },
    ] as CalendarFacts['waivers'],
    revoked: new Set([of('certificate mail-ca')]),
    opened: new Map([['aa', '2028-03-10T10:00:00Z']]),
    answers: new Map(),
    seen: new Map([
      ['evidence.1', '2028-03-10T16:00:00Z'],
      ['system-image', '2027-03-10T16:00:00Z'],
    ]),
    ...facts,
  };
}
