import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { NO_DIGEST, sha256 } from '../../src/base/digest.ts';
import { attestationBytes } from '../../src/quorum/statement.ts';
import { attest } from '../../src/steps/attest.ts';
import { MemoryFiles } from '../run/fakes.ts';
import { EVENTS, FILES, facts, judges, recordedBy, signAs, stepOf, terminalOf, withoutEvent } from './recorded.ts';

const KEY = 'witnessed@gus';
const PATH = 'statements/witnessed.gus';
const finding = (message: string) => `STEP-ATTEST step 21.1 "${KEY}": ${message}`;
const paper = (message: string) => `STEP-ATTEST step 22 "judged": ${message}`;

function rewritten(member: object) {
  return {
    files: (files: Map<string, Uint8Array>) => {
      const whole = JSON.parse(Buffer.from(FILES.get(`${PATH}.json`) ?? '').toString()) as Parameters<
        typeof attestationBytes
      >[0];
      const statement = attestationBytes({ ...whole, ...member });
      files.set(`${PATH}.json`, statement);
      files.set(`${PATH}.p7s`, signAs('gus', statement));
    },
  };
}
const OTHERWISE = finding('the statement says something else than it must');

judges(KEY, [
  ['the witness did not attest', withoutEvent(KEY, 'statement'), finding('no attestation by "gus"')],
  ['the witness attested another text', rewritten({ text: 'I was there.' }), OTHERWISE],
  ['the witness attested another record', rewritten({ head: sha256('x') }), OTHERWISE],
  ['the witness attested at another step', rewritten({ step: 'judged' }), OTHERWISE],
  ['the witness attested another ceremony', rewritten({ ceremony: sha256('x') }), OTHERWISE],
]);

judges('judged', [
  ['the auditor did not attest', withoutEvent('judged', 'statement'), paper('no attestation by "ivo"')],
  [
    'somebody else did',
    facts('judged', (_facts, event) => {
      event.seat = 'gus';
    }),
    [paper('no attestation by "ivo"')],
  ],
  [
    'another text was signed on paper',
    facts('judged', (all) => {
      all.text = 'All is well.';
    }),
    paper('what was signed on paper is not recorded as it must be'),
  ],
  [
    'paper was signed over another record',
    facts('judged', (all) => {
      all.head = sha256('x');
    }),
    paper('what was signed on paper is not recorded as it must be'),
  ],
]);

describe('attesting', () => {
  const text = 'I saw every step done as written.';

  test('with a token: exactly these bytes are signed, over the record so far', async () => {
    const files = new MemoryFiles();
    const signed: Buffer[] = [];
    const guard = {
      attest: async (seat: string, statement: Uint8Array) => {
        signed.push(Buffer.from(statement));
        return { seat, token: 't', origin: 'o', tries: '', signature: Buffer.from('sig') };
      },
    };
    const pack = {
      add: async function* (_step: unknown, all: Iterable<readonly [path: string, bytes: Uint8Array]>) {
        for (const [path, bytes] of all) {
          await files.create(path, bytes);
          yield { type: 'file', path };
        }
      },
    };
    const { events } = await recordedBy(attest, stepOf(KEY), { guard, pack });
    const begin = EVENTS[0];
    assert.ok(begin);
    const [bytes] = signed;
    const statement = JSON.parse(String(bytes)) as Record<string, string>;
    assert.deepEqual(
      [statement['head'], statement['seat'], statement['step'], statement['text']],
      [NO_DIGEST, 'gus', KEY, text],
    );
    assert.deepEqual(files.content.get(`${PATH}.json`), bytes);
    const last = events.at(-1);
    assert.deepEqual(last?.type === 'statement' ? [last.kind, last.evidence, last.facts['head']] : [], [
      'attestation',
      'token',
      NO_DIGEST,
    ]);
  });

  test('without one: what is signed on paper is said, and recorded as asserted', async () => {
    const { terminal, asked } = terminalOf('done');
    const { events } = await recordedBy(attest, stepOf('judged'), { terminal });
    assert.equal(asked[0]?.text, 'Sign this on your paper copy: The script was followed.');
    assert.deepEqual(events, [
      {
        type: 'statement',
        step: 'judged',
        seat: 'ivo',
        kind: 'attestation',
        evidence: 'paper',
        statement: null,
        signature: null,
        facts: { head: NO_DIGEST, text: 'The script was followed.' },
      },
    ]);
  });
});
