import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { dueDates } from '../../src/calendar/due-dates.ts';
import { keyPlaces } from '../../src/ledger/key-places.ts';
import type { Ledger, LedgerKey } from '../../src/ledger/ledger.ts';
import { readLedger } from '../../src/ledger/read.ts';
import { sample } from '../calendar/sample.ts';
import { type Conduct, hold } from './conducted.ts';
import { resultsOf } from './operations.ts';
import { layRestorings, type Restorings } from './restoring.ts';
import { assertVerifies, eventsIn } from './went-on.ts';

describe('a restoration that is aborted leaves a copy that the ledger counts', { concurrency: false }, () => {
  let laid: Restorings;
  before(async () => {
    laid = await layRestorings();
  });
  after(() => laid?.remove());

  /** The drill, given up. @returns its ledger, and what is due of what it left */
  async function aborted(answer: Conduct['answer'], code: number) {
    const table = laid.tables.drill;
    const told = await hold(table.set, answer ? { answer } : {});
    assert.equal(told.code, code, told.stderr);
    await assertVerifies(table, 'aborted', 'aborted');
    const ledger = readLedger(readFileSync(join(table.set.out, 'ledger.json')));
    return { ledger, due: dueOf(ledger), events: eventsIn(table.set.out) };
  }

  const dueOf = (ledger: Ledger) =>
    dueDates({ ...sample(), ledger }).dates.flatMap(({ kind, at, says }) =>
      kind === 'copy-left' ? [{ at, says }] : [],
    );
  const serialOf = ({ tokens }: Ledger) => tokens.find(({ name }) => name === 'drill-hsm')?.serial ?? '';

  test('whose HSM gave no answer: the key may be there, and has not signed', async () => {
    const table = laid.tables.drill;
    table.clear();
    table.hsm.at('C_UnwrapKey', 1, 'segv', 'after');
    const { ledger, due, events } = await aborted(undefined, 4);
    assert.deepEqual(resultsOf('unwrap-key', events), []);
    const intent = events.findLast(({ type }) => type === 'intent');
    const serial = serialOf(ledger);
    assert.deepEqual(ledger.copies, [
      {
        ...{ key: 'root', spkiSha256: ledger.keys[0]?.spkiSha256, token: serial, step: 'restored' },
        ...{ provenAt: null, provenance: 'unproven', left: { how: 'begun', at: intent?.at } },
      },
    ]);
    assert.ok(keyPlaces(ledger, ledger.keys[0] as LedgerKey).includes(serial));
    assert.equal(due.length, 1);
    assert.match(
      due[0]?.says ?? '',
      /was begun by step "restored", and whether it is there is not known: erase that HSM/,
    );
  });

  test('before what was restored is destroyed again: it is there, and not meant to be', async () => {
    laid.tables.drill.clear();
    const otherWords: Conduct['answer'] = (question, honest) =>
      question['step'] === 'key-read' && question['kind'] === 'words' ? 'other words' : honest;
    const { ledger, due, events } = await aborted(otherWords, 2);
    const [restored] = resultsOf('unwrap-key', events);
    assert.deepEqual(
      ledger.copies.map(({ token, provenance, left, destroyed }) => [token, provenance, left, destroyed]),
      [[serialOf(ledger), 'restored', { how: 'undestroyed', at: restored?.at }, undefined]],
    );
    assert.deepEqual(
      due.map(({ at }) => at),
      [restored?.at],
    );
    assert.match(due[0]?.says ?? '', /its ceremony was aborted before it was destroyed: destroy it there/);
  });
});
