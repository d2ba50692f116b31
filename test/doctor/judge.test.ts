import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { sha256 } from '../../src/base/digest.ts';
import type {
  MachineSeen,
  MediumSeen,
  ModuleSeen,
  OutputSeen,
  ProgramSeen,
  Seen,
  SiteSeen,
} from '../../src/doctor/facts.ts';
import { judge, modeOf } from '../../src/doctor/judge.ts';
import {
  AUTHORIZATION,
  amiss,
  BINDING,
  CARDS,
  DIGEST,
  MACHINE,
  MEDIUM,
  mechanisms,
  moduleSeen,
  OTHER,
  OUTPUT,
  PROGRAM,
  ROSTER,
  SEEN,
  SITE,
  token,
} from './seen.ts';

/** What is told of the whole, when one part of it is another. */
const told = (change: Partial<Seen>) => amiss(judge({ ...SEEN, ...change }));

const machine = (change: Partial<MachineSeen>) => told({ machine: { ...MACHINE, ...change } });
const program = (change: Partial<ProgramSeen>) => told({ program: { ...PROGRAM, ...change } });
const output = (change: Partial<OutputSeen>) => told({ output: { ...OUTPUT, ...change } });
const site = (change: Partial<SiteSeen>) => told({ site: { ...SITE, ...change } });
const medium = (...changes: readonly Partial<MediumSeen>[]) =>
  told({ media: changes.map((change) => ({ ...MEDIUM, ...change })) });
const hsm = (...tokens: readonly ReturnType<typeof token>[]) =>
  told({ modules: [moduleSeen({ tokens: [...tokens] }), CARDS] });
const card = (facts: Parameters<typeof token>[0], more?: Parameters<typeof token>[1]) =>
  told({
    modules: [
      moduleSeen(),
      { ...CARDS, tokens: [token({ serial: 'C1', model: 'Card', ...facts }, more), ...CARDS.tokens.slice(1)] },
    ],
  });
const named = (module: Partial<ModuleSeen>) => told({ site: null, modules: [moduleSeen(module), CARDS] });
const refusal = (code: string, message: string) => ({ code, message });

/** The same for a rehearsal: what of a computer is no air gap is told, and stops nothing. */
const REHEARSAL: SiteSeen = {
  ...SITE,
  binding: { ...BINDING, mode: 'rehearsal' },
  authorization: { ...AUTHORIZATION, mode: 'rehearsal' },
};
const rehearsal = (change: Partial<Seen>) => told({ site: REHEARSAL, ...change });

test('a computer, a site and tokens as they should be stop nothing', () => {
  assert.deepEqual(told({}), []);
  assert.deepEqual(rehearsal({}), []);
});

test('without a site everything is judged as for a production', () => {
  assert.equal(modeOf({ site: null }), 'production');
  assert.equal(modeOf({ site: REHEARSAL }), 'rehearsal');
  assert.equal(modeOf({ site: { ...SITE, binding: null } }), 'production');
  assert.deepEqual(told({ site: null }), []);
  const lines = judge({ ...SEEN, site: null })
    .at(-1)
    ?.lines.map(({ says }) => says);
  assert.deepEqual(lines, ['none was named: all of this is judged as for a production']);
});

const CASES: Readonly<Record<string, readonly (readonly [name: string, told: () => string[], expected: string[]])[]>> =
  {
    'the computer': [
      ['swap', () => machine({ swap: ['/dev/sda2'] }), ['stops swap: on: /dev/sda2']],
      [
        'core images',
        () => machine({ coreLimit: '0 / unlimited' }),
        ['stops core images: allowed: the limit is 0 / unlimited'],
      ],
      [
        'a crash handler',
        () => machine({ corePattern: '|/usr/lib/systemd/systemd-coredump %P' }),
        ['warns crash handler: the kernel hands crashed programs to |/usr/lib/systemd/systemd-coredump %P'],
      ],
      [
        'a network with an address and a route',
        () => machine({ addressed: ['eth0'], up: ['eth0'], defaultRoutes: ['eth0'] }),
        ['stops network: has addresses: eth0', 'stops default route: by eth0'],
      ],
      [
        'an interface that is on without an address',
        () => machine({ up: ['eth0', 'eth1'], addressed: ['eth1'] }),
        ['stops network: has addresses: eth1', 'warns network: switched on, without an address: eth0'],
      ],
      ['a radio', () => machine({ radios: ['wlan phy0'] }), ['warns radio: not switched off: wlan phy0']],
      [
        'no card service, with a module that needs one',
        () =>
          told({
            machine: { ...MACHINE, cardService: false },
            modules: [moduleSeen(), { ...CARDS, library: '/usr/lib/opensc-pkcs11.so' }],
          }),
        ['warns smart cards: the service pcscd is not there'],
      ],
      ['no card service, and nobody who needs one', () => machine({ cardService: false }), []],
      [
        'the same in a rehearsal',
        () => rehearsal({ machine: { ...MACHINE, swap: ['/swapfile'], addressed: ['eth0'], defaultRoutes: ['eth0'] } }),
        ['warns swap: on: /swapfile', 'warns network: has addresses: eth0', 'warns default route: by eth0'],
      ],
    ],
    'clock and terminal': [
      [
        'a clock before the program',
        () => program({ newest: '2027-03-01T10:00:01Z' }),
        ['stops clock: 2027-03-01T10:00:00Z, before this program was installed (2027-03-01T10:00:01Z)'],
      ],
      [
        'a hardware clock ahead',
        () => machine({ hardwareClock: '2027-03-01T10:00:11Z' }),
        ['warns clock: 2027-03-01T10:00:00Z; the hardware clock is 11 s ahead'],
      ],
      [
        'a hardware clock behind',
        () => machine({ hardwareClock: '2027-03-01T09:00:00Z' }),
        ['warns clock: 2027-03-01T10:00:00Z; the hardware clock is 3600 s behind'],
      ],
      ['no hardware clock', () => machine({ hardwareClock: null }), []],
      ['no terminal', () => told({ terminal: { size: null, term: 'xterm' } }), ['stops terminal: there is none']],
      [
        'a row too few',
        () => told({ terminal: { size: { columns: 200, rows: 23 }, term: 'xterm' } }),
        ['stops terminal: 200 columns, 23 rows, TERM xterm'],
      ],
      [
        'a column too few',
        () => told({ terminal: { size: { columns: 79, rows: 24 }, term: 'xterm' } }),
        ['stops terminal: 79 columns, 24 rows, TERM xterm'],
      ],
      [
        'no TERM',
        () => told({ terminal: { size: { columns: 80, rows: 24 }, term: '' } }),
        ['warns terminal: 80 columns, 24 rows, TERM not set'],
      ],
    ],
    'output and program': [
      ['none named', () => output({ folder: null, state: 'occupied', parent: '/home/op' }), []],
      [
        'a file where the folder should be',
        () => output({ state: 'no folder' }),
        ['stops output: /srv/pack is no folder'],
      ],
      ['what holds files', () => output({ state: 'occupied' }), ['stops output: /srv/pack holds files']],
      ['what cannot be written', () => output({ writable: false }), ['stops output: /srv cannot be written']],
      ['what anybody may change', () => output({ open: true }), ['warns output: anybody may change what is in /srv']],
      ['too little room', () => output({ freeBytes: 64 * 2 ** 20 - 1 }), ['stops free room: 63 MiB']],
      ['another umask', () => output({ umask: 0o022 }), ['warns umask: umask 022: others could read what is written']],
      [
        'a program that cannot be measured',
        () => program({ digest: null, problem: 'bin/x is a link' }),
        ['stops program: quorate 1.2.3, node 26.10.0: its files cannot be measured: bin/x is a link'],
      ],
      [
        'a program that others may change',
        () => program({ writableByOthers: true }),
        ['warns program: others than its owner may change its files'],
      ],
    ],
    modules: [
      [
        'one that was found and cannot be loaded',
        () => named({ origin: { by: 'found' }, facts: null, problem: refusal('PKCS11_ERROR', 'no'), tokens: [] }),
        ['warns module: /usr/lib/libhsm.so', 'stops CA HSM: nothing here can be one in a production'],
      ],
      [
        'one that was named and cannot be loaded',
        () => named({ origin: { by: 'named' }, facts: null, problem: refusal('PKCS11_ERROR', 'no'), tokens: [] }),
        ['stops module: /usr/lib/libhsm.so', 'stops CA HSM: nothing here can be one in a production'],
      ],
      [
        'one of the site that is another file',
        () =>
          told({
            modules: [
              moduleSeen({ facts: null, tokens: [], problem: refusal('AUTHORIZATION_MODULE', 'other') }),
              CARDS,
            ],
          }),
        ['stops module hsm: /usr/lib/libhsm.so', 'stops HSM root-hsm: "Example HSM", serial A1 is not here'],
      ],
      [
        'one that others may change',
        () => named({ writableByOthers: true }),
        ['warns module hsm: others than its owner may change /usr/lib/libhsm.so'],
      ],
      [
        'no tokens at all',
        () => told({ site: null, modules: [] }),
        [
          'stops CA HSM: nothing here can be one in a production',
          'warns quorum token: nothing here can be one in a production',
        ],
      ],
      [
        'software tokens alone',
        () =>
          told({
            site: null,
            modules: [moduleSeen({ tokens: [token({ model: 'SoftHSM v2', manufacturer: 'SoftHSM project' })] })],
          }),
        [
          'stops CA HSM: nothing here can be one in a production',
          'warns quorum token: nothing here can be one in a production',
        ],
      ],
      [
        'a token whose mechanisms cannot be read',
        () =>
          named({
            tokens: [
              token(),
              token({ serial: 'B' }, { mechanisms: null, random: null, problem: refusal('TOKEN_MISSING', '2 tokens') }),
            ],
          }),
        ['warns token: "ROOT-G1", serial B'],
      ],
    ],
    'the documents of a site': [
      [
        'a site that cannot be read',
        () => told({ site: { ...SITE, binding: null, problems: ['no [FILE_MISSING]'] }, media: [] }),
        ['stops site: no [FILE_MISSING]'],
      ],
      [
        'a site with many problems',
        () => site({ problems: Array.from({ length: 12 }, (_, index) => `problem ${index}`) }),
        [...Array.from({ length: 10 }, (_, index) => `stops site: problem ${index}`), 'stops site: 2 more problems'],
      ],
      [
        'no authorization',
        () => site({ authorization: refusal('FILE_MISSING', 'it does not exist') }),
        ['stops authorization: it does not exist [FILE_MISSING]'],
      ],
      [
        'too few signatures',
        () => site({ authorization: { ...AUTHORIZATION, signers: refusal('AUTHORIZATION_INVALID', 'signed by 1') } }),
        ['stops authorization: signed by 1 [AUTHORIZATION_INVALID]'],
      ],
      [
        'the day before',
        () => told({ at: '2027-03-01T08:59:59Z', machine: { ...MACHINE, hardwareClock: null } }),
        ['stops window: from 2027-03-01T09:00:00Z until 2027-03-01T18:00:00Z: not begun yet'],
      ],
      [
        'the day after',
        () => told({ at: '2027-03-01T18:00:01Z', machine: { ...MACHINE, hardwareClock: null } }),
        ['stops window: from 2027-03-01T09:00:00Z until 2027-03-01T18:00:00Z: it is over'],
      ],
      [
        'another site, roster and program',
        () => site({ authorization: { ...AUTHORIZATION, site: OTHER, roster: OTHER, program: OTHER } }),
        ['site', 'roster', 'program'].map((what) => `stops authorization: it names another ${what} than the one here`),
      ],
      [
        'another mode',
        () => site({ authorization: { ...AUTHORIZATION, mode: 'rehearsal' } }),
        ['stops authorization: it is for rehearsal; the site is for production'],
      ],
      [
        'other devices',
        () =>
          site({
            authorization: {
              ...AUTHORIZATION,
              modules: AUTHORIZATION.modules.map((one) => (one.name === 'hsm' ? { ...one, environment: {} } : one)),
              hsms: [{ ...(BINDING.tokens[0] as (typeof BINDING.tokens)[number]), serial: 'A2' }],
              cards: 'hsm',
            },
          }),
        ['its module hsm', 'its HSM root-hsm', 'its module of quorum tokens'].map(
          (what) => `stops authorization: ${what} is not the one of the site`,
        ),
      ],
      [
        'no roster',
        () => site({ roster: refusal('ROSTER_INVALID', 'no member') }),
        ['stops roster: no member [ROSTER_INVALID]'],
      ],
      [
        'a roster that somebody has not signed',
        () => site({ roster: { ...ROSTER, unsigned: [{ seat: 'officer-2', why: 'there is no signature' }] } }),
        ['stops roster: not signed by officer-2: there is no signature'],
      ],
      [
        'somebody without a name',
        () => site({ people: { seats: ['dana', 'officer-1', 'officer-2'] } }),
        ['stops people: no name for officer-3'],
      ],
      ['no names', () => site({ people: refusal('FILE_MISSING', 'none') }), ['stops people: none [FILE_MISSING]']],
    ],
    'the HSM of a site': [
      ['not here', () => hsm(token({ serial: 'A2' })), ['stops HSM root-hsm: "Example HSM", serial A1 is not here']],
      ['twice', () => hsm(token(), token()), ['stops HSM root-hsm: 2 tokens are "Example HSM", serial A1']],
      [
        'the serial on another model',
        () => hsm(token({ model: 'Other HSM' })),
        ['stops HSM root-hsm: serial A1 is a "Other HSM", not a "Example HSM"'],
      ],
      [
        'without what it needs',
        () => hsm(token({}, { mechanisms: mechanisms('CKM_ECDSA', 'CKM_RSA_PKCS', 'CKM_EDDSA') })),
        ['stops HSM root-hsm: "Example HSM", serial A1 is here, but cannot be a CA HSM'],
      ],
      [
        'locked',
        () => hsm(token({ userPinLocked: true, soPinLocked: true })),
        ['stops HSM root-hsm: its PIN is LOCKED', 'stops HSM root-hsm: the PIN of its security officer is LOCKED'],
      ],
      [
        'at the last try',
        () => hsm(token({ userPinFinalTry: true, soPinFinalTry: true })),
        [
          'warns HSM root-hsm: ONE LAST TRY is left for its PIN',
          'warns HSM root-hsm: its security officer has ONE LAST TRY',
        ],
      ],
      [
        'after a wrong PIN',
        () => hsm(token({ userPinCountLow: true })),
        ['warns HSM root-hsm: a wrong PIN was entered before'],
      ],
      ['without a PIN', () => hsm(token({ userPinInitialized: false })), ['stops HSM root-hsm: no PIN is set']],
      [
        'with another label',
        () => hsm(token({ label: 'ROOT-G2' })),
        ['warns HSM root-hsm: its label is "ROOT-G2"; the site has "ROOT-G1"'],
      ],
      [
        'a program',
        () => hsm(token({ manufacturer: 'SoftHSM project' })),
        ['stops HSM root-hsm: it is a program: its keys are files of this computer'],
      ],
      [
        'with other firmware',
        () =>
          site({
            binding: { ...BINDING, tokens: BINDING.tokens.map((one) => ({ ...one, firmware: '7.7' })) },
          }),
        ['warns HSM root-hsm: its firmware is 7.4; the site has 7.7'],
      ],
      [
        'that is to ask for its login itself, and does not say so',
        () =>
          site({
            binding: { ...BINDING, tokens: BINDING.tokens.map((one) => ({ ...one, asksItself: true })) },
          }),
        ['stops HSM root-hsm: it does not ask for its login itself, as the site says'],
      ],
      [
        'that asks for its login itself, and is to be given a PIN',
        () => hsm(token({ protectedAuthenticationPath: true })),
        ['stops HSM root-hsm: it asks for its login itself, and the site says that it does not'],
      ],
    ],
    'the quorum tokens': [
      ['not here', () => card({ serial: 'C9' }), ['warns token officer-1: serial C1 is not here']],
      [
        'the serial on another model',
        () => card({ model: 'Other card' }),
        ['stops token officer-1: serial C1 is a "Other card"; "Card" was enrolled'],
      ],
      [
        'not in the authorization',
        () => site({ authorization: { ...AUTHORIZATION, tokens: AUTHORIZATION.tokens.slice(1) } }),
        ['stops token officer-1: serial C1 is here, but the authorization does not name it'],
      ],
      ['locked', () => card({ userPinLocked: true }), ['stops token officer-1: its PIN is LOCKED']],
      [
        'at the last try',
        () => card({ userPinFinalTry: true }),
        ['warns token officer-1: ONE LAST TRY is left for its PIN'],
      ],
      [
        'after a wrong PIN',
        () => card({ userPinCountLow: true }),
        ['warns token officer-1: a wrong PIN was entered before'],
      ],
      [
        'that cannot open a share',
        () => card({}, { mechanisms: mechanisms('CKM_ECDH1_DERIVE', 'CKM_RSA_PKCS_OAEP') }),
        ['stops token officer-1: serial C1 is here, but cannot be a quorum token'],
      ],
      ['that gives no random bytes, which none of them needs', () => card({}, { random: false }), []],
    ],
    media: [
      ['one that is not there', () => medium({ exists: false }), ['stops medium evidence: /media/e1 is not there']],
      [
        'a folder where nothing is mounted',
        () => medium({ mounted: false }),
        ['stops medium evidence: nothing is mounted at /media/e1'],
      ],
      [
        'one that cannot be written',
        () => medium({ writable: false }),
        ['stops medium evidence: /media/e1 cannot be written'],
      ],
      ['a full one', () => medium({ freeBytes: 2 ** 20 }), ['stops medium evidence: /media/e1 has 1 MiB of room']],
      [
        'two copies on one device',
        () => medium({}, { at: '/media/e2' }),
        [
          'warns medium evidence: /media/e1 and /media/e2 are one device',
          'warns medium evidence: /media/e2 and /media/e1 are one device',
        ],
      ],
      ['two media on one device', () => medium({}, { name: 'publish', at: '/media/p1' }), []],
      [
        'folders in a rehearsal',
        () =>
          rehearsal({
            media: [
              { ...MEDIUM, mounted: false },
              { ...MEDIUM, at: '/tmp/e2', mounted: false },
            ],
          }),
        [],
      ],
    ],
  };

for (const [title, cases] of Object.entries(CASES)) {
  describe(title, () => {
    for (const [name, tell, expected] of cases) test(name, () => assert.deepEqual(tell(), expected));
  });
}

test('whoever does not come brings no token, and a spare token is as good', () => {
  const lines = judge(SEEN).flatMap((section) => section.lines);
  assert.ok(!lines.some(({ subject }) => subject === 'token policy-1'));
  assert.ok(lines.some(({ says }) => says === '3 of the 3 of those who come are here'));
  const spare = { serial: 'C9', model: 'Card', signingSpki: sha256('C9') };
  const members = ROSTER.members.map((one) =>
    one.seat === 'officer-1' ? { ...one, tokens: [...one.tokens, spare] } : one,
  );
  const authorization = { ...AUTHORIZATION, tokens: [...AUTHORIZATION.tokens, spare] };
  const modules = [
    moduleSeen(),
    { ...CARDS, tokens: [token({ serial: 'C9', model: 'Card' }), ...CARDS.tokens.slice(1)] },
  ];
  assert.deepEqual(told({ modules, site: { ...SITE, authorization, roster: { ...ROSTER, members } } }), []);
});

test('cards without a serial are told apart by the keys that they show', () => {
  const nameless = (seat: string) => ({ serial: '', model: 'Card', signingSpki: sha256(seat) });
  const members = ROSTER.members.map((one) =>
    one.role === 'crypto-officer' ? { ...one, tokens: [nameless(one.seat)] } : one,
  );
  const authorization = { ...AUTHORIZATION, tokens: [{ serial: '', model: 'Card' }] };
  const card = (...keys: string[]) => token({ serial: '', model: 'Card', maxPinLength: 8 }, { keys });
  const site = { ...SITE, authorization, roster: { ...ROSTER, members } };
  const all = ['officer-1', 'officer-2', 'officer-3'].map((seat) => card(sha256(seat)));
  assert.deepEqual(told({ modules: [moduleSeen(), { ...CARDS, tokens: all }], site }), []);
  assert.deepEqual(told({ modules: [moduleSeen(), { ...CARDS, tokens: [...all.slice(1), card()] }], site }), [
    'warns token officer-1: its token (without a serial) is not here',
  ]);
});

test('a card with the serial of an officer and other keys stops', () => {
  const other = token({ serial: 'C1', model: 'Card', maxPinLength: 8 }, { keys: [sha256('another')] });
  const modules = [moduleSeen(), { ...CARDS, tokens: [other, ...CARDS.tokens.slice(1)] }];
  assert.deepEqual(told({ modules }), [
    'stops token officer-1: serial C1 is here, with other keys than those that were enrolled',
  ]);
});

test('a blank HSM is found by its model; its flags and label mean nothing', () => {
  const binding = { ...BINDING, tokens: BINDING.tokens.map((one) => ({ ...one, serial: null })) };
  const authorization = { ...AUTHORIZATION, hsms: binding.tokens };
  const blank = token(
    { initialized: false, soPinLocked: true, userPinInitialized: false, label: '' },
    { random: null },
  );
  const blankSite = { ...SITE, binding, authorization };
  assert.deepEqual(told({ site: blankSite, modules: [moduleSeen({ tokens: [blank] }), CARDS] }), []);
  assert.deepEqual(told({ site: blankSite, modules: [moduleSeen({ tokens: [blank, blank] }), CARDS] }), [
    'stops HSM root-hsm: 2 tokens are a blank "Example HSM"',
  ]);
  assert.deepEqual(told({ site: blankSite }), ['stops HSM root-hsm: a blank "Example HSM" is not here']);
});

test('everything that is amiss says what to do about it', () => {
  const everything = judge({
    ...SEEN,
    machine: { ...MACHINE, swap: ['/swap'], addressed: ['eth0'], coreLimit: 'unlimited / unlimited' },
    terminal: { size: null, term: '' },
    program: { ...PROGRAM, digest: null, problem: 'a link' },
    modules: [moduleSeen({ problem: refusal('TOKEN_PROCESS_TIMEOUT', 'no answer'), facts: null, tokens: [] })],
    media: [{ ...MEDIUM, exists: false }],
  }).flatMap(({ lines }) => lines);
  const wrong = everything.filter((line) => line.verdict !== 'ok');
  assert.ok(wrong.length >= 10, String(wrong.length));
  for (const line of wrong) assert.match(line.todo, /\S/);
});

test('the digests that people compare are told in hex and in words', () => {
  const [, section] = judge(SEEN);
  assert.equal(section?.title, 'THE PROGRAM');
  const more = section?.lines[0]?.more ?? [];
  assert.ok(more.includes('0123 4567 89ab cdef 0123 4567 89ab cdef'), more.join('\n'));
  assert.ok(more.some((line) => line.startsWith('8  ')));
  assert.equal(DIGEST.length, 64);
});
