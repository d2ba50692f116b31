import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { NO_DIGEST, sha256 } from '../../src/base/digest.ts';
import { previousManifest } from '../../src/cli/previous-pack.ts';
import { buildManifest } from '../../src/pack/manifest.ts';
import { assertRefuses } from '../der/refusal.ts';

const HEAD = sha256('the last line of its chain');

describe('the pack that a site names as the previous one', () => {
  let folder: string;
  const site = (pack: string, head = HEAD) =>
    [{ mode: 'rehearsal' as const, previous: { pack, head } }, join(folder, 'site.yaml')] as const;

  before(() => {
    folder = mkdtempSync(join(tmpdir(), 'quorate-previous-'));
    mkdirSync(join(folder, 'pack'));
    const facts = {
      ceremony: sha256('ceremony'),
      head: HEAD,
      events: 3,
      outcome: 'complete',
      mode: 'rehearsal',
      roster: NO_DIGEST,
      authorization: sha256('authorization'),
    } as const;
    writeFileSync(join(folder, 'pack', 'manifest.json'), buildManifest(facts, []));
  });
  after(() => rmSync(folder, { recursive: true }));

  test('is none where it names none', () => {
    assert.equal(previousManifest({ mode: 'rehearsal', previous: 'none' }, join(folder, 'site.yaml')), null);
  });

  test('is found beside the site binding, or anywhere', () => {
    const manifest = join(folder, 'pack', 'manifest.json');
    assert.equal(previousManifest(...site('pack')), manifest);
    assert.equal(previousManifest(...site(join(folder, 'pack'))), manifest);
  });

  test('is the one that ends as the site says', () => {
    const other = sha256('another head');
    assertRefuses(
      () => previousManifest(...site('pack', other)),
      'AUTHORIZATION_PREVIOUS',
      `the previous pack "${join(folder, 'pack')}" ends in the head ${HEAD}; the site binding says ${other}`,
    );
  });

  test('is of the same mode', () => {
    const [{ previous }, at] = site('pack');
    assertRefuses(
      () => previousManifest({ mode: 'production', previous }, at),
      'AUTHORIZATION_PREVIOUS',
      `the previous pack "${join(folder, 'pack')}" is of a rehearsal; the site binding is for a production`,
    );
  });

  test('must be there, and be one', () => {
    assertRefuses(
      () => previousManifest(...site('elsewhere')),
      'FILE_MISSING',
      /the previous pack's manifest ".*elsewhere\/manifest.json"/,
    );
  });
});
