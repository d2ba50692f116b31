import type { Json, JsonObject } from '../base/canonical-json.ts';
import { CeremonyError, isErrorCode } from '../base/errors.ts';
import { isCalendarTime } from '../der/time.ts';
import { CLASS_OF } from '../quorum/operation.ts';
import { Shape } from '../quorum/shape.ts';
import type { Event, EventType } from '../transcript/event.ts';

const CODE = 'TRANSCRIPT_BROKEN';
const SEAT = /^[a-z][a-z0-9-]{0,63}$/;
const STEP_KEY = /^[a-z0-9][a-z0-9.-]{0,63}(@[a-z][a-z0-9-]{0,63})?$/;
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
  statement: (shape) => {
    shape.text('step', STEP_KEY);
    shape.text('seat', SEAT);
    shape.literal('kind', 'presence', 'attestation', 'sign-off');
    shape.literal('evidence', 'token', 'paper');
    textOrNull(shape, 'statement');
    if (shape.any('signature') !== null) shape.digest('signature');
    shape.map('facts', (value) => value);
  },
  file: (shape) => {
    shape.text('step', STEP_KEY);
    shape.text('path', /^[\x20-\x7e]{1,512}$/);
    shape.digest('sha256');
    shape.integer('size', 0, Number.MAX_SAFE_INTEGER);
    textOrNull(shape, 'medium');
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
  shape.integer('proposal', 1, Number.MAX_SAFE_INTEGER);
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

function seats(shape: Shape, key: string, pattern: RegExp = SEAT): void {
  shape.list(key, (item, where) => new Shape({ [key]: item }, CODE, where).text(key, pattern));
}
