import { hash } from 'node:crypto';
import type { Json, JsonObject } from '../base/canonical-json.ts';
import { isKeyAlgorithmName, KEY_ALGORITHMS } from '../pki/algorithms.ts';
import { isObject, listAt, plain, textAt, valueAt } from './facts.ts';
import { backupsOf, LEAVES, provenOn } from './key-copies.ts';
import { fingerprint, heading, type Pair, pairs } from './layout/blocks.ts';
import type { Sheet } from './layout/sheet.ts';
import { bold, mono, type Paragraph, paragraph, small, text } from './layout/style.ts';
import { cells, drawTable } from './layout/table.ts';
import { type OperationRecord, operationsOf } from './operations.ts';
import type { PackRecord } from './record.ts';
import { instant } from './times.ts';

/** The inventory of keys that were generated: what it is, where it lies, how it was made (ETSI EN 319 401, 319 411-1 GEN-6.5.1-13A). */
export function drawKeys(sheet: Sheet, record: PackRecord): number {
  const made = operationsOf(record).filter((operation) => {
    return operation.proposed.operation === 'generate-key' && operation.result?.outcome === 'done';
  });
  for (const operation of made) drawKey(sheet, record, operation);
  return made.length;
}

function drawKey(sheet: Sheet, record: PackRecord, operation: OperationRecord): void {
  const { proposed, result } = operation;
  const facts: JsonObject = result?.facts ?? {};
  const { descriptor } = proposed;
  const step = record.steps.get(proposed.step);
  const name = step?.makes['key'] ?? textAt(descriptor, 'label') ?? '';
  const algorithm = textAt(facts, 'algorithm') ?? textAt(descriptor, 'algorithm') ?? '';
  const known = isKeyAlgorithmName(algorithm) ? KEY_ALGORITHMS[algorithm] : undefined;
  heading(sheet, 2, `Key "${name}"`, 200);
  fingerprint(sheet, 'Public key (SubjectPublicKeyInfo), SHA-256', publicKeyDigest(facts));
  const hsm = hsmOf(record, descriptor);
  const spki = textAt(facts, 'spki');
  const possession = textAt(facts, 'possession');
  const validation = record.validations.get(textAt(descriptor, 'hsm', 'name') ?? '');
  const quirks = listAt(facts, 'quirks').map(plain);
  const list: Pair[] = [
    ['Label (CKA_LABEL)', [text(textAt(descriptor, 'label') ?? '')]],
    ['Identifier (CKA_ID)', [paragraph([mono(textAt(descriptor, 'id') ?? '')])]],
    ['Algorithm', [text(known?.title ?? algorithm)]],
    [
      'Key size',
      known
        ? [text(`${known.bits} bits${known.type === 'rsa' ? ' (size of the modulus)' : ' (size of the field)'}`)]
        : [],
    ],
    ['Generation mechanism', [text(textAt(facts, 'mechanism') ?? 'not recorded')]],
    ['Origin', [text(originOf(facts))]],
    ['Generated', [text(result ? instant(result.at) : '')]],
    ['Generated in step', [text(step ? `${step.number}  ${step.key}` : proposed.step)]],
    ['HSM', hsm],
    ['State', statesOf(record, publicKeyDigest(facts).toLowerCase())],
    ['May leave the HSM', valueAt(descriptor, 'wrappable') === true ? [text(LEAVES, { marked: true })] : []],
    ['Backups', backupsOf(record, publicKeyDigest(facts))],
    ['Shown to be on', provenOn(record, publicKeyDigest(facts))],
    ['Validation', validation === undefined ? [] : [text(`${validation} (stated by the site binding)`)]],
    [
      'Proof of possession',
      [text(possession === undefined ? 'by the self-signed certificate' : 'a signature by the new key, in the record')],
    ],
    ['Quirks of the token', [text(quirks.length === 0 ? 'none' : quirks.join('; '))]],
    ['Not reported by the token', unreported(facts)],
    ['Public key, DER in base64', spki === undefined ? [] : [paragraph([mono(spki, 6.4)])]],
  ];
  pairs(sheet, list);
  drawAttributes(sheet, descriptor, facts);
}

/** How it came to the state that it has when the record closes (NIST SP 800-57 part 1 §7). */
function statesOf(record: PackRecord, key: string): Paragraph[] {
  const states = record.events.flatMap((event) => (event.type === 'key-state' && event.key === key ? [event] : []));
  const last = states.pop();
  if (!last) return [];
  const before = states.map(({ to }) => `${to}, then `).join('');
  return [text(`${before}${last.to} since ${instant(last.at)}: ${last.reason}`)];
}

/** Upper case, 64 digits: the form in which fingerprints are searched for. */
function publicKeyDigest(facts: JsonObject): string {
  const spki = textAt(facts, 'spki');
  return (
    spki === undefined ? (textAt(facts, 'spkiSha256') ?? '') : hash('sha256', Buffer.from(spki, 'base64'), 'hex')
  ).toUpperCase();
}

/** The token as it described itself when it was prepared; before that, as the description of the operation names it. */
function hsmOf(record: PackRecord, descriptor: JsonObject): Paragraph[] {
  const serial = textAt(descriptor, 'hsm', 'serial');
  const prepared = record.events.find((event) => {
    return event.type === 'result' && event.outcome === 'done' && textAt(event.facts, 'serial') === serial;
  });
  const facts = prepared?.type === 'result' ? prepared.facts : {};
  const said = ['manufacturer', 'model', 'firmware'].flatMap((key) => {
    const value = textAt(facts, key);
    return value === undefined || value === '' ? [] : [key === 'firmware' ? `firmware ${value}` : value];
  });
  const model = textAt(descriptor, 'hsm', 'model') ?? 'unknown model';
  const label = textAt(facts, 'label');
  return [
    text(`${said.length === 0 ? model : said.join(', ')}`),
    text(`serial ${serial ?? 'not recorded'}${label === undefined ? '' : `, token label "${label}"`}`),
  ];
}

/** Whether the token says that it made the key itself, by its own random numbers (PKCS#11, CKA_LOCAL). */
function originOf(facts: JsonObject): string {
  const local = ['public', 'private'].map((half) => valueAt(facts, half, 'CKA_LOCAL') ?? valueAt(facts, half, 'LOCAL'));
  if (local.every((value) => value === true)) return 'made by the token itself: CKA_LOCAL is true for both objects';
  return local.some((value) => value === false)
    ? 'NOT made by the token itself: CKA_LOCAL is false'
    : 'not reported by the token';
}

function unreported(facts: JsonObject): Paragraph[] {
  const names = ['public', 'private'].flatMap((half) =>
    listAt(facts, 'unreported', half).map((name) => `${half} ${plain(name)}`),
  );
  return [text(names.length === 0 ? 'nothing that was asked' : names.join(', '))];
}

/** What was asked of the token, and what it reported of the new objects. */
function drawAttributes(sheet: Sheet, descriptor: JsonObject, facts: JsonObject): void {
  const rows = (['public', 'private'] as const).flatMap((half) => {
    const asked = objectAt(descriptor, `${half}Template`);
    const reported = objectAt(facts, half);
    const names = [...new Set([...Object.keys(asked), ...Object.keys(reported)])].sort();
    return names.map((name) =>
      cells(
        [text(half, { size: 7.4 })],
        [paragraph([mono(name, 6.8)])],
        [shownValue(asked[name])],
        [shownValue(reported[name], differs(asked[name], reported[name]))],
      ),
    );
  });
  if (rows.length === 0) return;
  heading(sheet, 3, 'Attributes, as asked and as read back from the token');
  drawTable(
    sheet,
    [
      { title: 'Object', share: 9 },
      { title: 'Attribute', share: 29 },
      { title: 'Asked', share: 31 },
      { title: 'Read back', share: 31 },
    ],
    rows,
    { padding: 1.2 },
  );
}

function objectAt(value: Json, key: string): JsonObject {
  const found = valueAt(value, key);
  return isObject(found) ? found : {};
}

/** A value that was asked for and came back as another. What was not asked for cannot differ. */
function differs(asked: Json | undefined, reported: Json | undefined): boolean {
  return asked !== undefined && reported !== undefined && JSON.stringify(asked) !== JSON.stringify(reported);
}

function shownValue(value: Json | undefined, marked = false): Paragraph {
  if (value === undefined) return small('–');
  if (marked) return paragraph([bold(`DIFFERS: ${JSON.stringify(value)}`, 7.4)], { marked });
  const shown = typeof value === 'object' ? JSON.stringify(value) : plain(value);
  return typeof value === 'boolean' ? text(shown, { size: 7.4 }) : paragraph([mono(shown, 6.6)]);
}
