import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { canonicalBytes, type JsonObject } from '../../src/base/canonical-json.ts';
import { approvalScreen } from '../../src/quorum/approval-screen.ts';
import { keyTemplate, mayGoUnreported } from '../../src/quorum/key-template.ts';
import { readDescriptor } from '../../src/quorum/operation.ts';
import {
  behavesAs,
  QUIRK_ROWS,
  quirkRow,
  quirkSentence,
  saysNothing,
  wantedBesides,
} from '../../src/quorum/quirk-rows.ts';
import { askedAttributes } from '../../src/verify/unreported.ts';
import { assertRefuses } from '../der/refusal.ts';

const [LABEL, ID] = ['example-root-g1', 'ab'.repeat(16)];
const NSS = quirkRow('nss');
const descriptor = (change: JsonObject, untold: readonly string[] = []) =>
  canonicalBytes({
    type: 'quorate/operation/1',
    ...{
      op: 'generate-key',
      hsm: { name: 'root-hsm', serial: '1', model: 'NSS 3' },
      step: 'root-key',
      index: 0,
      hold: null,
    },
    ...{ label: LABEL, id: ID, algorithm: 'ecdsa-p384', possession: false, adopts: null },
    publicTemplate: keyTemplate('public', LABEL, ID),
    privateTemplate: keyTemplate('private', LABEL, ID, untold),
    ...change,
  });

describe('a row of the quirk table', () => {
  test('is there for NSS alone, and every quirk of it is one that people may accept', () => {
    assert.deepEqual(QUIRK_ROWS, ['nss']);
    assert.deepEqual(NSS.untold, { public: [], private: ['COPYABLE'] });
    assert.deepEqual(NSS.meaningless, { public: { LOCAL: false, DERIVE: true }, private: { LOCAL: false } });
    for (const name of ['COPYABLE', 'LOCAL', 'DERIVE']) assert.ok(mayGoUnreported(name));
    for (const other of ['luna-7', 'constructor', undefined]) {
      assert.deepEqual(behavesAs(other), {});
      assert.deepEqual(wantedBesides('private', quirkRow(other)), {});
    }
    assert.deepEqual(behavesAs('nss'), { behavesAs: 'nss' });
  });

  test('has a descriptor leave out what it names, and nothing else, and only where it is named', () => {
    const { operation } = readDescriptor(descriptor({ behavesAs: 'nss' }, ['COPYABLE']));
    assert.ok(
      operation.op === 'generate-key' && operation.behavesAs === 'nss' && !('COPYABLE' in operation.privateTemplate),
    );
    const refuse = (bytes: Uint8Array, message: string | RegExp) =>
      assertRefuses(() => readDescriptor(bytes), 'DESCRIPTOR_INVALID', message);
    refuse(descriptor({}, ['COPYABLE']), 'the operation descriptor: privateTemplate lacks "COPYABLE"');
    refuse(descriptor({ behavesAs: 'nss' }), /privateTemplate has "COPYABLE"|COPYABLE/);
    refuse(
      descriptor({ behavesAs: 'nss' }, ['COPYABLE', 'EXTRACTABLE']),
      'the operation descriptor: privateTemplate lacks "EXTRACTABLE"',
    );
    refuse(descriptor({ behavesAs: 'luna-7' }, ['COPYABLE']), /"behavesAs" is "luna-7"/);
  });

  test('is read by whoever approves that the key is made', () => {
    const shown = approvalScreen({
      descriptor: readDescriptor(descriptor({ behavesAs: 'nss' }, ['COPYABLE'])),
      payload: null,
      expires: '2027-03-10T09:00:00Z',
    });
    const at = shown.findIndex((line) => line.startsWith('behaves as  nss;'));
    assert.deepEqual(
      shown.slice(at, at + 5).map((line) => line.trim()),
      [
        'behaves as  nss; the quorum is asked to accept, once the key is made:',
        'private-copyable, not told',
        'private-local, reported falsely',
        'public-local, reported falsely',
        'public-derive, reported falsely',
      ],
    );
    const usual = approvalScreen({ descriptor: readDescriptor(descriptor({})), payload: null, expires: '' });
    assert.ok(!usual.some((line) => line.startsWith('behaves as')));
  });

  test('has a report that says nothing count as none, and only that report', () => {
    assert.equal(saysNothing('private', 'LOCAL', false, NSS), true);
    assert.equal(saysNothing('private', 'LOCAL', true, NSS), false);
    assert.equal(saysNothing('private', 'DERIVE', true, NSS), false);
    assert.equal(saysNothing('public', 'DERIVE', true, NSS), true);
    assert.equal(saysNothing('private', 'LOCAL', false, quirkRow(undefined)), false);
    assert.equal(
      quirkSentence('private', 'COPYABLE', false, NSS),
      'the token was not told COPYABLE of the private key, which it refuses, and does not report it (wanted: false)',
    );
    assert.equal(
      quirkSentence('public', 'DERIVE', false, NSS),
      'the token reports DERIVE of the public key as true, as of every key (wanted: false)',
    );
    assert.equal(
      quirkSentence('private', 'LOCAL', true, quirkRow(undefined)),
      'the token does not report LOCAL of the private key (asked: true)',
    );
  });

  test('has a verifier ask for the same, and take those reports for none', () => {
    const { operation } = readDescriptor(descriptor({ behavesAs: 'nss' }, ['COPYABLE']));
    const facts = { private: { LOCAL: false, ALWAYS_SENSITIVE: false }, public: { LOCAL: false, DERIVE: true } };
    const asked = askedAttributes({ done: { operation, result: { facts } } } as never);
    const of = (half: string, name: string) => asked.find((one) => one.half === half && one.name === name);
    assert.deepEqual(of('private', 'COPYABLE'), {
      half: 'private',
      name: 'COPYABLE',
      asked: false,
      reported: undefined,
    });
    assert.deepEqual(of('private', 'LOCAL'), { half: 'private', name: 'LOCAL', asked: true, reported: undefined });
    assert.deepEqual(of('public', 'DERIVE'), { half: 'public', name: 'DERIVE', asked: false, reported: undefined });
    assert.equal(of('private', 'ALWAYS_SENSITIVE')?.reported, false);
    const usual = readDescriptor(descriptor({})).operation;
    const plain = askedAttributes({ done: { operation: usual, result: { facts } } } as never);
    assert.equal(plain.find(({ half, name }) => half === 'private' && name === 'LOCAL')?.reported, false);
    assert.equal(
      plain.find(({ half, name }) => half === 'public' && name === 'DERIVE'),
      undefined,
    );
  });
});
