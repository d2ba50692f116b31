import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openPack } from '../../src/pack/pack-reader.ts';
import type { Event } from '../../src/transcript/event.ts';
import { verifyPack } from '../../src/verify/verify-pack.ts';
import { cutAfter } from '../forge/cut.ts';
import type { Faults } from '../forge/faults.ts';
import { forge } from '../forge/forge.ts';
import { MemorySource } from '../forge/memory-source.ts';

const CRL = '      - { id: first-crl, step: issue-crl,';
const DECIDED = `      - { id: suspended, step: set-key-state, by: administrator, check: witness, with: { key: root, state: suspended, reason: "An alarm of the vault." } }
      - { id: cleared, step: set-key-state, by: administrator, check: witness, with: { key: root, state: active, reason: "It was a cat." } }
`;
/** The root key is suspended and active again before it signs its CRL. */
const record = {
  script: (text: string) =>
    text
      .replace('[root-certificate, first-crl]', '[root-certificate]')
      .replace(CRL, `${DECIDED}      - { id: crl-agreed, step: approve, with: { operations: [first-crl] } }\n${CRL}`)
      .replace('operations: 4 }', 'operations: 6 }'),
};

async function said(faults: Faults): Promise<readonly string[]> {
  const { source, options, derive } = await forge({ record, ...faults });
  return verifyPack(source, options, derive).findings.map(({ check, message }) => `${check} ${message}`);
}

/** Without what was done for a step: its proposal, and all that speaks of it. */
const without = (step: string) => (events: readonly Event[]) => {
  const seqs = events.flatMap((event) => (event.type === 'proposed' && event.step === step ? [event.seq] : []));
  return events.filter(
    (event) =>
      !('proposal' in event && typeof event.proposal === 'number' && seqs.includes(event.proposal)) &&
      !seqs.includes(event.seq),
  );
};

test('a key that is suspended and active again signs', async () => {
  assert.deepEqual(await said({}), []);
});

test('a key that signs though it is suspended, or was not certified, is found', async () => {
  const suspended = await said({ events: without('cleared') });
  assert.ok(
    suspended.some((one) => /^KEY-STATE the key [0-9a-f]{64} is suspended, and signs a crl$/.test(one)),
    suspended.join('\n'),
  );
  const uncertified = await said({ record: {}, events: without('root-certificate') });
  assert.ok(
    uncertified.some((one) => /^KEY-STATE the key [0-9a-f]{64} is pre-activation, and signs a crl$/.test(one)),
    uncertified.join('\n'),
  );
});

test('a transition that there is not is found', async () => {
  const early = await said({ events: without('root-certificate') });
  const fault =
    /^KEY-STATE the key [0-9a-f]{64} was pre-activation, and becomes suspended; it may become active, compromised, destroyed$/;
  assert.ok(
    early.some((one) => fault.test(one)),
    early.join('\n'),
  );
});

test('a record that broke off between what was done and the event that says so is whole', async () => {
  const { files, source, options, derive } = await forge({ record });
  const events = openPack(source).events();
  const stated = events.filter(({ type }) => type === 'key-state');
  assert.equal(stated.length, 4);
  for (const { seq } of stated) {
    const cut = new MemorySource(cutAfter(files, events, seq - 1));
    assert.deepEqual(verifyPack(cut, { ...options, outcome: 'interrupted' }, derive).findings, []);
  }
});

test('a record that broke off there once more, as it went on, is whole; and not with anything else after that', async () => {
  const { source } = await forge({ record });
  const stated = openPack(source)
    .events()
    .filter(({ type }) => type === 'key-state');
  assert.equal(stated.length, 4);
  const said = {
    step: '',
    typedBy: [],
    recovered: [],
    voided: [],
    open: null,
    mistyped: 0,
    salt: '5a'.repeat(16),
    head: '5a'.repeat(32),
    program: '5a'.repeat(32),
  };
  const after = async ({ seq, at }: Event, resumed: number, rest: number) => {
    const more = Array.from(
      { length: resumed },
      () => ({ ...said, type: 'resume', seq: seq - 1, at }) as unknown as Event,
    );
    const events = (all: readonly Event[]) => [
      ...all.filter((event) => event.seq < seq),
      ...more,
      ...all.filter((event) => event.seq > seq).slice(0, rest),
    ];
    const { source, options, derive } = await forge({ record, events, states: 'as-given' });
    const { findings } = verifyPack(source, { ...options, outcome: 'interrupted' }, derive);
    return findings.flatMap(({ check, message }) => (check === 'KEY-STATE' ? [message] : []));
  };
  for (const event of stated) {
    assert.deepEqual(await after(event, 1, 0), []);
    assert.deepEqual(await after(event, 2, 0), []);
    const [fault = '', ...others] = await after(event, 1, 1);
    assert.match(fault, /^the key [0-9a-f]{64} becomes [a-z-]+(?:, from [a-z-]+)? by this, and no event says so$/);
    assert.deepEqual(others, []);
  }
});
