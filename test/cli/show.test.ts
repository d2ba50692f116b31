import assert from 'node:assert/strict';
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { canonicalBytes, type JsonObject } from '../../src/base/canonical-json.ts';
import { hexGroups, sha256 } from '../../src/base/digest.ts';
import { screenRows } from '../../src/base/screen-rows.ts';
import { wordRows } from '../../src/base/words.ts';
import { approvalScreen } from '../../src/quorum/approval-screen.ts';
import { readDescriptor } from '../../src/quorum/operation.ts';
import { renderDocument } from '../../src/x509/render.ts';
import { type Rehearsed, rehearse } from '../docs/rehearsed.ts';
import { type Ended, quorate } from './quorate.ts';

const digestRows = (bytes: Uint8Array) => [
  ...hexGroups(sha256(bytes)),
  ...wordRows(sha256(bytes)).map((row) => `${row.number}  ${row.words.join('  ')}`),
];

describe('quorate show, on the pack of a rehearsal', { concurrency: 2 }, () => {
  let pack: Rehearsed;
  let folder: string;
  let proposals: readonly (JsonObject & { seq: number })[];
  before(() => {
    pack = rehearse();
    folder = mkdtempSync(join(tmpdir(), 'quorate-show-'));
    proposals = pack
      .read('events.jsonl')
      .toString('utf8')
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => JSON.parse(line) as JsonObject & { seq: number })
      .filter(({ type }) => type === 'proposed');
  });
  after(() => {
    pack?.remove();
    rmSync(folder, { recursive: true });
  });

  const show = (...args: readonly string[]): Promise<Ended> => quorate(folder, 'show', ...args);
  const shown = async (...args: readonly string[]): Promise<string[]> => {
    const { code, out, err } = await show(...args);
    assert.equal(err, '');
    assert.equal(code, 0);
    return out.split('\n').slice(0, -1);
  };
  /** A copy of the pack with one file changed by `edit`. */
  const spoiled = (name: string, path: string, edit: (bytes: Buffer) => Uint8Array | string): string => {
    const copy = join(folder, name);
    cpSync(pack.pack, copy, { recursive: true });
    const bytes = readFileSync(join(copy, path));
    rmSync(join(copy, path));
    writeFileSync(join(copy, path), edit(bytes));
    return copy;
  };
  const signing = () => proposals.find(({ operation }) => operation === 'sign') as JsonObject & { seq: number };

  test('every proposal is shown as the guard draws it', async () => {
    assert.ok(proposals.length >= 5, String(proposals.length));
    for (const { seq, descriptor, expires } of proposals) {
      const read = readDescriptor(canonicalBytes(descriptor));
      const payload = read.operation.op === 'sign' ? pack.read(`approvals/${seq}.tbs`) : null;
      const expected = screenRows(
        approvalScreen({ descriptor: read, payload, expires: String(expires), previous: null }),
      );
      assert.deepEqual(await shown(pack.pack, '--proposal', String(seq)), expected);
    }
    const rows = await shown(pack.pack, '--proposal', String(signing().seq));
    assert.ok(rows.includes('OPERATION   sign a certificate'));
    assert.ok(rows.some((row) => row.startsWith('    commonName              "REHEARSAL ')));
    assert.ok(rows.every((row) => row.length <= 80));
  });

  test('an output folder that is not sealed yet is as good', async () => {
    const { seq } = signing();
    const copy = join(folder, 'unsealed');
    cpSync(pack.pack, copy, { recursive: true });
    for (const path of ['manifest.json', 'SHA256SUMS', 'plan.json', 'ledger.json']) rmSync(join(copy, path));
    for (const path of ['events.jsonl', 'chain.jsonl']) {
      const lines = readFileSync(join(copy, path), 'utf8').split('\n').slice(0, seq);
      rmSync(join(copy, path));
      // The next line was being written when the copy was taken.
      writeFileSync(join(copy, path), `${lines.join('\n')}\n{"half`);
    }
    assert.deepEqual(await shown(copy, '--proposal', String(seq)), await shown(pack.pack, '--proposal', String(seq)));
  });

  test('to-be-signed bytes, certificates and CRLs: all that is in them, then the digest', async () => {
    const { seq } = signing();
    for (const path of [`approvals/${seq}.tbs`, 'certificates/root.crt', 'crls/root.crl']) {
      const bytes = pack.read(path);
      assert.deepEqual(await shown(join(pack.pack, path)), [
        ...renderDocument(bytes),
        '',
        'SHA-256 of the file',
        ...digestRows(bytes),
      ]);
    }
  });

  test('PEM is shown as what it holds', async () => {
    for (const kind of ['certificates/root', 'crls/root']) {
      const der = pack.read(kind.startsWith('crls') ? `${kind}.crl` : `${kind}.crt`);
      assert.deepEqual(await shown(join(pack.pack, `${kind}.pem`)), [
        ...renderDocument(der),
        '',
        'SHA-256 of what the file holds, as DER',
        ...digestRows(der),
      ]);
    }
  });

  test('every document that people sign, by its type', async () => {
    const { seq } = signing();
    const attestation = pack
      .list('statements')
      .find((path) => path.endsWith('.json') && pack.read(path).includes('quorate/attestation/1'));
    const presence = pack
      .list('statements')
      .find((path) => path.endsWith('.json') && pack.read(path).includes('quorate/presence/1'));
    const firsts: readonly (readonly [path: string | undefined, first: RegExp])[] = [
      ['manifest.json', /^EVIDENCE PACK, rehearsal, outcome complete: \d+ events, \d+ files$/],
      ['authorization.json', /^AUTHORIZATION {2}rehearsal, ceremony 1 of this CA$/],
      [`approvals/${seq}.json`, /^APPROVAL {4}of "sign" in step root-certificate$/],
      [attestation, /^STATEMENT of [a-z0-9-]+, step /],
      [presence, /^PRESENCE$/],
    ];
    for (const [path, first] of firsts) {
      assert.ok(path);
      const rows = await shown(join(pack.pack, path));
      assert.match(rows[0] ?? '', first);
      assert.deepEqual(rows.slice(-12), ['', 'SHA-256 of the file', ...digestRows(pack.read(path)).slice(0, 10)], path);
    }
  });

  test('a descriptor, and the approval of a deviation', async () => {
    const descriptor = canonicalBytes(signing()['descriptor'] ?? null);
    writeFileSync(join(folder, 'descriptor.json'), descriptor);
    const rows = await shown('descriptor.json');
    assert.equal(rows[1], 'OPERATION   sign a certificate');
    assert.ok(rows.some((row) => row.startsWith('payload     ')));
    assert.deepEqual(rows.slice(-12), ['', 'SHA-256 of the file', ...digestRows(descriptor)]);

    // As it goes out to a second screen: the very rows of the guard.
    const payload = pack.read(`approvals/${signing().seq}.tbs`);
    writeFileSync(join(folder, 'put-up.json'), descriptor);
    writeFileSync(join(folder, 'put-up.tbs'), payload);
    const screen = approvalScreen({ descriptor: readDescriptor(descriptor), payload, expires: '' });
    const whole = await shown('put-up.json');
    assert.deepEqual(whole.slice(0, -12), screenRows(screen.toSpliced(3, 1)));
    assert.deepEqual(whole.slice(-12), ['', 'SHA-256 of the file', ...digestRows(descriptor)]);
    rmSync(join(folder, 'put-up.tbs'));
    writeFileSync(join(folder, 'put-up.tbs'), pack.read('certificates/root.crt'));
    const { code, out, err } = await show('put-up.json');
    assert.deepEqual([code, out], [3, '']);
    assert.match(
      err,
      /^quorate: PAYLOAD_DIGEST: the file with "\.tbs" beside it has SHA-256 [0-9a-f]{64} and \d+ bytes/,
    );

    const deviation = canonicalBytes({
      ceremony: 'a'.repeat(64),
      decision: 'approve',
      deviation: 'b'.repeat(64),
      effect: 'skip',
      event: 12,
      names: [],
      step: 'briefing',
      type: 'quorate/deviation-approval/1',
      what: 'no briefing',
      why: 'held the day before',
    });
    writeFileSync(join(folder, 'deviation.json'), deviation);
    assert.deepEqual((await shown('deviation.json')).slice(0, 4), [
      'DEVIATION   event 12, step briefing',
      'what        no briefing',
      'why         held the day before',
      'effect      the step ends here, WITHOUT what it demands',
    ]);
  });

  test('what is no such file is refused, with a code', async () => {
    writeFileSync(join(folder, 'empty'), '');
    writeFileSync(join(folder, 'text'), 'hello\n');
    writeFileSync(join(folder, 'spaced.json'), '{ "type": "quorate/approval/1" }');
    writeFileSync(join(folder, 'more.json'), `${pack.read('authorization.json').toString().slice(0, -1)},"zz":1}`);
    writeFileSync(join(folder, 'cut.der'), pack.read('certificates/root.crt').subarray(0, 100));
    const pem = pack.read('certificates/root.pem').toString();
    writeFileSync(join(folder, 'two.pem'), pem + pem);
    writeFileSync(join(folder, 'key.pem'), pem.replaceAll('CERTIFICATE', 'PRIVATE KEY'));
    const root = (path: string) => join(pack.pack, path);
    const cases: readonly (readonly [path: string, code: number, message: RegExp])[] = [
      ['nowhere', 2, /^quorate: FILE_MISSING: the file "nowhere" does not exist\n$/],
      [
        'empty',
        2,
        /^quorate: FILE_UNKNOWN: "empty" is of no kind that is shown\nquorate: it shows the to-be-signed bytes/,
      ],
      ['text', 2, /^quorate: FILE_UNKNOWN: "text" is of no kind that is shown\n/],
      [
        root('plan.json'),
        2,
        /^quorate: FILE_UNKNOWN: .* is JSON with the type "quorate\/plan\/1", which is not shown\n/,
      ],
      [root('events.jsonl'), 2, /^quorate: JSON_NOT_CANONICAL: /],
      ['spaced.json', 2, /^quorate: JSON_NOT_CANONICAL: spaced\.json is JSON, but not in canonical form/],
      ['more.json', 2, /^quorate: AUTHORIZATION_INVALID: authorization\.json has an unknown member "zz"\n$/],
      ['cut.der', 2, /^quorate: DER_INVALID: /],
      ['two.pem', 2, /^quorate: DER_INVALID: PEM that is not exactly one block/],
      [
        'key.pem',
        2,
        /^quorate: DER_INVALID: PEM of label "PRIVATE KEY", expected CERTIFICATE, X509 CRL or CERTIFICATE REQUEST\n$/,
      ],
      [pack.list('roster').find((path) => path.endsWith('.p7s')) ?? '', 2, /FILE_MISSING/],
      [root('roster/crypto-officer-1.p7s'), 2, /^quorate: DER_INVALID: /],
      [pack.pack, 64, /^quorate: USAGE: ".*" is a folder, expected a file\nquorate: of a pack, one proposal is shown/],
    ];
    for (const [path, expected, message] of cases) {
      const { code, out, err } = await show(path);
      assert.equal(out, '', path);
      assert.match(err, message);
      assert.equal(code, expected, path);
    }
  });

  test('a proposal that is none, or is not what was recorded, is refused', async () => {
    const { seq } = signing();
    const tbs = `approvals/${seq}.tbs`;
    const flip = (bytes: Buffer) => {
      bytes[bytes.length - 1] = (bytes.at(-1) ?? 0) ^ 1;
      return bytes;
    };
    const other = (text: string, to: string) => (bytes: Buffer) => bytes.toString('utf8').replace(text, to);
    const payload = spoiled('payload', tbs, flip);
    const expiry = String(signing()['expires']);
    const event = spoiled(
      'event',
      'events.jsonl',
      other(`"expires":"${expiry}","lint"`, '"expires":"2099-01-01T00:00:00Z","lint"'),
    );
    const cases: readonly (readonly [args: readonly string[], code: number, message: RegExp])[] = [
      [
        [pack.pack, '--proposal', '1'],
        3,
        /^quorate: PROPOSAL_UNKNOWN: event 1 of ".*" is "opening", no proposal\nquorate: its proposals are \d+, /,
      ],
      [[pack.pack, '--proposal', '999999'], 3, /^quorate: PROPOSAL_UNKNOWN: ".*" has \d+ events, no 999999\n/],
      [[pack.pack, '--proposal', '0'], 64, /^quorate: USAGE: --proposal is "0", expected the number of an event\n$/],
      [
        [join(pack.pack, 'manifest.json'), '--proposal', '1'],
        1,
        /^quorate: PACK_UNREADABLE: ".*manifest\.json" is no folder/,
      ],
      [
        [payload, '--proposal', String(seq)],
        3,
        new RegExp(`^quorate: PAYLOAD_DIGEST: "${tbs}" has SHA-256 [0-9a-f]{64} and \\d+ bytes; the descriptor says `),
      ],
    ];
    for (const [args, expected, message] of cases) {
      const { code, out, err } = await show(...args);
      assert.equal(out, '');
      assert.match(err, message);
      assert.equal(code, expected);
    }
    const altered = proposals.find(({ expires }) => expires === expiry)?.seq ?? 0;
    const { code, err } = await show(event, '--proposal', String(altered));
    assert.equal(err, `quorate: TRANSCRIPT_BROKEN: event line ${altered} is not the one that chain.jsonl holds\n`);
    assert.equal(code, 5);
  });
});
