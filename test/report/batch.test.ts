import assert from 'node:assert/strict';
import { test } from 'node:test';
import { renderReport } from '../../src/report/report.ts';
import { batch } from '../forge/batch.ts';
import { forge } from '../forge/forge.ts';
import { look } from './fixture/pdf.ts';

const PATH = 'inputs/requests/alpha.csr';

async function shown(without?: string): Promise<string> {
  const { source } = await forge({
    record: batch(),
    ...(without === undefined ? {} : { sealed: (files) => void files.delete(without) }),
  });
  return look(await renderReport(source)).flow.replace(/\s+/g, ' ');
}

test('each certificate of a batch stands as it was asked for and as it was made', async () => {
  const flow = await shown();
  for (const name of ['alpha', 'beta-2', 'beta']) assert.match(flow, new RegExp(`CN = REHEARSAL ${name} `));
  assert.doesNotMatch(flow, /DIFFERS|cannot be rebuilt/);
});

test('where a request of the folder is gone, nobody says what was asked', async () => {
  assert.equal((await shown(PATH)).match(/cannot be rebuilt from plan and record/g)?.length, 3);
});
