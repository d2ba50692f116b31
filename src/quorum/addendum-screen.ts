import { hexGroups, type Sha256 } from '../base/digest.ts';
import { escapeForeign } from '../base/text.ts';
import type { Addendum } from './addendum.ts';
import { digestLines } from './statement-screen.ts';

/** Everything that a signature over an addendum vouches for, in lines for people. @param digest of addendum.json */
export function addendumScreen({ number, kind, time, note, pack, files }: Addendum, digest: Sha256): string[] {
  return [
    `ADDENDUM    ${number}, ${kind}: ${files.length} file${files.length === 1 ? '' : 's'}`,
    row('made', `${time}, by the clock of that computer`),
    row('note', note === '' ? 'none' : escapeForeign(note)),
    ...files.flatMap(({ name, size, sha256, carried }) => [
      row(carried ? 'file' : 'digest of', `${name}, ${size} bytes${carried ? '' : ', which the pack does not hold'}`),
      ...hexGroups(sha256).map((line) => row('', line)),
    ]),
    'to the pack whose manifest is',
    ...digestLines(pack),
    'the addendum itself',
    ...digestLines(digest),
  ];
}

function row(label: string, text: string): string {
  return `${label.padEnd(12)}${text}`;
}
