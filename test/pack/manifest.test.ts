import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { canonicalBytes, type Json } from '../../src/base/canonical-json.ts';
import { sha256 } from '../../src/base/digest.ts';
import { buildManifest, type ManifestFacts, manifestFile, readManifest } from '../../src/pack/manifest.ts';
import { assertRefuses } from '../der/refusal.ts';

const A = 'a'.repeat(64);
const FACTS: ManifestFacts = {
  ceremony: A,
  head: A,
  events: 3,
  outcome: 'complete',
  mode: 'rehearsal',
  authorization: A,
  roster: A,
};

function changed(change: (manifest: Record<string, Json>) => void): Uint8Array {
  const bytes = buildManifest(FACTS, [
    manifestFile('script.yaml', Buffer.from('x')),
    manifestFile('chain.jsonl', Buffer.from('y')),
  ]);
  const manifest = JSON.parse(Buffer.from(bytes).toString()) as Record<string, Json>;
  change(manifest);
  return canonicalBytes(manifest);
}

describe('manifest', () => {
  it('lists what a manifest lists, sorted, and leaves out what is bound otherwise', () => {
    const paths = [
      'views/report.pdf',
      'script.yaml',
      'events.jsonl',
      'approvals/12-alice.p7s',
      'SHA256SUMS',
      'signatures/alice.p7s',
      'chain.jsonl',
    ];
    const manifest = readManifest(
      buildManifest(
        FACTS,
        paths.map((path) => manifestFile(path, Buffer.from(path))),
      ),
    );
    assert.deepEqual(
      manifest.files.map((file) => file.path),
      ['approvals/12-alice.p7s', 'chain.jsonl', 'script.yaml'],
    );
    assert.deepEqual(manifest.files[1], { path: 'chain.jsonl', sha256: sha256('chain.jsonl'), size: 11 });
  });

  it('does not take a path twice', () => {
    const file = manifestFile('script.yaml', Buffer.from('x'));
    assert.throws(() => buildManifest(FACTS, [file, file]), { message: 'manifest: "script.yaml" is given twice' });
  });

  const refusals: readonly (readonly [string, Uint8Array, RegExp])[] = [
    [
      'another member',
      changed((one) => {
        one['remark'] = 1;
      }),
      /has an unknown member "remark"/,
    ],
    ['a member missing', changed((one) => void delete one['head']), /manifest\.json lacks "head"/],
    [
      'an outcome of no kind',
      changed((one) => {
        one['outcome'] = 'fine';
      }),
      /"outcome" is "fine", expected complete or aborted/,
    ],
    [
      'files out of order',
      changed((one) => void (one['files'] as Json[]).reverse()),
      /lists "chain\.jsonl" after "script\.yaml"; paths are sorted/,
    ],
    [
      'a file twice',
      changed((one) => {
        one['files'] = [(one['files'] as Json[])[0], (one['files'] as Json[])[0]] as Json;
      }),
      /lists "chain\.jsonl" twice/,
    ],
    [
      'a path that leaves the folder',
      changed((one) => {
        (one['files'] as Record<string, Json>[])[0]!['path'] = '../x';
      }),
      /lists "\.\.\/x", which is no path that a manifest lists/,
    ],
    [
      'a path that is bound otherwise',
      changed((one) => {
        (one['files'] as Record<string, Json>[])[0]!['path'] = 'events.jsonl';
      }),
      /lists "events\.jsonl", which is no path/,
    ],
    [
      'a size below zero',
      changed((one) => {
        (one['files'] as Record<string, Json>[])[0]!['size'] = -1;
      }),
      /"size" is -1/,
    ],
  ];
  for (const [what, bytes, message] of refusals) {
    it(`refuses ${what}`, () => assertRefuses(() => readManifest(bytes), 'PACK_UNREADABLE', message));
  }

  it('refuses JSON that is not canonical', () => {
    assertRefuses(
      () => readManifest(Buffer.from('{ }')),
      'JSON_NOT_CANONICAL',
      'manifest.json is JSON, but not in canonical form (RFC 8785)',
    );
  });
});
