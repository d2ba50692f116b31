import assert from 'node:assert/strict';
import { test } from 'node:test';
import { close } from '../../src/steps/close.ts';
import { judges, recordedBy, stepOf, withoutEvent } from './recorded.ts';

judges('close', [
  ['nothing was closed', withoutEvent('close', 'close'), 'STEP-CLOSE step 24 "close" did not close the transcript'],
]);

test('it closes as the ceremony went', async () => {
  for (const outcome of ['complete', 'aborted'] as const) {
    const { events } = await recordedBy(close, stepOf('close'), { ceremony: { outcome: () => outcome } });
    assert.deepEqual(events, [{ type: 'close', step: 'close', outcome }]);
  }
});
