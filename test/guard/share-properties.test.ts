import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { combine } from 'shamir-secret-sharing';
import { sha256 } from '../../src/base/digest.ts';
import { openEnvelope } from '../../src/cms/enveloped-data.ts';
import { compareEverySubset, recombine, type SealedSet, sealSecret } from '../../src/guard/shares.ts';
import { openPaperShare } from '../../src/paper-share/hold.ts';
import { type RowProblem, readRows } from '../../src/paper-share/read-rows.ts';
import { paperRows } from '../../src/paper-share/write-rows.ts';
import type { Member } from '../../src/quorum/roster.ts';
import { envelopeName, holdEnvelopeToRecord, type OpenedShare, openShare } from '../../src/quorum/share-envelope.ts';
import type { ShareRecord } from '../../src/quorum/share-set.ts';
import { makeMember, openingKey } from '../cms/members.ts';
import { assertRefuses } from '../der/refusal.ts';
import { multiply } from '../docs/share-vector.ts';
import { Seeded } from '../paper-share/shares.ts';

/** One key opens them all: who holds which envelope is not what is looked at here. */
const MEMBER = makeMember('custodian', 'P-256', 'keyAgreement');
const KEY = openingKey(MEMBER);

function holders(count: number): Member[] {
  const digest = sha256(MEMBER.certificate);
  const token = { serial: '', model: '', origin: 'generated-here', signing: MEMBER.certificate, signingSpki: digest };
  return Array.from({ length: count }, (_, index) => ({
    seat: `custodian-${index + 1}`,
    role: 'custodian',
    evidence: 'token',
    tokens: [{ ...token, origin: 'generated-here', encryption: MEMBER.certificate, encryptionSpki: digest }],
  }));
}

interface Opened {
  readonly sealed: SealedSet;
  readonly shares: readonly OpenedShare[];
}

/** As in a ceremony: sealed, and each envelope opened and held to the record. */
async function open(secret: Uint8Array, threshold: number, count: number): Promise<Opened> {
  const sealed = await sealSecret(secret, 'user', 'root', threshold, holders(count));
  const shares: OpenedShare[] = [];
  for (const record of sealed.set.shares) {
    const envelope = envelopeOf(sealed, record);
    holdEnvelopeToRecord(envelope, record);
    shares.push(openShare((await openEnvelope(envelope, KEY)).plaintext, sealed.set, record));
  }
  return { sealed, shares };
}

function envelopeOf({ set, envelopes }: SealedSet, { seat }: ShareRecord): Uint8Array {
  return envelopes.get(envelopeName(set.id, seat)) as Uint8Array;
}

function subsets<T>(items: readonly T[], size: number): T[][] {
  if (size === 0) return [[]];
  return items.flatMap((item, index) => subsets(items.slice(index + 1), size - 1).map((rest) => [item, ...rest]));
}

/** Every threshold and number of shares, up to seven. */
const SETS = [2, 3, 4, 5, 6, 7].flatMap((count) =>
  Array.from({ length: count - 1 }, (_, index) => [index + 2, count] as const),
);

describe('shares of a set', () => {
  test('any M of N recombine, from envelopes and from paper, in any order', async () => {
    const random = new Seeded('any M of N');
    for (const [threshold, count] of SETS) {
      const secret = random.bytes(32);
      const { sealed, shares } = await open(secret, threshold, count);
      const onPaper = shares.map((share) => {
        const read = readRows(paperRows(share));
        assert.ok('share' in read, JSON.stringify(read));
        return openPaperShare(read, sealed.set, 'root');
      });
      assert.deepEqual(onPaper, shares);
      const quorums = subsets([...shares.keys()], threshold);
      assert.equal(await compareEverySubset(sealed.set, shares), quorums.length);
      for (const quorum of quorums) {
        // Each of them from an envelope or from paper, and now the last of them first.
        const presented = quorum.map((at) => (random.number(2) === 0 ? onPaper : shares)[at] as OpenedShare);
        if (random.number(2) === 0) presented.reverse();
        assert.deepEqual(Buffer.from(await recombine(sealed.set, presented)), secret);
      }
    }
  });

  test('any M-1 of N are refused by name, also under a record that says they are enough, or with one of them twice', async () => {
    const random = new Seeded('any M-1 of N');
    for (const [threshold, count] of SETS) {
      const { sealed, shares } = await open(random.bytes(32), threshold, count);
      const { set } = sealed;
      for (const few of subsets(shares, threshold - 1)) {
        await assert.rejects(recombine(set, few), {
          code: 'QUORUM_NOT_MET',
          message: `${threshold - 1} shares of set ${set.id} are open; ${threshold} are needed`,
        });
        const twice = few[0] as OpenedShare;
        await assert.rejects(recombine(set, [...few, twice]), {
          code: 'SHARE_DUPLICATE',
          message: `the share at x = ${twice.x} of set ${set.id} stands there twice, of "${twice.seat}" and of "${twice.seat}"`,
        });
        if (few.length < 2) continue;
        await assert.rejects(recombine({ ...set, threshold: threshold - 1 }, few), {
          code: 'SHARE_CHECK_VALUE',
          message: `the shares of set ${set.id} recombine to something else than its secret`,
        });
      }
    }
  });

  test('any M-1 of N leave every value of every byte possible, each by exactly one further share', async () => {
    const random = new Seeded('nothing revealed');
    for (const [threshold, count] of SETS.filter(([, count]) => count <= 5)) {
      const { shares } = await open(random.bytes(32), threshold, count);
      for (const few of subsets(shares, threshold - 1)) {
        const x = freePoint(few, random);
        const further = new Set<string>();
        for (let value = 0; value < 256; value++) {
          const ys = Uint8Array.from({ length: 32 }, (_, at) => valueAt(x, [[0, value], ...few.map(pointOf(at))]));
          const pieces = [...few.map(({ share }) => Uint8Array.from(share)), Uint8Array.of(...ys, x)];
          assert.deepEqual(await combine(pieces), new Uint8Array(32).fill(value));
          for (const [at, y] of ys.entries()) further.add(`${at} ${y}`);
        }
        // 256 values of a byte, 256 values of the share that is missing: as many for each.
        assert.equal(further.size, 32 * 256);
      }
    }
  });
});

function freePoint(shares: readonly OpenedShare[], random: Seeded): number {
  for (;;) {
    const x = 1 + random.number(255);
    if (!shares.some((share) => share.x === x)) return x;
  }
}

function pointOf(at: number): (share: OpenedShare) => [number, number] {
  return ({ x, share }) => [x, share[at] as number];
}

/** Lagrange's formula with the arithmetic of this test, not the library's. */
function valueAt(at: number, points: readonly (readonly [x: number, y: number])[]): number {
  let sum = 0;
  for (const [x, y] of points) {
    let term = y;
    for (const [other] of points) if (other !== x) term = multiply(term, multiply(at ^ other, inverse(x ^ other)));
    sum ^= term;
  }
  return sum;
}

const INVERSES = Array.from({ length: 256 }, (_, a) =>
  Array.from({ length: 256 }, (_, b) => b).find((b) => multiply(a, b) === 1),
);

function inverse(value: number): number {
  return INVERSES[value] as number;
}

describe('a flipped bit', () => {
  test('anywhere in any envelope is located to its seat before it is opened', async () => {
    const { sealed } = await open(new Seeded('envelopes').bytes(32), 2, 3);
    let flipped = 0;
    for (const record of sealed.set.shares) {
      const envelope = envelopeOf(sealed, record);
      for (const altered of flips(envelope)) {
        assertRefuses(
          () => holdEnvelopeToRecord(altered, record),
          'SHARE_ENVELOPE_ALTERED',
          `the envelope of "${record.seat}" has SHA-256 ${sha256(altered)}; the record says ${record.envelope}`,
        );
        flipped += 1;
      }
    }
    assert.ok(flipped > 3 * 8 * 500);
  });

  test('in an envelope that is opened all the same never gives another share', async () => {
    const { sealed, shares } = await open(new Seeded('opened all the same').bytes(32), 2, 2);
    const [record] = sealed.set.shares as [ShareRecord];
    const refused = new Set<string>();
    for (const altered of flips(envelopeOf(sealed, record))) {
      try {
        const again = openShare((await openEnvelope(altered, KEY)).plaintext, sealed.set, record);
        assert.deepEqual({ ...again, label: 'root' }, shares[0]);
      } catch (error) {
        refused.add(String((error as { code?: string }).code));
      }
    }
    assert.deepEqual(
      [...refused].filter((code) => !/^SHARE_(OPEN_FAILED|FOREIGN_SET|POINT|COMMITMENT)$/.test(code)),
      [],
    );
    assert.ok(refused.has('SHARE_OPEN_FAILED') && refused.has('SHARE_COMMITMENT'), [...refused].join());
  });

  test('anywhere in any paper row is located to that row, but for the case of a letter', async () => {
    const { shares } = await open(new Seeded('rows').bytes(32), 2, 4);
    for (const share of shares) {
      const rows = paperRows(share);
      for (const [index, row] of rows.entries()) {
        for (const altered of flips(row)) {
          const read = readRows(rows.with(index, altered));
          if ('share' in read) {
            assert.equal(altered.toString('latin1').toUpperCase(), row.toString('latin1'));
            continue;
          }
          assert.equal(read.length, 1);
          const [problem] = read as [RowProblem];
          assert.equal(problem.row, index + 1);
          assert.ok(['checksum', 'character', 'length'].includes(problem.kind), problem.kind);
        }
      }
    }
  });
});

function* flips(bytes: Uint8Array): Generator<Buffer> {
  for (let bit = 0; bit < 8 * bytes.length; bit++) {
    const altered = Buffer.from(bytes);
    altered[bit >> 3] = (altered[bit >> 3] as number) ^ (1 << (bit & 7));
    yield altered;
  }
}
