import type { Json } from '../base/canonical-json.ts';
import type { Event, EventType } from '../transcript/event.ts';
import { isObject, valueAt } from './facts.ts';

type Kind = 'text' | 'number' | 'texts' | 'numbers' | 'object' | 'objects' | 'text or null' | 'number or null';

/** The members that this report uses of each event, by what they must be. */
const MEMBERS: Readonly<Record<EventType, Readonly<Record<string, Kind>>>> = {
  opening: {
    title: 'text',
    objectives: 'texts',
    number: 'number',
    mode: 'text',
    authorization: 'text',
    script: 'text',
    site: 'text',
    roster: 'text',
    people: 'text',
    previous: 'text',
    plan: 'text',
    'program.name': 'text',
    'program.version': 'text',
    'program.runtime': 'text',
    'program.digest': 'text',
    'versions.report': 'text',
  },
  act: { act: 'number', title: 'text', phase: 'text' },
  step: { step: 'text', number: 'text', kind: 'text', phase: 'text', by: 'texts', check: 'texts', why: 'text' },
  answer: { step: 'text', seat: 'text', checkedBy: 'texts', question: 'text', values: 'object' },
  observation: { step: 'text', subject: 'text', facts: 'object' },
  proposed: {
    step: 'text',
    operation: 'text',
    descriptor: 'object',
    digest: 'text',
    expires: 'text',
    payload: 'text or null',
    lint: 'objects',
  },
  approval: { proposal: 'number', seat: 'text', token: 'text', origin: 'text' },
  declined: { proposal: 'number', seat: 'text', reason: 'text' },
  refusal: { step: 'text', code: 'text', message: 'text', seat: 'text or null', proposal: 'number or null' },
  intent: { proposal: 'number', approvers: 'texts' },
  result: { proposal: 'number', outcome: 'text', facts: 'object' },
  'key-state': {
    step: 'text',
    key: 'text',
    from: 'text or null',
    to: 'text',
    reason: 'text',
    proposal: 'number or null',
  },
  statement: {
    step: 'text',
    seat: 'text',
    kind: 'text',
    evidence: 'text',
    statement: 'text or null',
    signature: 'text or null',
    facts: 'object',
  },
  file: { step: 'text', path: 'text', sha256: 'text', size: 'number', medium: 'text or null' },
  deviation: { step: 'text', what: 'text', why: 'text', effect: 'text', names: 'texts', agreed: 'texts' },
  pause: { step: 'text', phase: 'text', why: 'text', stays: 'texts', head: 'text', typedBy: 'texts' },
  correction: { step: 'text', answer: 'number', seat: 'text', checkedBy: 'texts', values: 'object', why: 'text' },
  decision: { step: 'text', seat: 'text', about: 'number', choice: 'text' },
  resume: {
    step: 'text',
    head: 'text',
    recovered: 'objects',
    open: 'number or null',
    voided: 'numbers',
    program: 'text',
  },
  reconciliation: { step: 'text', proposal: 'number', outcome: 'text', facts: 'object' },
  abort: { step: 'text', code: 'text', message: 'text' },
  close: { step: 'text', outcome: 'text' },
};

/**
 * What an event lacks of its type's members, or undefined where it has them all. A transcript is judged by the verifier;
 * here it only has to be safe to show.
 */
export function faultOf(event: Event): string | undefined {
  for (const [member, kind] of Object.entries(MEMBERS[event.type])) {
    if (!isKind(valueAt(event as unknown as Json, ...member.split('.')), kind)) {
      return `not shown: "${member}" of an event of type "${event.type}" is not there or not as it should be`;
    }
  }
  return undefined;
}

function isKind(value: Json | undefined, kind: Kind): boolean {
  switch (kind) {
    case 'text':
      return typeof value === 'string';
    case 'number':
      return typeof value === 'number';
    case 'text or null':
      return value === null || typeof value === 'string';
    case 'number or null':
      return value === null || typeof value === 'number';
    case 'texts':
      return Array.isArray(value) && value.every((item) => typeof item === 'string');
    case 'numbers':
      return Array.isArray(value) && value.every((item) => typeof item === 'number');
    case 'object':
      return isObject(value);
    case 'objects':
      return Array.isArray(value) && value.every((item) => isObject(item as Json));
  }
}
