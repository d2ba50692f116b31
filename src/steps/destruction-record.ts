import { z } from 'zod';
import { CeremonyError } from '../base/errors.ts';
import { escapeForeign } from '../base/text.ts';
import { PREVIOUS_LEDGER } from '../ledger/carried.ts';
import { deriveLedger } from '../ledger/derive.ts';
import { completeness, copyWords, destructionRecord, destructionRecordBytes } from '../ledger/destruction-record.ts';
import { TRANSCRIBES_EARLIER } from '../ledger/on-paper.ts';
import { readLedger } from '../ledger/read.ts';
import { DESTROYS_KEY, ZEROIZES } from '../plan/key-destroyed.ts';
import type { Plan, PlannedStep } from '../plan/plan.ts';
import { keyFacts } from '../plan/record.ts';
import { defineStep } from '../plan/step-type.ts';
import { name } from '../script/schema/words.ts';
import type { Event } from '../transcript/event.ts';
import { keyLine } from './paper-parts.ts';

/** Steps after which there is something to account for. */
const DESTROYS: readonly string[] = [DESTROYS_KEY, ZEROIZES, 'destroy-material', TRANSCRIBES_EARLIER];

/** Names every copy of a key that the ledger knows, and how it went. It refuses nothing: what is missing, it says. */
export const destructionRecordStep = defineStep({
  name: 'destruction-record',
  version: 1,
  summary: 'Account for every copy of a key that the ledger knows, and say which nobody accounts for.',
  irreversible: false,
  needs: ['pack', 'terminal'],
  schema: z.strictObject({ key: name }),
  simulate(params, world, { report, steps, step }) {
    if (!world.keys.has(params.key))
      report('PLAN_NAME', ['with', 'key'], `no key "${params.key}" is made or used before this`);
    const later = steps.slice(steps.findIndex(({ key }) => key === step.key) + 1);
    const missed = later.find(({ type, act, params: other }) =>
      type === 'destroy-material'
        ? act === step.act
        : DESTROYS.includes(type) && (other['key'] ?? params.key) === params.key,
    );
    if (missed)
      report('PLAN_ORDER', ['step'], `"${missed.id}" destroys something after this, which the record would not have`);
    return world;
  },
  describe: (params, _step, plan) => [
    `Account for every copy of the key ${keyLine(plan, params.key)}: on HSMs, wrapped, and what opens them.`,
    'A copy that nobody accounts for keeps the record incomplete, and the program says so.',
  ],
  async *run(params, step, { pack, terminal, ceremony }) {
    const { plan, events } = ceremony;
    const before = events();
    const path = pathOf(step);
    if ((await pack.list()).includes(path)) return;
    const files = new Map<string, Uint8Array>();
    for (const one of await pack.list())
      if (/^(?:certificates\/.*\.crt|crls\/.*\.crl)$/.test(one) || one === PREVIOUS_LEDGER)
        files.set(one, await pack.read(one));
    const record = recordAsOf(params.key, plan, before, (one) => files.get(one));
    await terminal.say([
      `DESTRUCTION RECORD of the key "${params.key}": ${completeness(record)}`,
      ...record.copies.map((copy) => `- ${escapeForeign(copyWords(copy))}`),
    ]);
    yield* pack.add(step, [[path, destructionRecordBytes(record)]]);
  },
  verify(params, step, own, { plan, events, file }) {
    const path = pathOf(step);
    const fault = (message: string) => [
      { check: 'STEP-DESTRUCTION-RECORD', message: `step ${step.number} "${step.key}": ${message}`, where: path },
    ];
    const written =
      own.find((event) => event.type === 'file' && event.path === path) ??
      events.find((event) => event.type === 'file' && event.path === path);
    const bytes = file(path);
    if (!written || !bytes) return fault('no destruction record was written');
    try {
      const before = events.filter(({ seq }) => seq < written.seq);
      const due = destructionRecordBytes(recordAsOf(params.key, plan, before, file));
      return Buffer.compare(bytes, due) === 0 ? [] : fault('it is not what follows from the record');
    } catch (error) {
      if (!(error instanceof CeremonyError)) throw error;
      return fault(`it cannot be derived again: ${error.message}`);
    }
  },
});

function pathOf({ key }: PlannedStep): string {
  return `destruction/${key.replaceAll('@', '.')}.json`;
}

/** @throws CeremonyError HSM_OBJECT_MISSING for a key that the ledger does not have, and what its derivation throws */
function recordAsOf(key: string, plan: Plan, events: readonly Event[], file: (path: string) => Uint8Array | undefined) {
  const previous = file(PREVIOUS_LEDGER);
  const ledger = deriveLedger(plan, events, file, previous ? readLedger(previous) : null);
  const record = destructionRecord(ledger, String(keyFacts(plan, events, key)?.['spkiSha256']));
  if (!record) throw new CeremonyError('HSM_OBJECT_MISSING', `the ledger has no key "${key}"`);
  return record;
}
