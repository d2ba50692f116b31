import type { JsonObject } from '../base/canonical-json.ts';
import { DECIDED } from '../steps/revocations.ts';
import { listAt, textAt, valueAt } from './facts.ts';
import { heading, type Pair, pairs } from './layout/blocks.ts';
import type { Sheet } from './layout/sheet.ts';
import { mono, paragraph, text } from './layout/style.ts';
import type { PackRecord } from './record.ts';
import { instant } from './times.ts';

/** What was decided to be revoked, and until when that is due; of a step that was done again the last. @returns how many */
export function drawDecisions(sheet: Sheet, { events, steps }: Pick<PackRecord, 'events' | 'steps'>): number {
  const decided = new Map<string, JsonObject>();
  for (const event of events)
    if (event.type === 'observation' && event.subject === DECIDED) decided.set(event.step, event.facts);
  for (const [step, facts] of decided) {
    const name = textAt(facts, 'certificate') ?? '';
    heading(sheet, 2, `Step ${steps.get(step)?.number ?? step}: "${name}" is to be revoked`, 120);
    pairs(sheet, [...fieldsOf(facts), ...deadlineFields(facts)]);
  }
  return decided.size;
}

function fieldsOf(facts: JsonObject): Pair[] {
  const since = textAt(facts, 'invalidSince');
  return [
    ['Certificate', [text(`"${textAt(facts, 'certificate') ?? ''}"${facts['isCa'] === true ? ', of a CA' : ''}`)]],
    ['Serial number', [paragraph([mono(textAt(facts, 'serial') ?? '')])]],
    ['SHA-256 of the DER', [paragraph([mono(textAt(facts, 'sha256') ?? '')])]],
    ['Reason', [text(textAt(facts, 'reason') ?? '')]],
    ['Revoked', [text(instant(textAt(facts, 'revokedAt') ?? ''))]],
    ...(since === undefined ? [] : [['Not to be trusted since', [text(instant(since))]] as const]),
    ['The CA has known since', [text(instant(textAt(facts, 'known') ?? ''))]],
    ['Reported by', [text(textAt(facts, 'reportedBy') ?? '')]],
  ];
}

function deadlineFields(facts: JsonObject): Pair[] {
  const deadlines = listAt(facts, 'deadlines');
  if (deadlines.length === 0) return [['Deadlines', [text('the rule packs of the script set none')]]];
  const revoked = textAt(facts, 'revokedAt') ?? '';
  return deadlines.map((one) => {
    const until = textAt(one, 'until') ?? '';
    const isPast = until < revoked;
    const words = `${String(valueAt(one, 'what') ?? '')} (${String(valueAt(one, 'clause') ?? '')})`;
    return [
      `By ${instant(until)}`,
      [text(isPast ? `${words}: it was revoked later` : words, { marked: isPast })],
    ] as const;
  });
}
