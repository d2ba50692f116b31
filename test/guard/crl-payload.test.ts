import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { lazyIssue } from '../../src/adapters/issuing.ts';
import { canonicalBytes, type JsonObject } from '../../src/base/canonical-json.ts';
import { type Sha256, sha256 } from '../../src/base/digest.ts';
import { wholeOf } from '../../src/base/octets.ts';
import { crlBefore } from '../../src/guard/crl-payload.ts';
import { Proposals } from '../../src/guard/proposals.ts';
import { PREVIOUS_LEDGER, previousCrlPath } from '../../src/ledger/carried.ts';
import type { Ledger } from '../../src/ledger/ledger.ts';
import { readLedger } from '../../src/ledger/read.ts';
import { issuerIdentity } from '../../src/pki/issuer.ts';
import { encodeName, subjectOf } from '../../src/pki/name.ts';
import type { CrlRequest, Revocation } from '../../src/pki/request.ts';
import { crlRequest } from '../../src/plan/issuing.ts';
import { stepById } from '../../src/plan/plan.ts';
import { approvalScreen } from '../../src/quorum/approval-screen.ts';
import { readDescriptor } from '../../src/quorum/operation.ts';
import { parseCertificate } from '../../src/x509/certificate.ts';
import { parseCrl } from '../../src/x509/crl.ts';
import { assertRefuses } from '../der/refusal.ts';
import { forge } from '../forge/forge.ts';
import { HSM_KEY, hsmSign } from '../forge/guard-double.ts';
import { recordCeremony } from '../forge/record.ts';
import { MECHANISM } from '../forge/reissue.ts';
import { deciding } from '../forge/revoking.ts';

const { record, follows } = deciding();
const recording = await recordCeremony({
  ...record,
  follows: (await forge(follows === true ? {} : follows)).files,
});
const { plan, folder, events } = recording;
const proposed = events.find((event) => event.type === 'proposed' && event.step === 'crl');
assert.ok(proposed?.type === 'proposed');
const { operation } = readDescriptor(canonicalBytes(proposed.descriptor));
assert.ok(operation.op === 'sign');
const ledger = readLedger(folder.get(PREVIOUS_LEDGER) as Uint8Array);
const issuerPath = plan.uses?.['root'];
const issuer = issuerIdentity(
  parseCertificate(folder.get(issuerPath && 'path' in issuerPath ? issuerPath.path : '') as Uint8Array),
);
const at = proposed.at;

/** A CRL that follows this one, which has entries to keep, and the ledger that has it as its last. */
const entry = (serial: number, reason: Revocation['reason'] = 'superseded'): Revocation => ({
  ...{ serial: Uint8Array.of(serial), at: '2027-03-10T09:00:00Z', reason },
});
async function crlOf(change: (request: CrlRequest) => Partial<CrlRequest>, number = 7n): Promise<Uint8Array> {
  const params = stepById(plan, 'crl')?.params as never;
  const before = { number, revoked: [entry(1), entry(2)] };
  const { request } = crlRequest(plan, params, issuer, 'ecdsa-p384', at, before);
  return wholeOf(await lazyIssue.tbsCertList({ ...(request as CrlRequest), ...change(request as CrlRequest) }));
}
const LAST = lazyIssue.assemble(
  await crlOf(() => ({})),
  MECHANISM,
  hsmSign(HSM_KEY.privateKey, await crlOf(() => ({}))),
);
const ledgerWith = (crl: Uint8Array): Pick<Ledger, 'keys' | 'crls'> => ({
  keys: ledger.keys,
  crls: ledger.crls.map((one) => ({ ...one, sha256: sha256(crl), number: '7' })),
});
const judged = async (
  change: (request: CrlRequest) => Partial<CrlRequest>,
  brought: Uint8Array | null = LAST,
  known: Pick<Ledger, 'keys' | 'crls'> | null = ledgerWith(LAST),
  number = 8n,
) => {
  const payload = await crlOf(change, number);
  return () => crlBefore(operation, { payload, brought }, known, NONE);
};

const NONE: ReadonlySet<Sha256> = new Set();

describe('the guard holds a CRL to the one before it, by its own ledger', () => {
  test('all is kept, and something added', async () => {
    const more = await judged(({ revoked }) => ({ revoked: [...revoked, entry(3)] }));
    assert.equal(more()?.revoked.count, 2);
  });

  test('a first CRL follows none', async () => {
    for (const known of [null, { keys: ledger.keys, crls: [] }])
      assert.equal((await judged(() => ({}), null, known))(), undefined);
    assertRefuses(
      await judged(() => ({}), LAST, { keys: ledger.keys, crls: [] }),
      'DESCRIPTOR_INVALID',
      /^a CRL is brought as the last one of this key, and the ledger has none of it$/,
    );
  });

  const CASES: readonly (readonly [string, Parameters<typeof judged>, RegExp])[] = [
    [
      'refused where the one before is not brought',
      [() => ({}), null],
      /^the CRL before it has the SHA-256 missing; the last one/,
    ],
    [
      'refused where another is brought',
      [() => ({}), LAST, ledgerWith(Uint8Array.of(1))],
      /^the CRL before it has the SHA-256 [0-9a-f]{64}; the last one of this key is [0-9a-f]{64} in the ledger$/,
    ],
    [
      'refused where an entry is lost',
      [({ revoked }) => ({ revoked: [...revoked].slice(1) })],
      /^the CRL leaves out 01, which the last one lists$/,
    ],
    [
      'refused where all entries are lost',
      [() => ({ revoked: [] })],
      /^the CRL leaves out 01, 02, which the last one lists$/,
    ],
    [
      'refused where a reason is another',
      [() => ({ revoked: [entry(1, 'keyCompromise'), entry(2)] })],
      /^the CRL says something else than the last one of 01$/,
    ],
    [
      'refused where a reason is left out',
      [
        () => ({
          revoked: [entry(1), entry(2, undefined)].map((one, index) =>
            index === 1 ? { ...one, reason: undefined } : one,
          ),
        }),
      ],
      /^the CRL says something else than the last one of 02$/,
    ],
    [
      'refused where a number is used again',
      [() => ({}), LAST, ledgerWith(LAST), 7n],
      /^the CRL has the number 7, and the last one of this key 7: it rises by one$/,
    ],
    [
      'refused where a number is passed over',
      [() => ({}), LAST, ledgerWith(LAST), 9n],
      /^the CRL has the number 9, and the last one of this key 7: it rises by one$/,
    ],
    [
      'refused where a new entry stands before those that were there',
      [({ revoked }) => ({ revoked: [entry(3), ...revoked] })],
      /^the CRL has 03 where the last one has another entry: new ones stand after those that were there$/,
    ],
    [
      'refused where it names another issuer',
      [
        ({ issuer: { keyIdentifier } }) => ({
          issuer: { name: encodeName(subjectOf({ CN: 'Other' })), keyIdentifier },
        }),
      ],
      /^the CRL names another issuer than the last one of this key$/,
    ],
  ];
  for (const [name, args, message] of CASES)
    test(name, async () => assertRefuses(await judged(...args), 'DESCRIPTOR_INVALID', message));
});

test('a key that only its certificate has shown signs no CRL: what it lists already, no ledger says', async () => {
  const payload = await crlOf(() => ({ revoked: [] }), 8n);
  assertRefuses(
    () => crlBefore(operation, { payload, brought: null }, null, new Set([operation.key])),
    'DESCRIPTOR_INVALID',
    /^no ledger says which CRL of this key is the last one$/,
  );
  assert.equal(crlBefore(operation, { payload, brought: null }, null, new Set([sha256('other')])), undefined);
});

test('a CRL is not of less than the one before it', async () => {
  const payload = await crlOf(() => ({ scope: { uri: 'http://pki.example.com/root.crl' } }), 8n);
  assertRefuses(
    () => crlBefore(operation, { payload, brought: LAST }, ledgerWith(LAST), NONE),
    'DESCRIPTOR_INVALID',
    /^the CRL would be of the partition http:\/\/pki\.example\.com\/root\.crl, and this key has signed one of all that the CA issues: what that lists it could leave out$/,
  );
});

describe('what is said of an entry', () => {
  /** The same octets, with another OBJECT IDENTIFIER in the place of that of the reason. */
  const withExtension = async (last: number): Promise<Buffer> => {
    const bytes = Buffer.from(await crlOf(({ revoked }) => ({ revoked: [...revoked, entry(3)] }), 8n));
    const at = bytes.lastIndexOf(Buffer.from('0603551d15', 'hex'));
    assert.ok(at > 0);
    bytes[at + 4] = last;
    return bytes;
  };

  test('is its reason and its invalidity date: certificateIssuer would give all after it to another CA', async () => {
    const payload = await withExtension(0x1d);
    assertRefuses(
      () => crlBefore(operation, { payload, brought: LAST }, ledgerWith(LAST), NONE),
      'DESCRIPTOR_INVALID',
      /^the CRL says of 03 by the extension 2\.5\.29\.29 what is neither a reason nor an invalidity date$/,
    );
  });

  test('is said once of each certificate', async () => {
    const payload = Buffer.from(await crlOf(({ revoked }) => ({ revoked: [...revoked, entry(3)] }), 8n));
    const at = payload.lastIndexOf(Buffer.from('020103', 'hex'));
    assert.ok(at > 0);
    payload[at + 2] = 2;
    assertRefuses(
      () => crlBefore(operation, { payload, brought: LAST }, ledgerWith(LAST), NONE),
      'DESCRIPTOR_INVALID',
      /^the CRL lists 02 twice$/,
    );
  });

  test('of a first CRL too', async () => {
    const payload = await withExtension(0x1d);
    assertRefuses(
      () => crlBefore(operation, { payload, brought: null }, null, NONE),
      'DESCRIPTOR_INVALID',
      /2\.5\.29\.29/,
    );
  });

  test('and it is not a delta CRL that can be taken for a complete one', async () => {
    const bytes = Buffer.from(await crlOf(() => ({}), 8n));
    const at = bytes.indexOf(Buffer.from('0603551d14', 'hex'));
    assert.ok(at > 0);
    bytes[at + 4] = 0x1b;
    assertRefuses(
      () => crlBefore(operation, { payload: bytes, brought: LAST }, ledgerWith(LAST), NONE),
      'DESCRIPTOR_INVALID',
      /^the delta CRL does not say so critically: it could be taken for a complete one$/,
    );
  });
});

describe('the approval screen says what a CRL changes', () => {
  const screen = async (revoked: readonly Revocation[], previous: Uint8Array | null | 'unknown' = LAST) => {
    const payload = await crlOf(() => ({ revoked }), 8n);
    const descriptor = readDescriptor(
      canonicalBytes({ ...proposed.descriptor, payload: { sha256: sha256(payload) as Sha256, size: payload.length } }),
    );
    const shown = { descriptor, payload, expires: '2027-03-10T10:00:00Z' };
    const rows = approvalScreen(
      previous === 'unknown' ? shown : { ...shown, previous: previous && parseCrl(previous) },
    );
    const from = rows.findIndex((row) => row.startsWith('follows '));
    return from < 0 ? [] : rows.slice(from, -1);
  };

  test('what is kept is counted, what is added is listed', async () =>
    assert.deepEqual(await screen([entry(1), entry(2), { ...entry(3), invalidSince: '2027-03-01T00:00:00Z' }]), [
      'follows     CRL 7',
      'entries     2 kept, 1 ADDED, none removed',
      'ADDED       03',
      '            2027-03-10T09:00:00Z, superseded, invalid since 2027-03-01T00:00:00Z',
    ]));

  test('what is gone or says something else is listed too', async () =>
    assert.deepEqual(await screen([entry(1, 'keyCompromise')]), [
      'follows     CRL 7',
      'entries     0 kept, 0 ADDED, 1 removed, 1 CHANGED',
      'REMOVED     02',
      '            2027-03-10T09:00:00Z, superseded',
      'CHANGED     01',
      '            2027-03-10T09:00:00Z, keyCompromise',
    ]));

  test('of a first CRL all is new; of many some are shown, and all counted', async () => {
    const rows = await screen(
      Array.from({ length: 505 }, (_, index) => ({
        ...entry(1),
        serial: Uint8Array.of(1 + (index >> 7), index & 127),
      })),
      null,
    );
    assert.equal(rows[0], 'follows     none: it is the first CRL of this key');
    assert.equal(rows[1], 'entries     0 kept, 505 ADDED, none removed');
    assert.equal(rows[2 + 2 * 500], '            and 5 MORE THAT ARE NOT SHOWN: the digest of the list covers them');
    assert.deepEqual(rows.slice(2 + 2 * 500 + 1, -12), [
      'IN ALL      505 ADDED',
      '            505 superseded',
      'dated       2027-03-10T09:00:00Z',
      '            none with an invalidity date',
      'first       0100',
      'last        0478',
    ]);
  });

  test('where nobody knows which it follows, nothing is said', async () =>
    assert.deepEqual(await screen([entry(1)], 'unknown'), []));
});

test('what is no CRL follows none', () => {
  const certificate = { ...proposed.descriptor, kind: 'certificate' } as JsonObject;
  const payload = folder.get(proposed.payload ?? '') as Uint8Array;
  const request = { payload, previous: LAST, proposal: sha256('x'), expires: '2027-03-10T10:00:00Z' };
  const register = (descriptor: JsonObject) =>
    new Proposals().register(sha256('ceremony'), { ...request, descriptor: canonicalBytes(descriptor) }, at);
  assertRefuses(
    () => register(certificate),
    'PAYLOAD_DIGEST',
    /^operation "sign" signs no CRL, but the one before it was given$/,
  );
  const { previous: _given, ...bare } = request;
  assertRefuses(
    () =>
      new Proposals().register(
        sha256('ceremony'),
        { ...bare, certificates: LAST, descriptor: canonicalBytes(certificate) },
        at,
      ),
    'PAYLOAD_DIGEST',
    /^operation "sign" signs no CRL and no OCSP response, but certificates that one is about were given$/,
  );
  assert.equal(register(proposed.descriptor).brought, LAST);
});

test('the CRL that the pack carries is the one that its ledger has as the last', () => {
  const last = folder.get(previousCrlPath(ledger.crls.at(-1)?.sha256 as Sha256)) as Uint8Array;
  const payload = folder.get(proposed.payload ?? '') as Uint8Array;
  assert.equal(crlBefore(operation, { payload, brought: last }, ledger, NONE)?.revoked.count, 0);
});
