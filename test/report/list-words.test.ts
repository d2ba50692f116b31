import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Json } from '../../src/base/canonical-json.ts';
import { describeDescriptor, describeDone } from '../../src/report/operations.ts';
import { listedTbs, listOf } from '../quorum/listed.ts';

test('a list is said in one sentence, with how many were asked for and how many were signed', () => {
  const { operation } = listOf([listedTbs(0), listedTbs(1), listedTbs(2)]);
  const descriptor = operation as unknown as Json;
  assert.equal(describeDescriptor(descriptor), 'sign 3 certificates in one list');
  assert.equal(describeDone(descriptor, { signatures: ['AQ==', 'AQ=='] }), '2 certificates signed');
});
