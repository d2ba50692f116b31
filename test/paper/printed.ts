import { readPeople } from '../../src/pack/people.ts';
import type { BookInput, PaperName } from '../../src/paper/book-input.ts';
import { readAuthorization } from '../../src/quorum/authorization.ts';
import { readRoster } from '../../src/quorum/roster.ts';
import { STEP_TYPES } from '../../src/steps/registry.ts';
import { documentBytes, makeMembers, peopleDocument } from '../forge/stage.ts';
import { type Change, documentsOf, planOf } from '../plan/planned.ts';

const PEOPLE = readPeople(documentBytes(peopleDocument(makeMembers())));

export interface Wanted extends Change {
  readonly paper?: PaperName;
  readonly people?: BookInput['people'];
}

/** What the printed script of the shipped root generation is made of, with these changes. */
export function bookInput(wanted: Wanted = {}): BookInput {
  const { plan, script, siteText, problems } = planOf(wanted);
  if (!plan || !script.script) throw new Error(problems.map(({ text }) => text).join('\n'));
  const documents = wanted.alone ? undefined : documentsOf(script.sha256, siteText, wanted);
  return {
    plan,
    script: script.script,
    stepTypes: STEP_TYPES,
    authorization: documents && readAuthorization(documents.authorization),
    roster: documents && readRoster(documents.roster),
    people: wanted.people ?? (wanted.alone ? new Map() : PEOPLE),
    program: { name: 'quorate', version: '0.1.0' },
    paper: wanted.paper ?? 'a4',
  };
}

/** Text without the layout: words one after another. */
export function read(text: string): string {
  return text.replace(/\s+/g, ' ').trim();
}
