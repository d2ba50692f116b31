import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { type Octets, wholeOf } from '../../src/base/octets.ts';
import { partsOf } from '../../src/guard/request-parts.ts';
import { Shape } from '../../src/quorum/shape.ts';
import { assertRefuses } from '../der/refusal.ts';

const BYTES = Buffer.from('tobesignedbefore');
const shape = (params: Readonly<Record<string, number>>) =>
  new Shape(params, 'DESCRIPTOR_INVALID', 'the request "propose"');

describe('what comes beside a request as bytes', () => {
  test('is cut by the lengths that its parameters have, in the order of the names', () => {
    const parts = partsOf(shape({ previous: 6, payload: 10 }), { bytes: BYTES }, 'payload', 'previous');
    assert.deepEqual(
      parts.map((part) => part && Buffer.from(wholeOf(part)).toString()),
      ['tobesigned', 'before'],
    );
  });

  test('is a copy: the request is zeroed, and its parts are kept', () => {
    const bytes = Buffer.from(BYTES);
    const [payload] = partsOf(shape({ payload: BYTES.length }), { bytes }, 'payload');
    bytes.fill(0);
    assert.deepEqual(payload && Buffer.from(wholeOf(payload)), BYTES);
  });

  test('stays where it is if it was put aside', () => {
    const aside: Octets = {
      length: BYTES.length,
      subarray: (begin = 0, end = BYTES.length) => BYTES.subarray(begin, end),
    };
    const request = { bytes: Buffer.alloc(0), aside };
    const parts = partsOf(shape({ previous: 6, payload: 10 }), request, 'payload', 'previous');
    assert.deepEqual(
      parts.map((part) => part && [part instanceof Uint8Array, Buffer.from(wholeOf(part)).toString()]),
      [
        [false, 'tobesigned'],
        [false, 'before'],
      ],
    );
    assert.throws(
      () => partsOf(shape({ payload: 10 }), request, 'payload'),
      /16 bytes came beside the request, expected 10/,
    );
  });

  test('is nothing where nothing came; a part may be empty', () => {
    assert.deepEqual(partsOf(shape({}), { bytes: Buffer.alloc(0) }, 'payload', 'previous'), [null, null]);
    assert.deepEqual(partsOf(shape({ payload: 0 }), { bytes: Buffer.alloc(0) }, 'payload'), [new Uint8Array()]);
  });

  for (const [what, params, expected] of [
    ['more than the parameters say', { payload: 9 }, 9],
    ['less', { payload: 10, previous: 7 }, 17],
    ['what they do not name', {}, 0],
  ] as const)
    test(`is refused where it is ${what}`, () => {
      assertRefuses(
        () => partsOf(shape(params), { bytes: BYTES }, 'payload', 'previous'),
        'DESCRIPTOR_INVALID',
        `16 bytes came beside the request, expected ${expected} as its parameters have it`,
      );
    });
});
