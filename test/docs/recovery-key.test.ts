import assert from 'node:assert/strict';
import { type SpawnSyncReturns, spawnSync } from 'node:child_process';
import { appendFileSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, test } from 'node:test';
import { BLOCKS, type Block, where } from './pages.ts';
import { VECTOR } from './share-vector.ts';
import { stageWrappedKey } from './wrapped-key.ts';

const folders: string[] = [];
after(() => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});

const PAGE = 'recovery-without-quorate.md';
/** What each does, by a word of it; in the order of the page, with the combine of the other page in its place. */
const COMBINE = BLOCKS.find((block) => block.kind === 'recovery' && block.text.includes('weights')) as Block;
const CHECK = 'recorded check';
const STEPS: readonly Block[] = BLOCKS.filter((block) => block.page === PAGE && block.kind === 'restore').flatMap(
  (block) => (block.text.includes(CHECK) ? [COMBINE, block] : [block]),
);
const step = (word: string) => STEPS.findIndex((block) => block.text.includes(word));

interface Table {
  readonly folder: string;
  run(block: Block): SpawnSyncReturns<string>;
  /** The steps up to this one, which must succeed. */
  until(last: number): void;
}

function table(kind: 'ec' | 'rsa'): Table {
  const folder = mkdtempSync(join(realpathSync(tmpdir()), 'quorate-recovery-'));
  folders.push(folder);
  const environment = stageWrappedKey(folder, kind);
  const env = { PATH: process.env['PATH'], LC_ALL: 'C', ...environment };
  let done = 0;
  const run = (block: Block) =>
    spawnSync('sh', ['-euc', block.text], { cwd: folder, encoding: 'utf8', timeout: 120_000, env });
  return {
    folder,
    run,
    until: (last) => {
      for (; done < last; done++) {
        const block = STEPS[done] as Block;
        const ended = run(block);
        assert.equal(ended.status, 0, `${where(block)}: exit ${ended.status}\n${ended.stdout}\n${ended.stderr}`);
      }
    },
  };
}

/**
 * Combines shares (y bytes and then x, hex), written from docs/formats/share-set.md: one polynomial for each byte, over
 * the field of 256 elements with x⁸ + x⁴ + x³ + x + 1, and its value at 0 by Lagrange's formula.
 */
function combined(shares: readonly string[]): string {
  const times = (a: number, b: number): number =>
    b === 0 ? 0 : (b & 1 ? a : 0) ^ times((a << 1) ^ (a & 0x80 ? 0x11b : 0), b >> 1);
  /** a²⁵⁴: every element but 0 to the 255th is 1. */
  const inverse = (a: number) => Array.from({ length: 254 }).reduce<number>((power) => times(power, a), 1);
  const pieces = shares.map((share) => [...Buffer.from(share, 'hex')]);
  const points = pieces.map((piece) => piece.at(-1) as number);
  const secret = Array.from({ length: 32 }, (_, at) =>
    pieces.reduce((sum, piece, index) => {
      const x = points[index] as number;
      const others = points.filter((point) => point !== x);
      const weight = others.reduce((product, other) => times(product, times(other, inverse(other ^ x))), 1);
      return sum ^ times(piece[at] as number, weight);
    }, 0),
  );
  return Buffer.from(secret).toString('hex');
}

describe('a CA key without the program, by the commands of the page', () => {
  test('comes back from an envelope, two papers and what a SoftHSM wrapped, and signs in two other tokens', () => {
    const { folder, until } = table('ec');
    until(STEPS.length);
    const read = (name: string) => readFileSync(join(folder, name));
    const shares = read('shares').toString('latin1').trimEnd().split('\n');
    assert.equal(shares.length, 3);
    assert.equal(combined(shares), Buffer.from(VECTOR.secret).toString('hex'));
    assert.equal(read('secret.hex').toString('latin1'), combined(shares));
    // A PrivateKeyInfo of 67 bytes, and the zeros that SoftHSM put behind it.
    const key = read('key.p8');
    assert.deepEqual([key.length, key[1], key.subarray(67).toString('hex')], [72, 65, '0000000000']);
  });

  test('comes back so when it is RSA', () => {
    const { folder, until, run } = table('rsa');
    until(step('-m ECDSA'));
    const key = readFileSync(join(folder, 'key.p8'));
    const length = 4 + key.readUInt16BE(2);
    // Its length differs by some bytes from key to key: one in eight needs no zeros.
    assert.ok(length <= key.length && key.length % 8 === 0 && key.subarray(length).every((byte) => byte === 0));
    const last = STEPS[step('-m ECDSA')] as Block;
    const text = last.text
      .replace(/--sign -m ECDSA .*/, '--sign -m SHA256-RSA-PKCS --id 01 -i message -o signature')
      .replace(/openssl pkeyutl .*/, 'openssl dgst -sha256 -verify key.pub -signature signature message');
    const ended = run({ ...last, text });
    assert.equal(ended.status, 0, ended.stderr);
    assert.equal(ended.stdout.match(/Verified OK/g)?.length, 2);
  });

  const refused = (word: string, spoil: (folder: string) => void, said: RegExp, kind: 'ec' = 'ec') => {
    const { folder, until, run } = table(kind);
    until(step(word));
    spoil(folder);
    const ended = run(STEPS[step(word)] as Block);
    assert.notEqual(ended.status, 0, 'it was taken');
    assert.match(ended.stdout + ended.stderr, said);
  };
  const edit = (name: string, change: (text: string) => string) => (folder: string) =>
    writeFileSync(join(folder, name), change(readFileSync(join(folder, name), 'latin1')), 'latin1');

  test('does not take a paper with one wrong character, or one of another set', () => {
    refused(
      'for paper in',
      edit('paper-4', (text) => text.replace('BAPT', 'BAPS')),
      /paper-4 is not as it was printed/,
    );
    const other = edit('tools.sh', (text) => text.replace(VECTOR.set, `1${VECTOR.set.slice(1)}`));
    refused('for paper in', other, /paper-2 is of another set/);
  });

  test('does not take a share that the ledger does not have, or one twice', () => {
    const forged = (folder: string) =>
      appendFileSync(join(folder, 'opened'), `${'00'.repeat(16)} ${'ab'.repeat(32)}00\n`);
    refused('while read', forged, /the ledger has no commitment [0-9a-f]{64}/);
    const twice = edit('opened', (text) => `${text}${text.split('\n')[0]}\n`);
    refused('while read', twice, /^a share stands there twice$/m);
  });

  test('does not take another secret, another wrapped key, or one with a flipped bit', () => {
    refused(
      CHECK,
      edit('secret.hex', (text) => text.replace(/^../, 'ff')),
      /the ledger has no check/,
    );
    const wrapped = `${VECTOR.set}-root-g1.kwp`;
    const flip = (folder: string) => {
      const bytes = readFileSync(join(folder, wrapped));
      bytes[20] = (bytes[20] as number) ^ 1;
      writeFileSync(join(folder, wrapped), bytes);
    };
    refused('-id-aes256-wrap-pad', flip, /the ledger has no sha256/);
    // Nor does the wrapping itself, where nobody asks the ledger.
    const unasked = (folder: string) => {
      flip(folder);
      edit('tools.sh', (text) => `${text}recorded() { :; }\n`)(folder);
    };
    refused('-id-aes256-wrap-pad', unasked, /error/i);
    refused(
      'cmp - key.pub',
      (folder) => writeFileSync(join(folder, 'root.crt'), readFileSync(join(folder, 'officer-1.pem'))),
      /differ/,
    );
  });
});
