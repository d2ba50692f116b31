import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, truncateSync, unlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import { openPackFolder } from '../../src/adapters/pack-folder.ts';
import { kindOf } from '../../src/pack/layout.ts';
import { assertRefuses } from '../der/refusal.ts';

const root = mkdtempSync(join(tmpdir(), 'quorate-folder-'));
after(() => rmSync(root, { recursive: true, force: true }));
const limitOf = (path: string) => kindOf(path)?.limit;
let count = 0;

function folderOf(files: Record<string, string>): string {
  count += 1;
  const folder = join(root, String(count));
  mkdirSync(folder);
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(join(folder, path, '..'), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
  return folder;
}

describe('pack folder', () => {
  it('lists files with their sizes and reads them', () => {
    const source = openPackFolder(folderOf({ 'script.yaml': 'abc', 'roster/roster.json': '{}' }), limitOf);
    assert.deepEqual(
      [...source.list()],
      [
        ['roster/roster.json', 2],
        ['script.yaml', 3],
      ],
    );
    assert.equal(Buffer.from(source.read('script.yaml') ?? '').toString(), 'abc');
    assert.equal(source.read('site.yaml'), undefined);
    assert.equal(source.read('../1/script.yaml'), undefined);
    assert.deepEqual(source.faults(), []);
  });

  it('follows no link, neither to a file nor to a folder nor to nothing', () => {
    const folder = folderOf({ 'script.yaml': 'abc' });
    symlinkSync('/etc/passwd', join(folder, 'site.yaml'));
    symlinkSync('/etc', join(folder, 'roster'));
    symlinkSync('nowhere', join(folder, 'plan.json'));
    const source = openPackFolder(folder, limitOf);
    assert.deepEqual([...source.list().keys()], ['script.yaml']);
    const message = 'it is a link; a pack holds files';
    assert.deepEqual(
      source.faults(),
      ['plan.json', 'roster', 'site.yaml'].map((path) => ({ kind: 'link', path, message })),
    );
  });

  it('opens no pipe and no oversized file', () => {
    const folder = folderOf({ 'roster/alice.p7s': '', 'notes.txt': '' });
    execFileSync('mkfifo', [join(folder, 'ledger.json')]);
    truncateSync(join(folder, 'roster/alice.p7s'), 65_537);
    truncateSync(join(folder, 'notes.txt'), 16 * 1024 * 1024 + 1);
    const source = openPackFolder(folder, limitOf);
    assert.deepEqual([...source.list().keys()], []);
    assert.deepEqual(source.faults(), [
      { kind: 'special', path: 'ledger.json', message: 'it is neither a file nor a folder' },
      { kind: 'size', path: 'notes.txt', message: 'it has 16777217 bytes; at most 16777216 are expected' },
      { kind: 'size', path: 'roster/alice.p7s', message: 'it has 65537 bytes; at most 65536 are expected' },
    ]);
  });

  it('takes no name that is not plain, and no depth without end', () => {
    const folder = folderOf({ 'a\nb': 'x', 'caf\u00e9': 'x', 'a b/c': 'x' });
    mkdirSync(join(folder, 'd/'.repeat(26)), { recursive: true });
    const faults = openPackFolder(folder, limitOf).faults();
    const message = 'the name has characters other than letters, digits, dot, hyphen, underscore, plus and equals sign';
    assert.deepEqual(faults, [
      { kind: 'name', path: 'a\\u{A}b', message },
      { kind: 'name', path: 'a b', message },
      { kind: 'name', path: 'caf\u00e9', message },
      { kind: 'name', path: 'd/'.repeat(24).slice(0, -1), message: 'it lies more than 24 folders deep' },
    ]);
  });

  it('says when a file is not what it was', () => {
    const folder = folderOf({ 'script.yaml': 'abc', 'site.yaml': 'abc', 'plan.json': 'abc' });
    const source = openPackFolder(folder, limitOf);
    writeFileSync(join(folder, 'script.yaml'), 'longer');
    assertRefuses(() => source.read('script.yaml'), 'PACK_UNREADABLE', '"script.yaml" changed while the pack was read');
    unlinkSync(join(folder, 'site.yaml'));
    assertRefuses(
      () => source.read('site.yaml'),
      'PACK_UNREADABLE',
      '"site.yaml" could be read before and cannot be now',
    );
    unlinkSync(join(folder, 'plan.json'));
    symlinkSync('/etc/passwd', join(folder, 'plan.json'));
    assertRefuses(
      () => source.read('plan.json'),
      'PACK_UNREADABLE',
      '"plan.json" could be read before and cannot be now',
    );
  });

  it('refuses what is no folder', () => {
    const folder = folderOf({ 'script.yaml': 'abc' });
    for (const path of [join(folder, 'script.yaml'), join(folder, 'none')]) {
      assertRefuses(() => openPackFolder(path, limitOf), 'PACK_UNREADABLE', `"${path}" is no folder that can be read`);
    }
  });
});
