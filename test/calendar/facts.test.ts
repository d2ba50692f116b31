import assert from 'node:assert/strict';
import { before, describe, test } from 'node:test';
import { addDuration, formatUtc, parseUtc } from '../../src/base/dates.ts';
import { sha256 } from '../../src/base/digest.ts';
import { calendarFacts } from '../../src/calendar/facts.ts';
import { describeOperation, descriptorOf, type Operation } from '../../src/quorum/operation.ts';
import {
  crlRequest,
  issueCrl,
  issueRoot,
  issueUnder,
  NOT_BEFORE,
  rootRequest,
  SERIAL,
  subordinateRequest,
} from '../issue/software-ca.ts';
import { profileOf, SCRIPTED } from '../pki/fixtures.ts';
import { shareSet } from './sample.ts';
import { softwarePack } from './software-pack.ts';

const P384 = 'ecdsa-p384';
const P256 = 'ecdsa-p256';
const later = (duration: string) => formatUtc(addDuration(parseUtc(NOT_BEFORE), duration));

describe('the facts of a calendar', () => {
  let root: Uint8Array;
  let below: Uint8Array;
  before(async () => {
    root = await issueRoot(rootRequest(P384));
    below = await issueUnder(
      subordinateRequest(root, profileOf('tls-issuing-ca', SCRIPTED['tls-issuing-ca']), P256),
      P384,
    );
  });

  test('know which certificates are revoked: by the newest CRL of their issuer, wherever in the pack it lies', () => {
    const revoked = [{ serial: SERIAL, at: later('PT1S'), reason: 'superseded' as const }];
    // Both certificates have this serial number, and the root stands on its own CRL as well.
    const of = (number: bigint, list: typeof revoked) =>
      issueCrl(crlRequest(root, P384, { number, revoked: list }), P384);
    const certificates = [
      { name: 'root', signedBy: 'root', der: root, earlier: true as const },
      { name: 'tls-ca', signedBy: 'root', der: below },
    ];
    const facts = (...crls: readonly Uint8Array[]) =>
      calendarFacts([
        softwarePack(
          certificates,
          crls.map((der, index) => ({
            name: 'root',
            signedBy: 'root',
            der,
            ...(index === crls.length - 1 ? {} : { earlier: true as const }),
          })),
        ),
      ]);
    assert.deepEqual([...facts(of(1n, []), of(2n, revoked)).revoked], [sha256(below)]);
    assert.deepEqual([...facts(of(10n, revoked), of(9n, [])).revoked], [sha256(below)]);
    assert.deepEqual([...facts(of(1n, revoked), of(2n, [])).revoked], []);
  });

  test('know when each share set was opened last, and when each thing was in the room', () => {
    const hsm = { name: 'root-hsm', serial: 'HSM-1', model: 'SoftHSM v2' };
    const common = { hsm, step: 'step', index: 0, hold: null };
    const operation = (operation: Operation, seq: number, at: string) => [
      {
        type: 'proposed',
        at,
        step: 'step',
        operation: operation.op,
        descriptor: descriptorOf(operation),
        digest: describeOperation(operation).digest,
        expires: at,
        payload: null,
        lint: [],
      },
      { type: 'intent', at, proposal: seq, approvers: ['a', 'b', 'c'] },
    ];
    const inventory = { ...common, op: 'inventory' } as unknown as Operation;
    const shareSets = [
      shareSet('aa'.repeat(16)),
      shareSet('ab'.repeat(16), { kind: 'so' }),
      shareSet('bb'.repeat(16), { hsm: 'HSM-2' }),
    ];
    const pack = (units: readonly string[], at: readonly [opened: string, closed: string]) =>
      softwarePack([{ name: 'root', signedBy: 'root', der: root }], [], {
        ledger: { shareSets },
        plan: { waivers: [], materials: [{ units: units.map((unit) => ({ unit })) }] },
        events: [...operation(inventory, 1, at[0]), { type: 'close', at: at[1], outcome: 'complete' }],
      });
    const first = pack(['laptop', 'card'], ['2027-01-01T10:00:00Z', '2027-01-01T12:00:00Z']);
    const second = pack(['laptop'], ['2028-01-01T10:00:00Z', '2028-01-01T12:00:00Z']);
    const facts = calendarFacts([first, second]);
    assert.deepEqual([...facts.opened], [['aa'.repeat(16), '2028-01-01T10:00:00Z']]);
    assert.deepEqual(
      [...facts.seen],
      [
        ['laptop', '2028-01-01T12:00:00Z'],
        ['card', '2027-01-01T12:00:00Z'],
      ],
    );
    assert.equal(facts.closedAt, '2028-01-01T12:00:00Z');
    assert.equal(facts.mode, 'production');
  });
});
