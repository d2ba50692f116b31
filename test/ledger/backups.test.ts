import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { withDestroyed } from '../../src/ledger/backups.ts';
import { deriveLedger } from '../../src/ledger/derive.ts';
import { destructionRecord } from '../../src/ledger/destruction-record.ts';
import { ledgerBytes } from '../../src/ledger/ledger.ts';
import { readLedger } from '../../src/ledger/read.ts';
import type { Event } from '../../src/transcript/event.ts';
import { backingUp } from '../forge/backing-up.ts';
import { recordCeremony } from '../forge/record.ts';

const recording = await recordCeremony(backingUp);
const proposal = recording.events.find((event) => event.type === 'proposed' && event.operation === 'wrap-key')?.seq;

function ledgerOf(events: readonly Event[]) {
  return deriveLedger(recording.plan, events, (path) => recording.files.get(path));
}

/** The record of a computer that kept what it got, and says that the HSM was never reached. */
const denied = recording.events.flatMap((event): Event[] => {
  if (event.type === 'file' && event.path.endsWith('.kwp')) return [];
  if (event.type !== 'result' || event.proposal !== proposal) return [event];
  return [{ ...event, outcome: 'failed', facts: { reached: 'no' } }];
});

describe('a wrapping that was begun', () => {
  test('and done is kept, on the media that have it', () => {
    const { backups } = ledgerOf(recording.events);
    assert.deepEqual(
      backups?.map(({ state, media }) => [state, media]),
      [['kept', ['backups 1', 'backups 2']]],
    );
  });

  test('and came to no end is a copy that may be, whatever the record says of the HSM', () => {
    const ledger = ledgerOf(denied);
    const { state, media, sha256, size, madeAt } = ledger.backups?.[0] ?? {};
    assert.deepEqual(
      { state, media, sha256, size, madeAt },
      {
        ...{ state: 'orphan', media: [], sha256: null, size: null, madeAt: null },
      },
    );
    assert.equal(ledger.shareSets.find(({ kind }) => kind === 'kek')?.state, 'begun');
    assert.deepEqual(readLedger(ledgerBytes(ledger)), ledger);
    const record = destructionRecord(ledger, ledger.keys[0]?.spkiSha256 ?? '');
    assert.ok(record?.copies.some(({ what, how }) => what === 'wrapped' && how === null));
  });

  test('is gone when nothing is left that opens it, where no medium is known', () => {
    const { backups = [], shareSets } = ledgerOf(denied);
    const destroyed = (...units: string[]) =>
      units.map((unit) => ({
        ...{ unit, kind: 'medium', make: null, serial: null, bag: null, place: null, state: 'destroyed' as const },
      }));
    const states = (...units: string[]) =>
      withDestroyed(backups, destroyed(...units), shareSets).map(({ state }) => state);
    assert.deepEqual(states('kek-envelopes.1'), ['orphan']);
    assert.deepEqual(states('kek-envelopes.1', 'kek-envelopes.2'), ['destroyed']);
    assert.deepEqual(states('backups.1', 'backups.2'), ['orphan']);
  });

  test('is none where it was approved and never begun', () => {
    const stopped = denied.filter(
      (event) => !((event.type === 'result' || event.type === 'intent') && event.proposal === proposal),
    );
    assert.equal(ledgerOf(stopped).backups, undefined);
  });
});
