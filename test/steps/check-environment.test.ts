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

  describe('of a network HSM', () => {
    const network = { hsm: { interface: 'enp3s0', peer: '192.168.0.2' } };
    const plan = { ...PLAN, mode: 'production' as const, network };
    const cable = { interfaces: ['enp3s0'], interfacesOn: ['enp3s0'], peers: ['192.168.0.2'] };
    const check = async (change: object) => {
      const ceremony = { plan, authorization: { modules: new Map() } };
      const { error } = await recordedBy(checkEnvironment, step, { ...machine({ ...cable, ...change }), ceremony });
      return error === undefined ? undefined : (error as Error).message;
    };

    test('its own cable is let be, and nothing else', async () => {
      assert.equal(await check({}), undefined);
      assert.equal(await check({ interfaces: [], peers: [] }), undefined);
      assert.equal(
        await check({ peers: ['192.168.0.2', '192.168.0.7'] }),
        'others than the HSM are on the network: 192.168.0.7',
      );
      assert.equal(await check({ interfaces: ['enp3s0', 'wlan0'] }), 'network interfaces have addresses: wlan0');
      assert.equal(await check({ interfacesOn: ['enp3s0', 'wlan0'] }), 'network interfaces are on: wlan0');
      assert.equal(await check({ defaultRoutes: ['enp3s0'] }), 'there is a default route over: enp3s0');
    });

    test('what is not reported is not taken for absent', async () => {
      assert.equal(
        await check({ interfacesOn: undefined, peers: undefined }),
        'network interfaces are on: not reported; others than the HSM are on the network: not reported',
      );
    });

    test('a record of others at its end is found', () => {
      const found = checkEnvironment.verify({}, step, [], { plan, events: [], authorization: {} } as never);
      assert.deepEqual(
        found.map(({ message }) => message),
        ['step 3 "environment": it was not recorded'],
      );
      const seen = {
        ...{ type: 'observation', subject: 'environment', step: 'environment', seq: 9, at: '', salt: '' },
        facts: { ...fit, ...cable, peers: ['10.0.0.1'], program: { digest: 'x' }, modules: {} },
      };
      const opening = { type: 'opening', program: { digest: 'x' } };
      const evidence = { plan, events: [opening], authorization: { modules: new Map() } } as never;
      assert.deepEqual(
        checkEnvironment.verify({}, step, [seen as never], evidence).map(({ message }) => message),
        ['step 3 "environment": others than the HSM are on the network: 10.0.0.1'],
      );
    });

    test('the plan says so', () => {
      assert.deepEqual(checkEnvironment.describe({}, step, plan), [
        'It is refused where a crash could leave an image of the memory, or swap is on, or a network interface has an address, or there is a default route, or another network interface is on, or another computer than the HSM is on the network.',
        'But "hsm" reaches its HSM at 192.168.0.2 by enp3s0.',
      ]);
    });
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
