import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { JsonObject } from '../../src/base/canonical-json.ts';
import { thinMargins } from '../../src/calendar/quorum-margins.ts';
import { deriveLedger } from '../../src/ledger/derive.ts';
import { completeness, copyWords, destructionRecord } from '../../src/ledger/destruction-record.ts';
import { keyPlaces } from '../../src/ledger/key-places.ts';
import { type Ledger, type LedgerKey, ledgerBytes } from '../../src/ledger/ledger.ts';
import { readLedger } from '../../src/ledger/read.ts';
import type { Event } from '../../src/transcript/event.ts';
import { recordCeremony } from '../forge/record.ts';
import { BACKUP_SERIAL, HSM_SERIAL } from '../forge/stage.ts';

const { plan, events, files } = await recordCeremony({ backup: true });
const derive = (upTo: (event: Event) => boolean, change: (event: Event) => Event = (event) => event): Ledger =>
  deriveLedger(plan, events.slice(0, events.findIndex(upTo)).map(change), (path) => files.get(path));
const begins = (key: string) => (event: Event) =>
  event.type === 'step' && event.step === key && event.phase === 'begin';
/** The vendor's tools were used and looked after, and the ceremony ended there. */
const unproven = derive(begins('same-key@root-hsm'));
const [key] = unproven.keys as [LedgerKey];
const row = { key: key.name, spkiSha256: key.spkiSha256, token: BACKUP_SERIAL, provenAt: null, provenance: 'unproven' };

/** What is left where the key was destroyed on the HSM that made it. */
const destroyed = (ledger: Ledger): Ledger => ({
  ...ledger,
  keys: ledger.keys.map((one) => ({ ...one, destroyed: { at: '2027-03-02T00:00:00Z', step: 'gone' } })),
});

describe("a copy by a vendor's tools that has not signed", () => {
  test('is in the ledger from the look at its HSM on, and is read back', () => {
    assert.deepEqual(unproven.copies, [{ ...row, step: 'clone@backup-hsm' }]);
    assert.deepEqual(readLedger(ledgerBytes(unproven)), unproven);
    assert.deepEqual(keyPlaces(unproven, key), [HSM_SERIAL, BACKUP_SERIAL]);
  });

  test('is in the ledger as soon as the tools may have made it, where nobody has looked', () => {
    for (const [when, upTo] of [
      ['begun', (event: Event) => event.type === 'answer' && event.step === 'clone'],
      ['done', begins('clone@root-hsm')],
      ['looked at where it came from alone', begins('clone@backup-hsm')],
    ] as const)
      assert.deepEqual(derive(upTo).copies, [{ ...row, step: 'clone' }], when);
    assert.deepEqual(derive(begins('clone')).copies, []);
  });

  test('is none where the look has shown that it is not there', () => {
    const empty = derive(begins('same-key@root-hsm'), (event) =>
      event.type === 'result' && event.facts['objects'] !== undefined
        ? { ...event, facts: { ...event.facts, objects: [] } as JsonObject }
        : event,
    );
    assert.deepEqual(empty.copies, []);
  });

  test('is one like any other once it has signed', () => {
    const [copy, ...more] = derive(() => false).copies;
    assert.deepEqual(more, []);
    assert.deepEqual([copy?.step, copy?.token, copy?.provenance], ['same-key@backup-hsm', BACKUP_SERIAL, undefined]);
    assert.notEqual(copy?.provenAt, null);
  });

  test('keeps the record of a destruction incomplete', () => {
    const record = destructionRecord(destroyed(unproven), key.spkiSha256);
    assert.ok(record);
    assert.match(completeness(record), /^INCOMPLETE/);
    assert.ok(record.copies.map(copyWords).includes(`on the HSM ${BACKUP_SERIAL}: NOBODY ACCOUNTS FOR IT`));
  });

  test('is no second place to rely on', () => {
    const margins = thinMargins(unproven, { people: new Map(), roster: { members: [] } });
    assert.deepEqual(
      margins.filter(({ kind }) => kind === 'one-hsm').map(({ says }) => says),
      [
        `it is on the HSM ${HSM_SERIAL} alone (what is on ${BACKUP_SERIAL} has never signed), and no wrapped copy is kept: with that HSM it is lost`,
      ],
    );
  });
});
