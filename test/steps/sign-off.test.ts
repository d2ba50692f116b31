import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { signOff } from '../../src/steps/sign-off.ts';
import { MemoryFiles } from '../run/fakes.ts';
import { facts, judges, recordedBy, stepOf, terminalOf, withoutEvent } from './recorded.ts';

const KEY = 'sign-off@alice';
const finding = (message: string) => `STEP-SIGN-OFF step 23.2 "${KEY}": ${message}`;

judges(KEY, [
  ['nobody signed off', withoutEvent(KEY, 'statement'), finding('no sign-off by "alice"')],
  [
    'it is an attestation',
    facts(KEY, (_facts, event) => {
      event.kind = 'attestation';
    }),
    finding('no sign-off by "alice"'),
  ],
  [
    'another person’s signature stands for it',
    {
      files: (files) =>
        void files.set('statements/sign-off.alice.p7s', files.get('statements/sign-off.bob.p7s') as Uint8Array),
    },
    /^STEP-SIGN-OFF step 23\.2 "sign-off@alice": the signature of "alice": signature, byte \d+: expected the subjectKeyIdentifier /,
  ],
]);

judges('sign-off@ivo', [
  [
    'on paper, over another text',
    facts('sign-off@ivo', (all) => {
      all.text = '';
    }),
    'STEP-SIGN-OFF step 23.8 "sign-off@ivo": what was signed on paper is not recorded as it must be',
  ],
]);

describe('signing off', () => {
  test('the guard is told only after the signature is on record', async () => {
    const log: string[] = [];
    const files = new MemoryFiles();
    files.onChange = (change) => void log.push(change);
    const guard = {
      attest: async (seat: string) => ({ seat, token: 't', origin: 'o', tries: '', signature: Buffer.from('sig') }),
      signOff: async () => void log.push('guard signed off'),
    };
    const pack = {
      add: async function* (_step: unknown, all: Iterable<readonly [path: string, bytes: Uint8Array]>) {
        for (const [path, bytes] of all) {
          await files.create(path, bytes);
          yield { type: 'file', path };
        }
      },
    };
    const { events } = await recordedBy(signOff, stepOf(KEY), { guard, pack });
    assert.deepEqual(log, [
      'create statements/sign-off.alice.json',
      'create statements/sign-off.alice.p7s',
      'guard signed off',
    ]);
    assert.equal(events.at(-1)?.type, 'statement');
    assert.match(
      String(files.content.get('statements/sign-off.alice.json')),
      /"text":"The ceremony was done as recorded; the HSM is not to be used any more\."/,
    );
  });

  test('a word on paper signs off, too', async () => {
    let told = 0;
    const { terminal } = terminalOf('done');
    const { error } = await recordedBy(signOff, stepOf('sign-off@ivo'), {
      terminal,
      guard: { signOff: async () => void told++ },
    });
    assert.deepEqual([error, told], [undefined, 1]);
  });

  test('a refused signature leaves the guard as it was', async () => {
    let told = 0;
    const refusal = new Error('no card');
    const guard = { attest: () => Promise.reject(refusal), signOff: async () => void told++ };
    const { error } = await recordedBy(signOff, stepOf(KEY), { guard });
    assert.deepEqual([error, told], [refusal, 0]);
  });
});
