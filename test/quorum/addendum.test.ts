import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { canonicalBytes } from '../../src/base/canonical-json.ts';
import { hexGroups, sha256 } from '../../src/base/digest.ts';
import { type Addendum, buildAddendum, readAddendum } from '../../src/quorum/addendum.ts';
import { addendumScreen } from '../../src/quorum/addendum-screen.ts';
import { digestLines } from '../../src/quorum/statement-screen.ts';
import { assertRefuses } from '../der/refusal.ts';

const file = (name: string, carried = true) => ({ name, sha256: sha256(name), size: name.length, carried });
const ADDENDUM: Addendum = {
  type: 'quorate/addendum/1',
  pack: sha256('manifest'),
  number: 7,
  kind: 'ink-pages',
  time: '2027-03-02T09:00:00Z',
  note: 'in safe 2',
  files: [file('a.pdf'), file('b.mp4', false)],
};

describe('an addendum', () => {
  it('is written sorted, and read as it was written', () => {
    const { type: _, ...facts } = ADDENDUM;
    const bytes = buildAddendum({ ...facts, files: facts.files.toReversed() });
    assert.deepEqual(bytes, canonicalBytes(ADDENDUM));
    assert.deepEqual(readAddendum(bytes), ADDENDUM);
  });

  const refused: readonly (readonly [what: string, change: object, message: RegExp])[] = [
    ['another type', { type: 'quorate/addendum/2' }, /"type" is "quorate\/addendum\/2"/],
    ['no digest of a pack', { pack: 'x' }, /"pack" is not a SHA-256/],
    ['number 0', { number: 0 }, /"number" is 0, expected an integer from 1 to 99/],
    ['number 100', { number: 100 }, /"number" is 100/],
    ['a kind with a digit', { kind: 'video-2' }, /"kind" is "video-2"/],
    ['a kind that leads elsewhere', { kind: '../video' }, /"kind" is "..\/video"/],
    ['a kind of 33 characters', { kind: 'a'.repeat(33) }, /"kind" is longer than 32 characters/],
    ['a time in no form', { time: 'yesterday' }, /"time" is "yesterday"/],
    ['a note of two lines', { note: 'a\nb' }, /"note" has more than one line/],
    ['a note that is too long', { note: 'a'.repeat(401) }, /"note" is longer than 400 characters/],
    ['a note that turns its direction', { note: 'a\u202eb' }, /"note" holds a character that U\+202E changes/],
    ['no file', { files: [] }, /names no file/],
    ['1001 files', { files: Array.from({ length: 1001 }, (_, i) => file(`f${10_000 + i}`)) }, /names 1001 files/],
    ['a file twice', { files: [file('a'), file('a')] }, /names "a" twice/],
    ['two names alike but for capitals', { files: [file('A.pdf'), file('a.pdf')] }, /names "a.pdf" twice/],
    ['files in another order', { files: [file('b'), file('a')] }, /names "a" after "b"/],
    ['a name with a folder', { files: [file('a/b')] }, /files\[0\] "name" is "a\/b"/],
    ['a hidden name', { files: [file('.a')] }, /"name" is ".a"/],
    ['a size that is no size', { files: [{ ...file('a'), size: -1 }] }, /"size" is -1/],
    ['a file that is neither carried nor not', { files: [{ ...file('a'), carried: 1 }] }, /"carried" is not true/],
    ['a member more', { by: 'dana' }, /has an unknown member "by"/],
    ['a member more in a file', { files: [{ ...file('a'), by: 'dana' }] }, /files\[0\] has an unknown member "by"/],
  ];
  for (const [what, change, message] of refused)
    it(`is refused with ${what}`, () =>
      assertRefuses(() => readAddendum(canonicalBytes({ ...ADDENDUM, ...change })), 'ADDENDUM_INVALID', message));

  it('is refused with a blank more', () =>
    assertRefuses(
      () => readAddendum(Buffer.concat([canonicalBytes(ADDENDUM), Buffer.from(' ')])),
      'JSON_NOT_CANONICAL',
      /addendum\.json/,
    ));

  it('is shown whole to whoever signs it: every digest, and what the pack does not hold', () => {
    const bytes = canonicalBytes(ADDENDUM);
    assert.deepEqual(addendumScreen(readAddendum(bytes), sha256(bytes)), [
      'ADDENDUM    7, ink-pages: 2 files',
      'made        2027-03-02T09:00:00Z, by the clock of that computer',
      'note        in safe 2',
      'file        a.pdf, 5 bytes',
      ...hexGroups(sha256('a.pdf')).map((line) => `            ${line}`),
      'digest of   b.mp4, 5 bytes, which the pack does not hold',
      ...hexGroups(sha256('b.mp4')).map((line) => `            ${line}`),
      'to the pack whose manifest is',
      ...digestLines(sha256('manifest')),
      'the addendum itself',
      ...digestLines(sha256(bytes)),
    ]);
  });
});
