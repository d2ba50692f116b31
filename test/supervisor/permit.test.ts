import assert from 'node:assert/strict';
import { test } from 'node:test';
import { pathsOfModules } from '../../src/supervisor/permit.ts';

test('the guard may read each library of an authorization and the files of its configuration, and nothing else', () => {
  const sha256 = 'ab'.repeat(32);
  const plain = { library: '/opt/cards.so', sha256, environment: { CONF: '/etc/not-read.conf' } };
  const files = [
    { path: '/etc/hsm.conf', sha256 },
    { path: '/etc/hsm.key', sha256 },
  ];
  assert.deepEqual(pathsOfModules({ cards: plain, hsm: { ...plain, library: '/opt/hsm.so', files } }), [
    '/opt/cards.so',
    '/opt/hsm.so',
    '/etc/hsm.conf',
    '/etc/hsm.key',
  ]);
  // The guard judges what it is; the supervisor hands it over as no path that could be one.
  assert.deepEqual(pathsOfModules({ hsm: null, other: { files: 'many' } }), ['undefined', 'undefined']);
});
