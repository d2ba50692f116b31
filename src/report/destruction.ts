import type { Json } from '../base/canonical-json.ts';
import { escapeForeign } from '../base/text.ts';
import { type CopyAccount, copyWords } from '../ledger/destruction-record.ts';
import { isObject, listAt, textAt, valueAt } from './facts.ts';
import { fingerprint, heading, type Pair, pairs } from './layout/blocks.ts';
import type { Sheet } from './layout/sheet.ts';
import { bold, type Paragraph, paragraph, text } from './layout/style.ts';
import type { PackRecord } from './record.ts';

/** Whether there is a destruction record. */
export function hasDestruction(record: PackRecord): boolean {
  return pathsIn(record).length > 0;
}

/** Each copy of each key that was to be destroyed, and how it went; what nobody accounts for stands out. */
export function drawDestruction(sheet: Sheet, record: PackRecord): void {
  for (const path of pathsIn(record)) {
    const bytes = record.pack.file(path);
    const found = bytes ? parsed(bytes) : null;
    const isComplete = valueAt(found, 'complete') === true;
    const copies = listAt(found, 'copies');
    const open = copies.filter((copy) => textAt(copy, 'how') === undefined).length;
    heading(sheet, 2, `Key "${escapeForeign(textAt(found, 'key', 'name') ?? '')}"`, 120);
    fingerprint(
      sheet,
      'Public key (SubjectPublicKeyInfo), SHA-256',
      (textAt(found, 'key', 'spkiSha256') ?? '').toUpperCase(),
    );
    const list: Pair[] = [
      ['Label', [text(escapeForeign(textAt(found, 'key', 'label') ?? ''))]],
      ['State', [text(textAt(found, 'key', 'state') ?? '')]],
      [
        'Record',
        [
          isComplete
            ? paragraph([bold('complete: every copy that the ledger knows is accounted for')])
            : paragraph([bold(`INCOMPLETE: nobody accounts for ${open} of ${copies.length} copies`)], { marked: true }),
        ],
      ],
      ['Copies', copies.map(copyLine)],
    ];
    pairs(sheet, list);
  }
}

function copyLine(copy: Json): Paragraph {
  const words = escapeForeign(copyWords(copy as unknown as CopyAccount));
  return textAt(copy, 'how') === undefined ? paragraph([bold(words)], { marked: true }) : text(words);
}

function parsed(bytes: Uint8Array): Json {
  try {
    const value = JSON.parse(Buffer.from(bytes).toString('utf8')) as Json;
    return isObject(value) ? value : null;
  } catch {
    return null;
  }
}

/** Those that the manifest lists, or events record. */
function pathsIn({ files }: PackRecord): readonly string[] {
  return files.map(({ path }) => path).filter((path) => /^destruction\/[^/]+\.json$/.test(path));
}
