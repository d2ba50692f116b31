import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { NO_DIGEST, sha256 } from '../../src/base/digest.ts';
import { previousManifest, readPreviousPack } from '../../src/cli/previous-pack.ts';
import { carriedFiles } from '../../src/ledger/carried.ts';
import { type Ledger, ledgerBytes } from '../../src/ledger/ledger.ts';
import { readLedger } from '../../src/ledger/read.ts';
import { buildManifest, manifestFile, readManifest } from '../../src/pack/manifest.ts';
import { assertRefuses } from '../der/refusal.ts';
import { forge } from '../forge/forge.ts';

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

describe('what a ceremony takes over from the pack before it', () => {
  let folder: string;
  let pack: ReadonlyMap<string, Uint8Array>;

  before(async () => {
    folder = mkdtempSync(join(tmpdir(), 'quorate-taken-'));
    pack = (await forge()).files;
  });
  after(() => rmSync(folder, { recursive: true }));

  /** Lays the forged pack down with some files changed, a ledger of its own listed by its manifest, and reads it. */
  function taken(change: Readonly<Record<string, Uint8Array | null>> = {}, ledger?: (of: Ledger) => Ledger) {
    const at = mkdtempSync(join(folder, 'pack-'));
    const files = new Map([...pack, ...Object.entries(change)]);
    if (ledger) {
      const bytes = ledgerBytes(ledger(readLedger(pack.get('ledger.json') as Uint8Array)));
      const { files: listed, ...facts } = readManifest(pack.get('manifest.json') as Uint8Array);
      const others = listed.filter(({ path }) => path !== 'ledger.json');
      files.set('ledger.json', bytes);
      files.set('manifest.json', buildManifest(facts, [...others, manifestFile('ledger.json', bytes)]));
    }
    for (const [path, bytes] of files) {
      if (!bytes) continue;
      mkdirSync(dirname(join(at, path)), { recursive: true });
      writeFileSync(join(at, path), bytes);
    }
    const { head } = readManifest(pack.get('manifest.json') as Uint8Array);
    return readPreviousPack({ mode: 'rehearsal', previous: { pack: at, head } }, join(folder, 'site.yaml'));
  }
  const refused = (message: RegExp, ...of: Parameters<typeof taken>) =>
    assertRefuses(() => taken(...of), 'AUTHORIZATION_PREVIOUS', message);

  test('is manifest and ledger, the certificates, and the newest CRL of each issuer', () => {
    const found = taken();
    const carried = carriedFiles(found?.ledger as Ledger);
    assert.deepEqual(
      [...(found?.files.keys() ?? [])],
      ['previous/manifest.json', 'previous/ledger.json', ...carried.map(({ path }) => path)],
    );
    for (const { path, sha256: digest } of carried) assert.equal(sha256(found?.files.get(path) as Uint8Array), digest);
  });

  test('may have been carried by that pack itself', () => {
    const crl = pack.get('crls/root.crl') as Uint8Array;
    const path = `previous/crls/${sha256(crl)}.crl`;
    assert.deepEqual(
      taken({ 'crls/root.crl': Buffer.from('this year'), [path]: crl })?.files.get(path),
      Buffer.from(crl),
    );
  });

  test('is refused where a file is missing or another, or the ledger is not the listed one', () => {
    refused(/"certificates\/root\.crt" of .* has none: it is not there$/, {
      'certificates/root.crt': null,
    });
    refused(/"crls\/root\.crl" of .* should have SHA-256 [0-9a-f]{64}, and has [0-9a-f]{64}$/, {
      'crls/root.crl': Buffer.from('x'),
    });
    refused(/"ledger\.json" of .* should have SHA-256/, { 'ledger.json': Buffer.from('{}') });
  });

  test('is read from nowhere else, whatever path a ledger has', () => {
    writeFileSync(join(folder, 'outside.crt'), pack.get('certificates/root.crt') as Uint8Array);
    refused(/has none: it is not there$/, {}, (ledger) => ({
      ...ledger,
      certificates: ledger.certificates.map((one) => ({ ...one, path: '../outside.crt' })),
    }));
  });
});
