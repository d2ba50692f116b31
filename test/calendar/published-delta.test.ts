import assert from 'node:assert/strict';
import { before, describe, test } from 'node:test';
import { addDuration, formatUtc, parseUtc } from '../../src/base/dates.ts';
import { checkPublished } from '../../src/calendar/check-published.ts';
import { type LedgerFiles, ledgerFiles } from '../../src/calendar/ledger-files.ts';
import { crlRequest, issueCrl, issueRoot, NOT_BEFORE, rootRequest } from '../issue/software-ca.ts';
import { softwarePack } from './software-pack.ts';

const P384 = 'ecdsa-p384';
const later = (duration: string) => formatUtc(addDuration(parseUtc(NOT_BEFORE), duration));
const NOW = later('P10D');

/** Asserts that these findings and no others are made. */
function finds(
  { findings }: ReturnType<typeof checkPublished>,
  ...expected: readonly (readonly [check: string, message: RegExp])[]
): void {
  assert.deepEqual(
    findings.map(({ check }) => check),
    expected.map(([check]) => check),
    JSON.stringify(findings),
  );
  for (const [index, [, message]] of expected.entries()) assert.match(findings[index]?.message ?? '', message);
}

describe('a published delta CRL', () => {
  let root: Uint8Array;
  const [A, B] = ['a', 'b'].map((one) => `http://pki.example.com/crl/root-${one}.crl`) as [string, string];
  const [DELTA_A, DELTA_B] = [A, B].map((one) => one.replace('.crl', '-delta.crl')) as [string, string];
  type Asked = Parameters<typeof crlRequest>[2];
  const of = (asked: Asked) => issueCrl(crlRequest(root, P384, { nextUpdate: later('P30D'), ...asked }), P384);
  const named = { name: 'root', signedBy: 'root' };
  const held = (made: Readonly<Record<string, Uint8Array>>) =>
    ledgerFiles([
      softwarePack(
        [{ ...named, der: root }],
        Object.entries(made).map(([name, der]) => ({ ...named, name, der })),
      ),
    ]);
  const at = (within: LedgerFiles, bytes: Uint8Array, place: { readonly name?: string; readonly url?: string }) => {
    return checkPublished(within, { name: null, where: 'standard input', ...place, bytes }, NOW);
  };
  let made: Readonly<Record<'part-a' | 'part-b' | 'changes-a', Uint8Array>>;
  let parts: LedgerFiles;
  before(async () => {
    root = await issueRoot(rootRequest(P384));
    made = {
      'part-a': of({ number: 2n, scope: { uri: A }, freshest: DELTA_A }),
      'part-b': of({ number: 2n, scope: { uri: B }, freshest: DELTA_B }),
      'changes-a': of({ number: 3n, base: 2n, scope: { uri: A } }),
    };
    parts = held(made);
  });

  test('is in order where the newest complete one of its partition says that it lies', () => {
    for (const place of [{ url: DELTA_A }, { name: 'root-a-delta.crl' }]) {
      const verdict = at(parts, made['changes-a'], place);
      finds(verdict);
      assert.match(verdict.is, /^delta CRL of "root" \(partition .*\), number 3, 0 listed, until [^;]*; publish\//);
    }
    const somewhere = at(parts, made['changes-a'], {});
    finds(somewhere);
    assert.match(somewhere.is, /where it lay nobody said/);
  });

  test('is found where another CRL is looked for, and elsewhere', () => {
    const is = `it is a delta CRL of the partition ${A}, which lies at ${DELTA_A} by the newest complete one`;
    const expected = (text: string) => ['PUBLISHED-DELTA', new RegExp(`^${is}, and ${text}`)] as const;
    finds(
      at(parts, made['changes-a'], { url: DELTA_B }),
      expected(`was fetched from ${DELTA_B}: expected the delta CRL of that URL`),
    );
    finds(at(parts, made['changes-a'], { url: A }), expected(`was fetched from ${A}: expected the CRL of that URL`));
    finds(
      at(parts, made['changes-a'], { url: 'http://pki.example.com/x.crl' }),
      expected('was fetched from .*/x\\.crl: '),
    );
    finds(
      at(parts, made['changes-a'], { name: 'root-b-delta.crl' }),
      expected(`has the name of the delta CRL of ${DELTA_B}`),
    );
  });

  test('has its place to itself', () => {
    finds(at(parts, made['part-a'], { url: DELTA_A }), [
      'PUBLISHED-DELTA',
      new RegExp(`^it is of the partition ${A}, and was fetched from ${DELTA_A}: expected the delta CRL of that URL`),
    ]);
    const whole = { complete: of({ number: 2n, freshest: DELTA_A }) };
    finds(at(held(whole), whole.complete, { url: DELTA_A }), [
      'PUBLISHED-DELTA',
      /^it is a complete CRL, and was fetched from /,
    ]);
    finds(at(held(whole), whole.complete, { url: 'http://pki.example.com/root.crl' }));
  });

  test('starts from a complete one that clients have', () => {
    const changes = of({ number: 9n, base: 8n });
    const one = { complete: of({ number: 2n, freshest: DELTA_A }), changes };
    finds(at(held(one), changes, { url: DELTA_A }), [
      'PUBLISHED-DELTA',
      /^with the newest complete CRL, number 2, it says nothing: it starts from CRL 8, and the complete one is number 2$/,
    ]);
    finds(at(held({ 'part-a': made['part-a'], changes }), changes, {}), [
      'PUBLISHED-DELTA',
      /^it starts from CRL 8, and the ledger has no complete CRL of that scope$/,
    ]);
    // Those who have an older complete one still take what was signed beside the newest.
    const beside = { complete: of({ number: 4n, freshest: DELTA_A }), changes: of({ number: 4n, base: 2n }) };
    finds(at(held(beside), beside.changes, { url: DELTA_A }));
  });

  test('is not looked for where the complete one does not say where it lies, and that is said', () => {
    const changes = of({ number: 3n, base: 2n });
    const verdict = at(held({ complete: of({ number: 2n }), changes }), changes, { url: DELTA_A });
    finds(verdict);
    assert.match(verdict.is, /; the newest complete CRL says nowhere that there is one \(freshestCRL\)/);
  });
});
