import type { JsonObject } from '../base/canonical-json.ts';
import { presentedBy } from '../quorum/activation.ts';
import { examinedLines } from './examined.ts';
import { isObject, listAt, plain, textAt, valueAt } from './facts.ts';
import { heading, type Pair, pairs, pairsHeight, prose } from './layout/blocks.ts';
import type { Sheet } from './layout/sheet.ts';
import { bold, mono, type Paragraph, paragraph, run, small, text } from './layout/style.ts';
import { cells, drawTable, type Row, tableHeight } from './layout/table.ts';
import { describeDescriptor, type OperationRecord, operationsOf } from './operations.ts';
import { nameOf } from './participants.ts';
import { activationIn, protectedBy } from './protection.ts';
import type { PackRecord } from './record.ts';
import { clockOf, instant } from './times.ts';

/** What the heading of an operation takes, with the room around it. */
const HEADING = 36;

/** Who approved what the HSM did, and what protected it: one block for each operation proposed. */
export function drawQuorum(sheet: Sheet, record: PackRecord): void {
  const operations = operationsOf(record);
  prose(sheet, [
    text(
      'Each operation of an HSM was described in full, and its description was approved by enough distinct people before ' +
        'the HSM was used. An approval is a signature by that person’s own token over the digest of the description. ' +
        'Declining takes no token: that it was this person is stated by whoever sat at the terminal.',
    ),
  ]);
  if (operations.length === 0) prose(sheet, [text('No operation was proposed.', { before: 6 })]);
  for (const operation of operations) drawOperation(sheet, record, operation);
}

function drawOperation(sheet: Sheet, record: PackRecord, operation: OperationRecord): void {
  const { proposed, result, intent } = operation;
  const step = record.steps.get(proposed.step);
  const activation = activationIn(record, proposed.descriptor);
  const facts: Pair[] = [
    ['Step', [text(`${step ? `${step.number}  ` : ''}${proposed.step}`)]],
    ['HSM', [text(hsmOf(proposed.descriptor))]],
    ['SHA-256 of the description', [paragraph([mono(proposed.digest)])]],
    ...particulars(proposed.descriptor),
    ['Proposed', [text(`${instant(proposed.at)}, event ${proposed.seq}; to lapse ${instant(proposed.expires)}`)]],
    ...examinedLines(record, proposed.seq),
    ['Quorum', [quorumOf(operation)]],
    ['Lint', proposed.operation !== 'sign' ? [] : lintLines(proposed.lint)],
    [
      activation ? 'Begun on the word of' : 'Shares opened',
      intent ? [text(intent.approvers.map((seat) => nameOf(record, seat)).join(', '))] : [],
    ],
    ['Unlocked by', activation && intent ? [text(presentedBy(activation))] : []],
    ['Result', [resultOf(operation)]],
    ['What protected it', result ? [text(protectedBy(record, proposed.descriptor))] : []],
    ['In memory too', result && usesKek(proposed.operation) ? [text(KEK_IN_MEMORY)] : []],
  ];
  // Who approved is never on another page than what they approved, where one page holds both.
  const decisions = decisionRows(record, operation.approvals, operation.declined);
  const height = pairsHeight(sheet, facts) + (decisions.length > 0 ? decisionsHeight(sheet, decisions) : 0);
  const title = `Operation ${operation.number}: ${describeDescriptor(proposed.descriptor)}`;
  heading(sheet, 2, title, height <= sheet.height - HEADING ? height : 150);
  pairs(sheet, facts);
  drawDecisionRows(sheet, decisions);
}

/** Operations for which the guard makes the wrapping key of its shares. */
function usesKek(operation: string): boolean {
  return operation === 'wrap-key' || operation === 'unwrap-key';
}

const KEK_IN_MEMORY =
  'the key that it was wrapped with: it was put together from its shares in this computer, and given to the HSM';

/** Who approved and who declined, in order, with the token that signed an approval. */
export function drawDecisions(
  sheet: Sheet,
  record: PackRecord,
  approvals: OperationRecord['approvals'],
  declines: OperationRecord['declined'],
): void {
  drawDecisionRows(sheet, decisionRows(record, approvals, declines));
}

const DECISIONS = [
  { title: 'Person', share: 30 },
  { title: 'Decision', share: 14 },
  { title: 'Token that signed', share: 36 },
  { title: 'Time (UTC)', share: 20 },
] as const;
const ABOVE = 5;
const CLOSE = { padding: 2.2 } as const;

function drawDecisionRows(sheet: Sheet, rows: readonly Row[]): void {
  if (rows.length === 0) return;
  sheet.skip(ABOVE);
  drawTable(sheet, DECISIONS, rows, CLOSE);
}

function decisionsHeight(sheet: Sheet, rows: readonly Row[]): number {
  return ABOVE + tableHeight(sheet, DECISIONS, rows, CLOSE);
}

function decisionRows(
  record: PackRecord,
  approvals: OperationRecord['approvals'],
  declines: OperationRecord['declined'],
): Row[] {
  const rows = [
    ...approvals.map((approval) => ({ ...approval, decision: 'approved' as const })),
    ...declines.map((declined) => ({ ...declined, decision: 'declined' as const })),
  ].sort((a, b) => a.seq - b.seq);
  return rows.map((row) =>
    cells(
      [paragraph([bold(nameOf(record, row.seat), 7.8), run(`  ${row.seat}`, { size: 7, tone: 'soft' })])],
      [row.decision === 'approved' ? text('approved', { size: 7.8 }) : paragraph([bold('DECLINED', 7.8)])],
      row.decision === 'approved'
        ? [paragraph([mono(row.token, 6.8), run(`  ${row.origin.replaceAll('-', ' ')}`, { size: 7, tone: 'soft' })])]
        : [text(row.reason, { size: 7.8 }), small('stated at the terminal')],
      [paragraph([run(clockOf(row.at), { size: 7.8 }), run(`  event ${row.seq}`, { size: 7, tone: 'soft' })])],
    ),
  );
}

function hsmOf(descriptor: JsonObject): string {
  const serial = textAt(descriptor, 'hsm', 'serial');
  const model = textAt(descriptor, 'hsm', 'model') ?? 'unknown model';
  const name = textAt(descriptor, 'hsm', 'name') ?? '';
  return `${name}: ${model}, ${serial === undefined ? 'blank: no serial number before it was initialised' : `serial number ${serial}`}`;
}

/** The members of the description that are neither in its headline nor somewhere else in the report. */
function particulars(descriptor: JsonObject): Pair[] {
  const list: Pair[] = [];
  const add = (name: string, value: string | undefined) => {
    if (value !== undefined) list.push([name, [text(value)]]);
  };
  const addMono = (name: string, value: string | undefined) => {
    if (value !== undefined) list.push([name, [paragraph([mono(value)])]]);
  };
  add(
    'Wipes',
    textAt(descriptor, 'op') === 'prepare-token'
      ? (textAt(descriptor, 'wipes') ?? 'nothing: the token is blank')
      : undefined,
  );
  addMono('Replaces share set', textAt(descriptor, 'replaces', 'id'));
  if (textAt(descriptor, 'op') === 'rotate-activation') {
    addMono('By share set', textAt(descriptor, 'set', 'id'));
    add(
      'PIN before',
      textAt(descriptor, 'adopts') === undefined
        ? 'the old one'
        : 'not known after an interruption: the new one is tried first, and only if it is refused the old one',
    );
  }
  addMono('Key identifier', textAt(descriptor, 'id'));
  const isDecided = ['destroy-key', 'set-key-state'].includes(textAt(descriptor, 'op') ?? '');
  addMono(isDecided ? 'Key, SHA-256' : 'Signing key, SHA-256', textAt(descriptor, 'key'));
  if (textAt(descriptor, 'op') === 'destroy-key')
    add(
      'On other HSMs',
      valueAt(descriptor, 'last') === true ? 'NONE THAT IS KNOWN: it is the last' : 'another HSM holds it',
    );
  for (const lost of listAt(descriptor, 'destroys'))
    addMono(valueAt(lost, 'last') === true ? 'Goes with it, THE LAST' : 'Goes with it', textAt(lost, 'key'));
  add('Mechanism', textAt(descriptor, 'mechanism'));
  addMono('To be signed, SHA-256', textAt(descriptor, 'payload', 'sha256'));
  const hold = valueAt(descriptor, 'hold');
  if (isObject(hold)) {
    add(
      'Activation',
      `held for up to ${plain(hold['operations'] ?? null)} operations and ${plain(hold['seconds'] ?? null)} seconds`,
    );
  }
  return list;
}

function quorumOf(operation: OperationRecord): Paragraph {
  const people = new Set(operation.approvals.map((approval) => approval.seat)).size;
  const { rule } = operation;
  if (!rule) return text(`${people} approved; what was needed is not known without the roster`);
  const met = people >= rule.need ? 'met' : 'NOT MET';
  return paragraph([
    bold(`${people} approved, ${rule.need} of ${rule.able} needed: ${met}`),
    run(`  ${rule.role.replaceAll('-', ' ')}s, class "${rule.class}"`, { size: 7.6, tone: 'soft' }),
  ]);
}

function lintLines(lint: readonly JsonObject[]): Paragraph[] {
  if (lint.length === 0) return [text('no finding')];
  return lint.map((finding) =>
    text(
      Object.values(finding)
        .filter((value) => typeof value === 'string')
        .join(': '),
      { size: 7.8 },
    ),
  );
}

function resultOf({ result, intent, declined, approvals }: OperationRecord): Paragraph {
  if (result?.outcome === 'done') return paragraph([bold('done'), run(`  ${instant(result.at)}, event ${result.seq}`)]);
  if (result) {
    const why = [textAt(result.facts, 'code'), textAt(result.facts, 'message')].filter(Boolean).join(': ');
    return paragraph([bold('FAILED'), run(`  ${instant(result.at)}, event ${result.seq}: ${why}`)], { marked: true });
  }
  if (intent) return paragraph([bold('NO RESULT'), run('  begun, and nothing is recorded after it')], { marked: true });
  const why = declined.length > 0 ? 'declined' : approvals.length > 0 ? 'approved but not begun' : 'not approved';
  return paragraph([bold('not done'), run(`  ${why}`)]);
}
