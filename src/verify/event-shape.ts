import type { Json, JsonObject } from '../base/canonical-json.ts';
import { CeremonyError, isErrorCode } from '../base/errors.ts';
import { isCalendarTime } from '../der/time.ts';
import { DEVIATION_EFFECTS, namesFault } from '../quorum/deviation.ts';
import { KEY_STATES, REASON } from '../quorum/key-states.ts';
import { CLASS_OF } from '../quorum/operation.ts';
import { Shape } from '../quorum/shape.ts';
import type { Event, EventType } from '../transcript/event.ts';

const CODE = 'TRANSCRIPT_BROKEN';
const SEAT = /^[a-z][a-z0-9-]{0,63}$/;
const STEP_KEY = /^[a-z0-9][a-z0-9.-]{0,63}(@[a-z][a-z0-9-]{0,63})?$/;
const STEP_KEY_OR_NONE = new RegExp(`^$|${STEP_KEY.source}`);
const PATH_TEXT = /^[\x20-\x7e]{1,512}$/;
const NUMBER = /^[1-9][0-9]{0,3}(\.[1-9][0-9]{0,3})?$/;

const READERS: { readonly [type in EventType]: (shape: Shape) => void } = {
  opening: (shape) => {
    shape.text('title');
    seats(shape, 'objectives', /^/);
    shape.integer('number', 1, 1_000_000);
    shape.literal('mode', 'rehearsal', 'production');
    for (const key of ['authorization', 'script', 'site', 'roster', 'people', 'previous', 'plan']) shape.digest(key);
    const program = shape.object('program');
    for (const key of ['name', 'version', 'runtime']) program.text(key);
    program.digest('digest');
    program.end();
    const versions = shape.object('versions');
    for (const key of ['rules', 'profiles']) versions.map(key, (value, name, where) => digest(value, name, where));
    versions.map('steps', (value, name, where) =>
      new Shape({ [name]: value }, CODE, where).integer(name, 1, 1_000_000),
    );
    versions.text('report');
    versions.end();
  },
  act: (shape) => {
    shape.integer('act', 0, 10_000);
    shape.text('title');
    shape.literal('phase', 'begin', 'end');
  },
  step: (shape) => {
    shape.text('step', STEP_KEY);
    shape.text('number', NUMBER);
    shape.text('kind', /^[a-z][a-z0-9-]{0,63}$/);
    const phase = shape.literal('phase', 'begin', 'end', 'skip');
    seats(shape, 'by');
    seats(shape, 'check');
    shape.text('why', phase === 'skip' ? /./ : /^$/);
  },
  answer: (shape) => {
    shape.text('step', STEP_KEY);
    shape.text('seat', SEAT);
    seats(shape, 'checkedBy');
    shape.text('question');
    shape.map('values', (value) => value);
  },
  observation: (shape) => {
    shape.text('step', STEP_KEY);
    shape.text('subject');
    shape.map('facts', (value) => value);
  },
  proposed: (shape) => {
    shape.text('step', STEP_KEY);
    shape.literal('operation', ...Object.keys(CLASS_OF));
    shape.map('descriptor', (value) => value);
    shape.digest('digest');
    time(shape, 'expires');
    textOrNull(shape, 'payload');
    shape.list('lint', (item, where) => new Shape(item, CODE, where));
  },
  approval: (shape) => {
    proposal(shape);
    shape.text('seat', SEAT);
    shape.digest('signature');
    shape.text('token');
    shape.text('origin');
  },
  declined: (shape) => {
    proposal(shape);
    shape.text('seat', SEAT);
    shape.text('reason');
  },
  refusal: (shape) => {
    shape.text('step', STEP_KEY);
    code(shape);
    shape.text('message');
    textOrNull(shape, 'seat', SEAT);
    if (shape.any('proposal') !== null) proposal(shape);
  },
  intent: (shape) => {
    proposal(shape);
    seats(shape, 'approvers');
  },
  result: (shape) => {
    proposal(shape);
    shape.literal('outcome', 'done', 'failed');
    shape.map('facts', (value) => value);
  },
  'key-state': (shape) => {
    shape.text('step', STEP_KEY);
    shape.digest('key');
    if (shape.any('from') !== null) shape.literal('from', ...KEY_STATES);
    shape.literal('to', ...KEY_STATES);
    shape.text('reason', REASON);
    if (shape.any('proposal') !== null) proposal(shape);
  },
  statement: (shape) => {
    shape.text('step', STEP_KEY);
    shape.text('seat', SEAT);
    shape.literal('kind', 'presence', 'attestation', 'sign-off', 'enrolment');
    shape.literal('evidence', 'token', 'paper');
    textOrNull(shape, 'statement');
    if (shape.any('signature') !== null) shape.digest('signature');
    shape.map('facts', (value) => value);
  },
  file: (shape) => {
    shape.text('step', STEP_KEY);
    shape.text('path', PATH_TEXT);
    shape.digest('sha256');
    shape.integer('size', 0, Number.MAX_SAFE_INTEGER);
    textOrNull(shape, 'medium');
  },
  deviation: (shape) => {
    shape.text('step', STEP_KEY);
    said(shape, 'what');
    said(shape, 'why');
    const effect = shape.literal('effect', ...DEVIATION_EFFECTS);
    const fault = namesFault(effect, seats(shape, 'names'));
    if (fault !== undefined) throw new CeremonyError(CODE, `an event: ${fault}`);
    const agreed = people(shape, 'agreed', 1);
    if (agreed.join() !== agreed.toSorted().join())
      throw new CeremonyError(CODE, `an event has "agreed" "${agreed.join(', ')}", expected it sorted`);
  },
  pause: (shape) => {
    shape.text('step', STEP_KEY);
    const phase = shape.literal('phase', 'begin', 'end');
    said(shape, 'why');
    people(shape, 'stays', 2);
    shape.digest('head');
    people(shape, 'typedBy', phase === 'end' ? 2 : 0, phase === 'end' ? 2 : 0);
  },
  correction: (shape) => {
    shape.text('step', STEP_KEY);
    seq(shape, 'answer');
    shape.text('seat', SEAT);
    seats(shape, 'checkedBy');
    if (shape.map('values', (value) => value).size === 0)
      throw new CeremonyError(CODE, 'a correction gives no value, expected one or more');
    said(shape, 'why');
  },
  decision: (shape) => {
    shape.text('step', STEP_KEY);
    shape.text('seat', SEAT);
    seq(shape, 'about');
    shape.literal('choice', 'again', 'other', 'propose-again', 'reconcile', 'accept-quirk', 'one-copy', 'abort');
  },
  resume: (shape) => {
    shape.text('step', STEP_KEY_OR_NONE);
    shape.digest('head');
    shape.list('recovered', (item, where) => {
      const file = new Shape(item, CODE, where);
      file.text('path', PATH_TEXT);
      file.digest('sha256');
      file.integer('size', 0, Number.MAX_SAFE_INTEGER);
      file.end();
    });
    if (shape.any('open') !== null) seq(shape, 'open');
    shape.list('voided', (item, where) => seq(new Shape({ voided: item }, CODE, where), 'voided'));
    people(shape, 'typedBy', 0, 2);
    shape.integer('mistyped', 0, Number.MAX_SAFE_INTEGER);
    shape.digest('program');
  },
  reconciliation: (shape) => {
    shape.text('step', STEP_KEY);
    proposal(shape);
    shape.literal('outcome', 'not-done', 'done', 'orphan', 'unknown');
    shape.map('facts', (value) => value);
  },
  abort: (shape) => {
    shape.text('step', STEP_KEY);
    code(shape);
    shape.text('message');
  },
  close: (shape) => {
    shape.text('step', STEP_KEY);
    shape.literal('outcome', 'complete', 'aborted');
  },
};

/**
 * Holds an event to its type: every member there, of its form, and no other. What passes is safe to use as its type.
 * @param event as `readEventLine` returned it
 * @throws CeremonyError TRANSCRIPT_BROKEN
 */
export function checkEventShape(event: Event, number: number): void {
  const shape = new Shape(event as unknown as JsonObject, CODE, `event line ${number}`);
  shape.text('type');
  shape.integer('seq', 1, Number.MAX_SAFE_INTEGER);
  time(shape, 'at');
  shape.text('salt', /^[0-9a-f]{32}$/);
  READERS[event.type](shape);
  shape.end();
}

function proposal(shape: Shape): void {
  seq(shape, 'proposal');
}

function seq(shape: Shape, key: string): void {
  shape.integer(key, 1, Number.MAX_SAFE_INTEGER);
}

/** What a person must say: not nothing. */
function said(shape: Shape, key: string): void {
  shape.text(key, /\S/);
}

/** Different seats: people who are counted. */
function people(shape: Shape, key: string, least: number, most = Number.POSITIVE_INFINITY): readonly string[] {
  const found = seats(shape, key);
  if (found.length < least || found.length > most)
    throw new CeremonyError(CODE, `an event has ${found.length} seats in "${key}", expected ${bounds(least, most)}`);
  if (new Set(found).size < found.length)
    throw new CeremonyError(CODE, `an event has "${key}" "${found.join(', ')}", expected different seats`);
  return found;
}

function bounds(least: number, most: number): string {
  return most === Number.POSITIVE_INFINITY ? `${least} or more` : String(least);
}

function code(shape: Shape): void {
  const value = shape.text('code');
  if (!isErrorCode(value))
    throw new CeremonyError(CODE, `an event has the code "${value}", which is none of the closed list`);
}

function time(shape: Shape, key: string): void {
  const value = shape.text(key);
  if (!isCalendarTime(value))
    throw new CeremonyError(CODE, `an event has "${key}" "${value}", expected a time in UTC and whole seconds`);
}

function digest(value: Json, name: string, where: string): void {
  new Shape({ [name]: value }, CODE, where).digest(name);
}

function textOrNull(shape: Shape, key: string, pattern?: RegExp): void {
  if (shape.any(key) !== null) shape.text(key, pattern);
}

function seats(shape: Shape, key: string, pattern: RegExp = SEAT): readonly string[] {
  return shape.list(key, (item, where) => new Shape({ [key]: item }, CODE, where).text(key, pattern));
}
