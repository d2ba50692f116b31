import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { CeremonyError } from '../../src/base/errors.ts';
import { openPack } from '../../src/pack/pack-reader.ts';
import { startTokenProcess } from '../../src/token/client.ts';
import { addAddendum } from '../forge/addendum.ts';
import { everything } from '../forge/at-table.ts';
import { forge } from '../forge/forge.ts';
import { intake } from '../forge/intake.ts';
import { signedAsList } from '../forge/listed.ts';
import { recordCeremony } from '../forge/record.ts';
import { rotating } from '../forge/rotating.ts';
import { profileOf, SCRIPTED } from '../pki/fixtures.ts';
import { makeSoftHsm } from '../softhsm/soft-hsm.ts';
import { KINDS, readAsProgram, readSchema, schemaProblems } from './documents.ts';
import { definition, validate } from './json-schema.ts';
import { type Rehearsed, ROOT, rehearse } from './rehearsed.ts';

type Json = null | boolean | number | string | Json[] | { [key: string]: Json };
type Path = readonly (string | number)[];

/** Where any members may stand, by design: what a token, a person or a step type says in its own words. */
const OPEN_PLACES: { readonly [kind: string]: RegExp } = {
  plan: /^acts\/\d+\/steps\/\d+\/params/,
  event: /^(values|descriptor|facts\/(token|objects|mechanisms))(\/|$)/,
};

/** Keys that are names given by people or tokens, so that any other fits as well. */
const NAMED: { readonly [kind: string]: RegExp } = {
  roster: /^classes$/,
  people: /^people$/,
  authorization: /^(modules|references|modules\/[^/]+\/environment)$/,
  ledger: /^(shareSets\/\d+\/envelopes|boxes)$/,
  plan: /^(profiles|seats|quorums|media|boxes|vendorSheets|acts\/\d+\/steps\/\d+\/(fields|makes))$/,
  event: /^(versions\/(rules|profiles|steps)|facts\/(modules|sets|public|private))$/,
};

/** What goes wrong or is decided at a ceremony with people: no rehearsal has it, and the forge makes it. */
const NOT_REHEARSED = ['abort', 'correction', 'decision', 'declined', 'deviation', 'pause', 'refusal', 'resume'];

/** No program writes it yet. */
const RECONCILIATION: Json = {
  type: 'reconciliation',
  step: 'root-key',
  proposal: 7,
  outcome: 'orphan',
  facts: {},
  seq: 9,
  at: '2027-03-10T09:00:00Z',
  salt: '0'.repeat(32),
};

/** Members that need not be there. */
const OPTIONAL: { readonly [kind: string]: RegExp } = {
  ledger: /^boxes$/,
  plan: /^(boxes|tokens\/\d+\/activation(\/seconds)?|acts\/\d+\/steps\/\d+\/token|profiles\/[^/]+\/fields\/(path-length|extended-key-usage|policies|ca-issuers|crl)|acts\/\d+\/steps\/\d+\/fields\/[^/]+\/(shape|twice))$/,
  'certificate-profile':
    /^fields\/(path-length|extended-key-usage|policies(\/\d+\/(cps|notice))?|(name|policy)-constraints(\/.+)?|inhibit-any-policy|ca-issuers|ocsp|crl)$/,
  event: /^facts\/(token|origin|tries|testEnvelope|head|text)$/,
};

describe('the JSON Schemas and the documents of a real rehearsal', { concurrency: false }, () => {
  let rehearsed: Rehearsed;
  /** Every document of the pack, with its kind. */
  let documents: readonly (readonly [kind: string, where: string, value: Json])[];

  before(async () => {
    rehearsed = rehearse();
    const file = (kind: string, path: string) =>
      [kind, path, JSON.parse(rehearsed.read(path).toString('utf8')) as Json] as const;
    const lines = (kind: string, path: string) =>
      rehearsed
        .read(path)
        .toString('utf8')
        .trimEnd()
        .split('\n')
        .map((line, index) => [kind, `${path}:${index + 1}`, JSON.parse(line) as Json] as const);
    const events = lines('event', 'events.jsonl');
    const plan = file('plan', 'plan.json');
    const profiles = (plan[2] as { profiles: { [name: string]: { type: string } } }).profiles;
    documents = [
      file('roster', 'roster/roster.json'),
      ...['people', 'authorization', 'manifest', 'ledger'].map((name) => file(name, `${name}.json`)),
      plan,
      ...Object.entries(profiles).map(([name, profile]) => {
        const kind = profile.type === 'quorate/crl-profile/1' ? 'crl-profile' : 'certificate-profile';
        return [kind, `plan.json profiles/${name}`, profile] as const;
      }),
      ...rehearsed
        .list('approvals')
        .filter((path) => path.endsWith('.json'))
        .map((path) => file('approval', path)),
      ...rehearsed
        .list('statements')
        .filter((path) => path.endsWith('.json'))
        .map((path) => file(path.includes('roll-call') ? 'presence' : 'attestation', path)),
      ...events,
      ...lines('chain', 'chain.jsonl'),
      ...events
        .filter(([, , value]) => (value as { type: string }).type === 'proposed')
        .map(([, where, value]) => ['operation', where, (value as { descriptor: Json }).descriptor] as const),
      ...Object.entries(SCRIPTED).map(
        ([name, fields]) => ['certificate-profile', name, profileOf(name, fields) as unknown as Json] as const,
      ),
      ...(await fromTheForge()),
    ];
  });
  after(() => rehearsed?.remove());

  test('every document is valid, by its schema and by the program', () => {
    for (const [kind, where, value] of documents) {
      assert.deepEqual(schemaProblems(kind, value), [], where);
      readAsProgram(kind, value);
    }
    const seen = new Set(documents.map(([kind]) => kind));
    const unseen = Object.keys(KINDS).filter((kind) => !seen.has(kind));
    assert.deepEqual(
      unseen,
      ['roster-change', 'enrolment', 'share'],
      'a share lies in its envelope only, an enrolment in the first pack, a change of the roster in that of its ceremony',
    );
  });

  test('every kind of event and of operation was seen, but for what goes wrong', () => {
    const typesIn = (pattern: RegExp) =>
      documents
        .filter(([kind, where]) => kind === 'event' && pattern.test(where))
        .map(([, , value]) => (value as { type: string }).type);
    const { oneOf } = readSchema('event') as unknown as { oneOf: readonly { $ref: string }[] };
    const all = oneOf.map(({ $ref }) => $ref.slice('#/$defs/'.length)).sort();
    const rehearsed = new Set(typesIn(/^events\.jsonl/));
    assert.deepEqual(
      all.filter((type) => !rehearsed.has(type)),
      [...NOT_REHEARSED, 'reconciliation'].sort(),
    );
    assert.deepEqual([...new Set(typesIn(/^/))].sort(), all);
  });

  test('a member that is missing is refused, by the schema and by the program', () => {
    for (const [kind, where, value] of oneOfEachShape()) {
      for (const path of membersOf(value)) {
        const at = path.join('/');
        if (isOpen(kind, value, at) || NAMED[kind]?.test(parentOf(at)) || OPTIONAL[kind]?.test(at)) continue;
        const changed = without(value, path);
        assert.notDeepEqual(schemaProblems(kind, changed), [], `${where} without ${at}`);
        programAgrees(kind, changed, `${where} without ${at}`);
      }
    }
  });

  test('a surplus member is refused, by the schema and by the program', () => {
    for (const [kind, where, value] of oneOfEachShape()) {
      for (const path of objectsOf(value)) {
        const at = path.join('/');
        if (isOpen(kind, value, at) || NAMED[kind]?.test(at)) continue;
        const changed = withSurplus(value, path);
        assert.notDeepEqual(schemaProblems(kind, changed), [], `${where} with a surplus member in /${at}`);
        programAgrees(kind, changed, `${where} with a surplus member in /${at}`);
      }
    }
  });

  test('what the program refuses for its form, the schema refuses too', () => {
    let refused = 0;
    for (const [kind, where, value] of oneOfEachShape()) {
      for (const path of membersOf(value)) {
        // Another type, not another value: that a name leads somewhere, or a number is high enough, no schema says.
        const own = typeOf(valueAt(value, path));
        for (const other of [null, 'x', -1, {}, []].filter((candidate) => typeOf(candidate as Json) !== own)) {
          const changed = changedAt(value, path, () => other as Json);
          if (!isRefusedByProgram(kind, changed)) continue;
          refused += 1;
          assert.notDeepEqual(
            schemaProblems(kind, changed),
            [],
            `${where} with ${JSON.stringify(other)} at /${path.join('/')}`,
          );
        }
      }
    }
    assert.ok(refused > 500, `only ${refused} changes were refused: this test has lost its point`);
  });

  /** Documents of one kind whose members differ only in their values are the same to a schema: one of them is enough. */
  function oneOfEachShape(): (readonly [kind: string, where: string, value: Json])[] {
    const seen = new Set<string>();
    const short = documents.map(([kind, where, value]) => {
      const few = kind === 'roster' ? fewMembers(value) : shortened(value);
      readAsProgram(kind, few);
      return [kind, where, few] as const;
    });
    return short.filter(([kind, , value]) => {
      const shape = `${kind} ${JSON.stringify(membersOf(value))} ${(value as { type?: string; kind?: string }).type}`;
      return !seen.has(shape) && seen.add(shape);
    });
  }
});

test('there is a schema for every kind, and no other; equal names mean equal definitions', () => {
  const files = readdirSync(join(ROOT, 'docs', 'schema')).map((name) => name.replace(/\.schema\.json$/, ''));
  const kinds = new Set(Object.values(KINDS).map((kind) => kind.schema));
  assert.deepEqual(files.filter((name) => name !== 'script' && name !== 'site').sort(), [...kinds].sort());
  const known = new Map<string, string>();
  for (const file of kinds) {
    const definitions = (readSchema(file) as { $defs?: { [name: string]: unknown } }).$defs ?? {};
    for (const name of ['digest', 'utc', 'seat', 'stepKey', 'setId', 'shareRecord', 'operation', 'outcome', 'mode']) {
      if (!(name in definitions)) continue;
      const text = JSON.stringify(definitions[name]);
      assert.equal(known.get(name) ?? text, text, `"${name}" of ${file}.schema.json differs from another schema's`);
      known.set(name, text);
    }
  }
  const shareSet = (file: string, name: string) => {
    const found = (readSchema(file) as { $defs: { [name: string]: { properties: { [key: string]: unknown } } } }).$defs[
      name
    ];
    const {
      hsm: _hsm,
      state: _state,
      unproven: _unproven,
      envelopes: _envelopes,
      paper: _paper,
      ...own
    } = found?.properties ?? {};
    return own;
  };
  assert.deepEqual(shareSet('operation', 'shareSet'), shareSet('ledger', 'heldShareSet'));
});

test('a plan with inputs, and what was read of them, is as the schemas say', async () => {
  const { plan, events } = await recordCeremony(intake());
  assert.deepEqual(schemaProblems('plan', plan as unknown as Json), []);
  const read = events.filter((event) => event.type === 'observation' && event.subject === 'input');
  assert.equal(read.length, 1);
  for (const event of read) {
    assert.deepEqual(schemaProblems('event', event as unknown as Json), []);
    const { spkiSha256: _, ...less } = 'facts' in event ? event.facts : {};
    assert.notDeepEqual(schemaProblems('event', { ...event, facts: less } as unknown as Json), []);
  }
});

test('what people see on a second screen and on paper is as the schema says', async () => {
  const { events } = await recordCeremony({ example: true });
  for (const subject of ['second-screen', 'sheet']) {
    const found = events.filter((event) => event.type === 'observation' && event.subject === subject);
    assert.ok(found.length > 0, subject);
    for (const event of found) {
      assert.deepEqual(schemaProblems('event', event as unknown as Json), []);
      assert.notDeepEqual(schemaProblems('event', { ...event, facts: {} } as unknown as Json), []);
    }
  }
});

test('an object on a token is described as the schema of events says', async () => {
  const hsm = makeSoftHsm();
  try {
    const pin = Buffer.from('a pin of ours');
    const { library, environment } = hsm;
    const client = await startTokenProcess({ programRoot: ROOT, library, environment });
    const { serial } = await client.initToken({ blank: true, model: 'SoftHSM v2' }, 'objects', pin);
    await client.login({ serial }, 'so', pin);
    await client.initPin({ serial }, pin);
    await client.logout({ serial });
    await client.login({ serial }, 'user', pin);
    const half = { LABEL: 'key', ID: '0a0b', TOKEN: true };
    await client.generateKeyPair({ serial }, 'ecdsa-p256', half, { ...half, PRIVATE: true, SIGN: true });
    const objects = await client.inventory({ serial });
    await client.end();
    assert.deepEqual(objects.map((object) => object.class).toSorted(), ['private-key', 'public-key']);
    const schema = readSchema('event');
    for (const object of objects) assert.deepEqual(validate(definition(schema, 'tokenObject'), object, schema), []);
  } finally {
    hsm.remove();
  }
});

/** What the forge records of a ceremony with people, and of one that was aborted. */
async function fromTheForge(): Promise<readonly (readonly [kind: string, where: string, value: Json])[]> {
  const added = 'addenda/01-video/addendum.json';
  const made = await forge({ events: everything, sealed: (files, tools) => void addAddendum(files, tools) });
  const rotated = await forge({ record: rotating });
  const copied = await forge({ record: { backup: true } });
  const aborted = await recordCeremony({ refuse: ({ step }) => step === 'film' });
  const events = [...openPack(made.source).events(), ...aborted.events] as unknown as readonly (Json & {
    readonly type: string;
    readonly seq: number;
  })[];
  const statements = [...made.files].flatMap(([path, bytes]) => {
    const text = Buffer.from(bytes).toString('utf8');
    return path.startsWith('approvals/') && text.includes('"quorate/deviation-approval/1"')
      ? [['deviation-approval', `forged ${path}`, JSON.parse(text) as Json] as const]
      : [];
  });
  return [
    ...events
      .filter(({ type }) => NOT_REHEARSED.includes(type))
      .map((event) => ['event', `forged event ${event.seq}`, event as Json] as const),
    ['event', 'made up', RECONCILIATION],
    ...statements,
    ['addendum', `forged ${added}`, JSON.parse(Buffer.from(made.files.get(added) ?? '').toString('utf8')) as Json],
    ...rotationsIn(rotated.files),
    ...copiesIn(copied.files),
    ...listIn(openPack((await forge(signedAsList())).source).events() as unknown as readonly Json[]),
  ];
}

/** What a ceremony has besides in which several certificates are signed under one approval. */
function listIn(events: readonly Json[]): (readonly [kind: string, where: string, value: Json])[] {
  const all = events as readonly { readonly [member: string]: Json }[];
  const proposed = all.find(({ operation }) => operation === 'sign-list');
  const result = all.find(({ type, proposal }) => type === 'result' && proposal === proposed?.['seq']);
  assert.ok(proposed && result);
  return [
    ['operation', 'listed', proposed['descriptor'] as Json],
    ['event', 'listed proposed', proposed],
    ['event', 'listed result', result],
  ];
}

/** What a ceremony has besides in which a key is copied with other tools. */
function copiesIn(files: ReadonlyMap<string, Uint8Array>): (readonly [kind: string, where: string, value: Json])[] {
  const text = (path: string) => Buffer.from(files.get(path) ?? '').toString('utf8');
  const events = text('events.jsonl').trimEnd().split('\n');
  const proven = events
    .map((line) => JSON.parse(line) as { [member: string]: Json })
    .filter(({ operation, facts }) => operation === 'prove-key' || (facts as { serial?: Json } | undefined)?.serial);
  const [ledger, plan] = ['ledger.json', 'plan.json'].map((path) => JSON.parse(text(path)) as { [name: string]: Json });
  assert.equal((ledger?.['copies'] as Json[] | undefined)?.length, 1);
  assert.deepEqual(Object.keys((plan?.['vendorSheets'] ?? {}) as object), ['clone']);
  // What was signed is told from what proves a copy by its members: without the serial it is the other.
  for (const event of proven) assert.deepEqual(schemaProblems('event', event as Json), []);
  return [
    ...proven.flatMap((event) =>
      event['type'] === 'proposed' ? [['operation', 'copied', event['descriptor'] as Json] as const] : [],
    ),
    ['ledger', 'copied ledger.json', ledger as Json],
    ['plan', 'copied plan.json', plan as Json],
  ];
}

/** What a ceremony that replaces share sets has besides. */
function rotationsIn(files: ReadonlyMap<string, Uint8Array>): (readonly [kind: string, where: string, value: Json])[] {
  const json = (bytes: Uint8Array | string | undefined) =>
    JSON.parse(Buffer.from(bytes ?? '').toString('utf8')) as Json;
  const lines = Buffer.from(files.get('events.jsonl') ?? '')
    .toString('utf8')
    .trimEnd()
    .split('\n');
  type Line = { readonly type: string; readonly seq: number; readonly step?: string; readonly proposal?: number };
  const events = lines.map((line) => json(line) as unknown as Line & { readonly descriptor?: Json });
  const own = events.filter(({ step }) => step?.startsWith('rotate-'));
  const proposals = own.filter(({ type }) => type === 'proposed');
  const results = events.filter(
    (event) => event.type === 'result' && proposals.some(({ seq }) => seq === event.proposal),
  );
  return [
    ...[...own, ...results].map((event) => ['event', `rotated event ${event.seq}`, event as unknown as Json] as const),
    ...proposals.map(({ seq, descriptor }) => ['operation', `rotated event ${seq}`, descriptor as Json] as const),
    ['ledger', 'rotated ledger.json', json(files.get('ledger.json'))],
  ];
}

/** The facts of a reconciliation are not fixed yet; those of every other event are. */
function isOpen(kind: string, value: Json, at: string): boolean {
  const reconciled = (value as { type?: string }).type === 'reconciliation' && at === 'facts';
  return OPEN_PLACES[kind]?.test(at) || reconciled;
}

/** Plans and profiles have no reader of their own: they are derived again and compared. */
function programAgrees(kind: string, value: Json, what: string): void {
  if (kind === 'plan' || kind.endsWith('-profile')) return;
  // The facts of results and observations are the step's and the guard's words: the transcript's reader lets them be.
  if (kind === 'event' && !isRefusedByProgram(kind, { ...(value as object), facts: {} })) return;
  assert.ok(isRefusedByProgram(kind, value), `the program accepts ${what}`);
}

function isRefusedByProgram(kind: string, value: Json): boolean {
  try {
    readAsProgram(kind, value);
    return false;
  } catch (error) {
    if (error instanceof CeremonyError) return true;
    throw error;
  }
}

/** Long lists say the same again and again; those that the rules of a document count stay whole. */
function shortened(value: Json, key = ''): Json {
  if (Array.isArray(value))
    return value.slice(0, /^(members|shares|holders|files)$/.test(key) ? 8 : 2).map((item) => shortened(item));
  if (value === null || typeof value !== 'object') return value;
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, shortened(inner, name)]));
}

/** One member of each kind for each class that is approved, so that the roster still keeps its own rules. */
function fewMembers(value: Json): Json {
  const roster = value as { members: { role: string }[]; classes: { [name: string]: Json } };
  const { authorize: _, ...classes } = roster.classes;
  const members = roster.members.filter(({ role }) => role !== 'policy-authority' && role !== 'witness').slice(0, 4);
  return { ...(value as object), members, classes } as unknown as Json;
}

function objectsOf(value: Json, at: Path = []): Path[] {
  if (Array.isArray(value)) return value.flatMap((item, index) => objectsOf(item, [...at, index]));
  if (value === null || typeof value !== 'object') return [];
  return [at, ...Object.entries(value).flatMap(([key, inner]) => objectsOf(inner, [...at, key]))];
}

function membersOf(value: Json): Path[] {
  return objectsOf(value).flatMap((path) => Object.keys(valueAt(value, path) as object).map((key) => [...path, key]));
}

function typeOf(value: Json): string {
  return value === null ? 'null' : Array.isArray(value) ? 'array' : typeof value;
}

function valueAt(value: Json, path: Path): Json {
  return path.reduce<Json>((inner, key) => (inner as { [key: string | number]: Json })[key] as Json, value);
}

function changedAt(value: Json, path: Path, change: (old: Json) => Json): Json {
  const [key, ...rest] = path;
  if (key === undefined) return change(value);
  const copy = (Array.isArray(value) ? [...value] : { ...(value as object) }) as { [key: string | number]: Json };
  copy[key] = changedAt(copy[key] as Json, rest, change);
  return copy as Json;
}

function without(value: Json, path: Path): Json {
  return changedAt(value, path.slice(0, -1), (old) => {
    const { [String(path.at(-1))]: _, ...rest } = old as { [key: string]: Json };
    return rest;
  });
}

function withSurplus(value: Json, path: Path): Json {
  return changedAt(value, path, (old) => ({ ...(old as object), surplus: true }));
}

function parentOf(at: string): string {
  return at.slice(0, Math.max(0, at.lastIndexOf('/')));
}
