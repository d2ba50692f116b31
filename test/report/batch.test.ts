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
  const flow = look(await renderReport(source)).flow.replace(/\s+/g, ' ');
  // What stands on every page would stand in the midst of what a page break parts.
  return flow.replace(/REHEARSAL: NOTHING MADE HERE MAY BE TRUSTED .*? page \d+ of \d+ REHEARSAL /g, '');
}

test('each certificate of a batch stands as it was asked for and as it was made', async () => {
  const flow = await shown();
  for (const name of ['alpha', 'beta-2', 'beta']) assert.match(flow, new RegExp(`CN = REHEARSAL ${name} `));
  assert.doesNotMatch(flow, /DIFFERS|cannot be rebuilt/);
});

test('where a request of the folder is gone, nobody says what was asked', async () => {
  assert.equal((await shown(PATH)).match(/cannot be rebuilt from plan and record/g)?.length, 3);
});

test('what the requests ask for and do not get stands once, with how many ask for it and who', async () => {
  const flow = (await shown()).replaceAll('\u00a0', ' ').replace(/ +/g, ' ');
  assert.match(flow, /Requests "requests": what they ask for and do not get/);
  assert.match(flow, /0 of 3 ask for nothing else, but for common names\. 3 requests ask for: Extensions/);
  assert.match(
    flow,
    /Asked for by each of alpha, beta-2, beta Common names that are asked for and not had: alpha "Alpha"/,
  );
  assert.match(await shown(PATH), /The requests cannot be read as the record says they were/);
});
