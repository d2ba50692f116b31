import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { canonicalJson } from '../../src/base/canonical-json.ts';
import { sha256 } from '../../src/base/digest.ts';
import { isListed, PATH } from '../../src/pack/layout.ts';
import { buildManifest, type ManifestFacts, manifestFile, readManifest } from '../../src/pack/manifest.ts';
import { buildSums } from '../../src/pack/sums.ts';
import { verifyPack } from '../../src/verify/verify-pack.ts';
import { type Forged, forge } from '../forge/forge.ts';
import { MemorySource } from '../forge/memory-source.ts';
import { onePerKind } from '../forge/one-per-kind.ts';

/** What somebody can do who has the pack and no key: everything but sign. */

const forged: Forged = await forge();

function idsOf(files: ReadonlyMap<string, Uint8Array>): readonly string[] {
  const { findings } = verifyPack(new MemorySource(files), forged.options, forged.derive);
  return [...new Set(findings.map((finding) => finding.check))];
}

const text = (files: ReadonlyMap<string, Uint8Array>, path: string) => Buffer.from(files.get(path) ?? '').toString();
const linesOf = (files: ReadonlyMap<string, Uint8Array>, path: string) => text(files, path).split('\n').slice(0, -1);
const joined = (lines: readonly string[]) => Buffer.from(lines.map((line) => `${line}\n`).join(''));

/** Chains the events again from the first to the last, and makes manifest and sums again. */
function rechained(files: Map<string, Uint8Array>, events: readonly string[]): Map<string, Uint8Array> {
  let head = '0'.repeat(64);
  const levels = new Map(
    linesOf(forged.files, PATH.events).map((line, index) => [
      line,
      JSON.parse(linesOf(forged.files, PATH.chain)[index] ?? '').level,
    ]),
  );
  const chain = events.map((event, index) => {
    const line = canonicalJson({
      leaf: sha256(event),
      level: levels.get(event) ?? 'public',
      prev: head,
      seq: index + 1,
    });
    head = sha256(line);
    return line;
  });
  files.set(PATH.events, joined(events)).set(PATH.chain, joined(chain));
  const { type: _, files: __, ...facts } = readManifest(forged.files.get(PATH.manifest) as Uint8Array);
  const again: ManifestFacts = { ...facts, head, events: events.length, ceremony: sha256(events[0] ?? '') };
  const listed = [...files].filter(([path]) => isListed(path)).map(([path, bytes]) => manifestFile(path, bytes));
  const manifest = buildManifest(again, listed);
  return files.set(PATH.manifest, manifest).set(PATH.sums, buildSums(manifest, joined(events)));
}

describe('tampering', () => {
  it('with any byte is found', () => {
    // Sampled: a byte of every file, more of one of each kind, and each time another bit.
    let at = 0;
    const kinds = new Set(onePerKind(forged.files));
    for (const [path, bytes] of forged.files) {
      const more = kinds.has(path) ? [0, bytes.length - 1, (at * 104_729) % bytes.length] : [];
      for (const place of new Set([(at * 7919) % bytes.length, ...more])) {
        const altered = Uint8Array.from(bytes);
        altered[place] = (altered[place] as number) ^ (1 << (at % 8));
        assert.notDeepEqual(idsOf(new Map(forged.files).set(path, altered)), [], `byte ${place} of ${path}`);
        at += 1;
      }
    }
    assert.ok(at > 150, `${at} bytes`);
  });

  it('by cutting or lengthening a file is found', () => {
    for (const path of onePerKind(forged.files)) {
      const bytes = forged.files.get(path) as Uint8Array;
      assert.notDeepEqual(idsOf(new Map(forged.files).set(path, bytes.subarray(0, -1))), [], `${path} cut`);
      assert.notDeepEqual(
        idsOf(new Map(forged.files).set(path, Buffer.concat([bytes, Buffer.from('\n')]))),
        [],
        `${path} longer`,
      );
    }
  });

  it('by removing any file is found', () => {
    for (const path of forged.files.keys()) {
      const files = new Map(forged.files);
      files.delete(path);
      assert.notDeepEqual(idsOf(files), [], path);
    }
  });

  const lines = linesOf(forged.files, PATH.events);
  const edits: readonly (readonly [string, (lines: string[]) => string[]])[] = [
    ['dropping a line', (list) => list.toSpliced(60, 1)],
    ['dropping the last line', (list) => list.slice(0, -1)],
    ['swapping two lines', (list) => list.toSpliced(60, 2, list[61] ?? '', list[60] ?? '')],
    ['repeating a line', (list) => list.toSpliced(60, 0, list[60] ?? '')],
    ['adding a line', (list) => list.toSpliced(60, 0, (list[60] ?? '').replace(/"salt":"../, '"salt":"00'))],
    ['altering a line', (list) => list.with(7, (list[7] ?? '').replace('09:00', '09:01'))],
    [
      'leaving out an approval',
      (list) => list.filter((line) => !(line.includes('"type":"approval"') && line.includes('"seat":"erin"'))),
    ],
  ];
  for (const [what, edit] of edits) {
    it(`by ${what} is found`, () => {
      const ids = idsOf(new Map(forged.files).set(PATH.events, joined(edit([...lines]))));
      assert.ok(
        ids.some((id) => id.startsWith('CHAIN-')),
        ids.join(),
      );
    });
    it(`by ${what} is found though everything is chained and listed again`, () => {
      const ids = idsOf(rechained(new Map(forged.files), edit([...lines])));
      assert.ok(
        !ids.some((id) => id.startsWith('MANIFEST-') || id.startsWith('SUMS-') || id === 'CHAIN-PREV'),
        ids.join(),
      );
      // Officers and witnesses signed the record as it was; whoever has no key cannot make them sign another.
      assert.ok(ids.includes('SIGNATURE-MANIFEST'), ids.join());
    });
  }

  it('with the chain alone is found', () => {
    const chain = linesOf(forged.files, PATH.chain);
    for (const edit of [
      (list: string[]) => list.toSpliced(60, 1),
      (list: string[]) => list.toSpliced(60, 2, list[61] ?? '', list[60] ?? ''),
    ]) {
      const ids = idsOf(new Map(forged.files).set(PATH.chain, joined(edit([...chain]))));
      assert.ok(ids.includes('CHAIN-PREV'), ids.join());
    }
  });

  it('by taking an approval of another operation is found', () => {
    const [first, second] = [...forged.files.keys()].filter(
      (path) => path.endsWith('-alice.p7s') && path.startsWith('approvals/'),
    );
    const ids = idsOf(new Map(forged.files).set(first ?? '', forged.files.get(second ?? '') as Uint8Array));
    assert.ok(ids.includes('APPROVAL-SIGNATURE') && ids.includes('QUORUM-APPROVERS'), ids.join());
  });

  it('by swapping the certificate for one of another ceremony is found', async () => {
    const other = await forge({ record: { mode: 'production' } });
    const files = new Map(forged.files);
    for (const path of [
      'certificates/root.crt',
      'certificates/root.pem',
      'certificates/root.txt',
      'publish/root.crt',
      'publish/root.pem',
      'publish/root.csv',
      'publish/root.txt',
    ]) {
      files.set(path, other.files.get(path) as Uint8Array);
    }
    const ids = idsOf(rechained(files, lines));
    for (const id of ['CERTIFICATE-TBS', 'CERTIFICATE-RESULT', 'EVENT-FILE', 'SIGNATURE-MANIFEST'])
      assert.ok(ids.includes(id), ids.join());
  });
});
