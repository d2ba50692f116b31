import { PUBLISHED_CHECKS } from '../../src/calendar/check-published.ts';
import { DUE_KINDS } from '../../src/calendar/due-date.ts';
import { suiteOf } from '../../src/cms/algorithms.ts';
import { hexOf } from '../../src/der/values.ts';
import { FILE_KINDS } from '../../src/pack/layout.ts';
import { CLASS_OF } from '../../src/quorum/operation.ts';
import { STEP_TYPES } from '../../src/steps/registry.ts';
import { LEVEL_OF } from '../../src/transcript/event.ts';
import { parseSpki } from '../../src/x509/public-key.ts';
import { paperLines } from '../paper-share/example.ts';
import { vectorLines } from './share-vector.ts';

/** What the pages list, as the program has it: block name → its text. */
export const PRINTED: { readonly [kind: string]: () => string } = {
  classes: () => table(Object.entries(CLASS_OF)),
  levels: () => table(Object.entries(LEVEL_OF)),
  layout: () =>
    table(
      FILE_KINDS.map(({ pattern, limit, listed, name }) => [
        pattern.source.slice(1, -1).replaceAll('\\/', '/'),
        String(limit),
        listed ? 'listed' : 'not listed',
        name,
      ]),
    ),
  steps: () => table([...STEP_TYPES.values()].map(({ name, summary }) => [name, summary])),
  algorithms: () =>
    table(
      Object.entries(KEYS).map(([name, spki]) => {
        const { digestAlgorithm, signatureAlgorithm } = suiteOf(parseSpki(Buffer.from(spki, 'hex')));
        return [name, `digest ${hexOf(digestAlgorithm)}`, `signature ${hexOf(signatureAlgorithm)}`];
      }),
    ),
  'due-dates': () => table(Object.entries(DUE_KINDS).map(([kind, { title }]) => [kind, title])),
  published: () => table(Object.entries(PUBLISHED_CHECKS)),
  'paper-share': () => paperLines().join('\n'),
  vector: () => vectorLines().join('\n'),
};

/** Public keys of each kind that members may have; any key of the kind would do. */
const KEYS = {
  'P-256': `3059301306072a8648ce3d020106082a8648ce3d030107034200${'04'.padEnd(130, '1')}`,
  'P-384': `3076301006072a8648ce3d020106052b81040022036200${'04'.padEnd(194, '1')}`,
  RSA: `30820122300d06092a864886f70d01010105000382010f003082010a0282010100${'c'.padEnd(511, '1')}10203010001`,
} as const;

/** Columns, two blanks apart; no blanks at the end of a line. */
function table(rows: readonly (readonly string[])[]): string {
  const widths = rows[0]?.map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0))) ?? [];
  return rows
    .map((row) =>
      row
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}
