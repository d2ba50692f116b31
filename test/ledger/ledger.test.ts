import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { canonicalBytes, type Json } from '../../src/base/canonical-json.ts';
import { sha256 } from '../../src/base/digest.ts';
import { deriveLedger } from '../../src/ledger/derive.ts';
import { ledgerBytes } from '../../src/ledger/ledger.ts';
import { readLedger } from '../../src/ledger/read.ts';
import type { Event } from '../../src/transcript/event.ts';
import { assertRefuses } from '../der/refusal.ts';
import { changing, refacted } from '../forge/edit.ts';
import { type Recording, recordCeremony } from '../forge/record.ts';
import { HSM_SERIAL } from '../forge/stage.ts';

const recording: Recording = await recordCeremony();
const derive = (events: readonly Event[], files = recording.files) =>
  deriveLedger(recording.plan, events, (path) => files.get(path));

describe('ledger', () => {
  it('says what was made, from the record alone', () => {
    const ledger = derive(recording.events);
    const [token] = ledger.tokens;
    assert.deepEqual(
      [token?.name, token?.serial, token?.label, token?.means],
      ['root-hsm', HSM_SERIAL, 'ROOT-G1', 'shares'],
    );
    const [key] = ledger.keys;
    assert.deepEqual(
      [key?.name, key?.label, key?.token, key?.step, key?.state],
      ['root', 'rehearsal-example-root-g1', HSM_SERIAL, 'root-key', 'active'],
    );
    const [certificate] = ledger.certificates;
    assert.deepEqual(
      [certificate?.name, certificate?.path, certificate?.key, certificate?.step],
      ['root', 'certificates/root.crt', 'root', 'root-certificate'],
    );
    assert.deepEqual([certificate?.notBefore, certificate?.notAfter], ['2027-03-10T09:00:00Z', '2037-03-10T08:59:59Z']);
    const [crl] = ledger.crls;
    assert.deepEqual(
      [crl?.name, crl?.issuer, crl?.number, crl?.thisUpdate],
      ['root', 'root', '1', '2027-03-10T09:00:00Z'],
    );
    assert.deepEqual(
      ledger.shareSets.map((set) => [set.kind, set.threshold, set.hsm, set.state]),
      [
        ['user', 3, HSM_SERIAL, 'current'],
        ['so', 3, HSM_SERIAL, 'current'],
      ],
    );
    // Two copies of the medium, five custodians: five envelope files of each set on each copy.
    assert.deepEqual(
      ledger.shareSets.map((set) => Object.entries(set.envelopes).map(([medium, paths]) => [medium, paths.length])),
      [0, 1].map(() => [
        ['envelopes 1', 5],
        ['envelopes 2', 5],
      ]),
    );
    assert.deepEqual(
      token?.sets,
      ledger.shareSets.map((set) => set.id),
    );
  });

  it('has each certificate of a list, by the name of its file', () => {
    const files = new Map(recording.files);
    const root = files.get('certificates/root.crt') as Uint8Array;
    const outs = ['a.crt', 'b.crt'];
    for (const out of outs) files.set(`certificates/${out}`, root);
    const events = changing(
      'proposed',
      ({ step }) => step === 'root-certificate',
      (event) => {
        const { out: _out, ...descriptor } = event.descriptor;
        const item = { sha256: sha256('tbs'), size: 3 };
        const items = outs.map((out) => ({ out, payload: item }));
        return {
          ...event,
          descriptor: { ...descriptor, op: 'sign-list', payload: { ...item, size: 6 }, items },
        };
      },
    )(recording.events);
    const ledger = derive(events, files);
    assert.deepEqual(
      ledger.certificates.map(({ name, path, key, step }) => [name, path, key, step]),
      ['a', 'b'].map((name) => [name, `certificates/${name}.crt`, 'root', 'root-certificate']),
    );
    assert.deepEqual(readLedger(ledgerBytes(ledger)), ledger);
  });

  it('reads back what it wrote', () => {
    const ledger = derive(recording.events);
    assert.deepEqual(readLedger(ledgerBytes(ledger)), ledger);
  });

  it('carries on what the ledger before it holds', () => {
    const before = derive(recording.events);
    const after = deriveLedger(recording.plan, recording.events, (path) => recording.files.get(path), before);
    assert.equal(after.keys.length, 2);
    assert.deepEqual(after.keys[0], before.keys[0]);
  });

  const refused: readonly (readonly [
    string,
    () => unknown,
    'FILE_MISSING' | 'TRANSCRIPT_BROKEN' | 'DER_INVALID',
    RegExp,
  ])[] = [
    [
      'a certificate is missing',
      () => derive(recording.events, new Map()),
      'FILE_MISSING',
      /the pack has no "certificates\/root\.crt", which the ledger lists/,
    ],
    [
      'a certificate is none',
      () => derive(recording.events, new Map([['certificates/root.crt', Buffer.from('x')]])),
      'DER_INVALID',
      /certificates\/root\.crt/,
    ],
    [
      'the opening is missing',
      () => derive(recording.events.slice(1)),
      'TRANSCRIPT_BROKEN',
      /does not begin with its opening/,
    ],
    [
      'a result belongs to no proposal',
      () => derive(recording.events.filter((event) => event.type !== 'proposed')),
      'TRANSCRIPT_BROKEN',
      /is the result of no proposal/,
    ],
    [
      'a result lacks a fact',
      () => derive(refacted('root-key', (facts) => void delete facts['spki'])(recording.events)),
      'TRANSCRIPT_BROKEN',
      /has no text "spki"/,
    ],
    [
      'a CRL was signed by an unknown key',
      () =>
        derive(
          refacted('root-key', (facts) => {
            facts['spkiSha256'] = 'ab';
          })(recording.events),
        ),
      'TRANSCRIPT_BROKEN',
      /no key with SHA-256 [0-9a-f]{64} is known/,
    ],
  ];
  for (const [what, act, code, message] of refused)
    it(`is not derived when ${what}`, () => assertRefuses(act, code, message));

  const changed = (change: (ledger: Record<string, Json>) => void) => {
    const ledger = JSON.parse(Buffer.from(ledgerBytes(derive(recording.events))).toString()) as Record<string, Json>;
    change(ledger);
    return canonicalBytes(ledger);
  };
  const entry = (ledger: Record<string, Json>, list: string) =>
    (ledger[list] as Record<string, Json>[])[0] as Record<string, Json>;
  it('refuses what is not of its type', () => {
    assertRefuses(
      () =>
        readLedger(
          changed((one) => {
            one['remark'] = 1;
          }),
        ),
      'PACK_UNREADABLE',
      'ledger.json has an unknown member "remark"',
    );
    assertRefuses(
      () =>
        readLedger(
          changed((one) => {
            entry(one, 'keys')['state'] = 'lost';
          }),
        ),
      'PACK_UNREADABLE',
      'ledger.json: keys[0] "state" is "lost", expected pre-activation or active or suspended or deactivated or compromised or destroyed',
    );
    assertRefuses(
      () =>
        readLedger(
          changed((one) => {
            entry(one, 'crls')['number'] = '01';
          }),
        ),
      'PACK_UNREADABLE',
      /crls\[0\] "number" is "01"/,
    );
    assertRefuses(
      () =>
        readLedger(
          changed((one) => {
            entry(one, 'shareSets')['threshold'] = 9;
          }),
        ),
      'DESCRIPTOR_INVALID',
      'ledger.json: shareSets[0]: threshold 9 of 5 shares',
    );
    assertRefuses(
      () =>
        readLedger(
          changed((one) => {
            entry(one, 'shareSets')['place'] = 'safe';
          }),
        ),
      'DESCRIPTOR_INVALID',
      'ledger.json: shareSets[0] has an unknown member "place"',
    );
  });
});
