import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { checkEnvironment } from '../../src/steps/check-environment.ts';
import { facts, judges, PLAN, recordedBy, stepOf, twice, withoutEvent } from './recorded.ts';

const finding = (fault: string) => `STEP-ENVIRONMENT step 3 "environment": ${fault}`;

judges('environment', [
  ['nothing was observed', withoutEvent('environment', 'observation'), finding('it was not recorded')],
  [
    'core images were allowed',
    facts('environment', (all) => {
      all.coreLimit = '0 / unlimited';
    }),
    finding('core images are allowed (limit 0 / unlimited)'),
  ],
  [
    'the limit was not reported',
    facts('environment', (all) => {
      delete all.coreLimit;
    }),
    finding('core images are allowed (limit undefined)'),
  ],
  [
    'another module was loaded',
    facts('environment', (all) => {
      all.modules.hsm = 'ff'.repeat(32);
    }),
    finding('other modules were recorded than the authorization names'),
  ],
  [
    'a module was left out',
    facts('environment', (all) => {
      delete all.modules.cards;
    }),
    finding('other modules were recorded than the authorization names'),
  ],
  [
    'the modules are no object',
    facts('environment', (all) => {
      all.modules = null;
    }),
    finding('other modules were recorded than the authorization names'),
  ],
  [
    'another program looked',
    facts('environment', (all) => {
      all.program.digest = 'ff'.repeat(32);
    }),
    finding('another program was recorded than the one that ran'),
  ],
  [
    'the program is not said',
    facts('environment', (all) => {
      delete all.program;
    }),
    finding('another program was recorded than the one that ran'),
  ],
  [
    'it was looked at twice, and nobody knows which counts',
    twice('environment', 'observation'),
    finding('it was not recorded'),
  ],
  [
    'it went on with another program, and this is the one before',
    {
      add: (events) => {
        const at = events.findIndex((event) => 'step' in event && event.step === 'environment');
        const resume = { type: 'resume', program: 'ff'.repeat(32), seq: events[at]?.seq, at: events[at]?.at };
        return [...events.slice(0, at), resume as never, ...events.slice(at)];
      },
    },
    finding('another program was recorded than the one that ran'),
  ],
]);

describe('checking the environment', () => {
  const step = stepOf('environment');
  const fit = { coreLimit: '0 / 0', swap: [], interfaces: [], defaultRoutes: [], kernel: 'Linux' };
  const machine = (change: object) => ({ machine: { environment: async () => ({ ...fit, ...change }) } });
  const production = { ceremony: { plan: { ...PLAN, mode: 'production' }, authorization: { modules: new Map() } } };

  test('records what the machine says, with the digests of the modules', async () => {
    const { events, error } = await recordedBy(checkEnvironment, step, machine({}));
    assert.equal(error, undefined);
    assert.deepEqual(events, [
      {
        type: 'observation',
        step: 'environment',
        subject: 'environment',
        facts: { ...fit, modules: { cards: 'a1'.repeat(32), hsm: 'b2'.repeat(32) } },
      },
    ]);
  });

  const live = { swap: ['/dev/sda2'], interfaces: ['eth0 10.0.0.2'], defaultRoutes: ['eth0'] };

  test('a live network and swap refuse in production, all at once, after they are recorded', async () => {
    const { events, error } = await recordedBy(checkEnvironment, step, { ...machine(live), ...production });
    assert.equal(events.length, 1);
    assert.equal((error as { code?: string }).code, 'ENVIRONMENT_REFUSED');
    assert.equal(
      (error as Error).message,
      'swap is on: /dev/sda2; network interfaces have addresses: eth0 10.0.0.2; there is a default route over: eth0',
    );
  });

  test('they do not in a rehearsal, where core images still do', async () => {
    assert.equal((await recordedBy(checkEnvironment, step, machine(live))).error, undefined);
    const { error } = await recordedBy(checkEnvironment, step, machine({ coreLimit: 'unlimited / unlimited' }));
    assert.equal((error as Error).message, 'core images are allowed (limit unlimited / unlimited)');
  });

  test('what is not reported is not taken for absent', async () => {
    const { error } = await recordedBy(checkEnvironment, step, { ...machine({ swap: undefined }), ...production });
    assert.equal((error as Error).message, 'swap is on: not reported');
  });

  test('the plan says beforehand what will refuse', () => {
    assert.deepEqual(checkEnvironment.describe({}, step, PLAN), [
      'It is refused where a crash could leave an image of the memory.',
    ]);
    assert.deepEqual(checkEnvironment.describe({}, step, { ...PLAN, mode: 'production' }), [
      'It is refused where a crash could leave an image of the memory, or swap is on, or a network interface has an address, or there is a default route.',
    ]);
  });
});
