import { readPeople } from '../../src/pack/people.ts';
import type { BookInput, PaperName } from '../../src/paper/book-input.ts';
import { makePlan } from '../../src/plan/make-plan.ts';
import { readAuthorization } from '../../src/quorum/authorization.ts';
import { readRoster } from '../../src/quorum/roster.ts';
import { readScript } from '../../src/script/read-script.ts';
import { STEP_TYPES } from '../../src/steps/registry.ts';
import { documentBytes, makeMembers, peopleDocument, WINDOW } from '../forge/stage.ts';
import { type Change, documentsOf, planOf, TEMPLATES } from '../plan/planned.ts';

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
    before: undefined,
    people: wanted.people ?? (wanted.alone ? new Map() : PEOPLE),
    program: { name: 'quorate', version: '0.1.0' },
    paper: wanted.paper ?? 'a4',
  };
}

/** What the printed script of another script is made of, where no site is bound. */
export function scriptInput(
  text: Uint8Array,
  window: readonly [string, string] = [WINDOW.from, WINDOW.until],
): BookInput {
  const script = readScript(text, 'script.yaml', STEP_TYPES);
  const { plan, problems } = makePlan({ script, stepTypes: STEP_TYPES, templates: TEMPLATES, window });
  if (!plan || !script.script) throw new Error(problems.map((problem) => problem.text).join('\n'));
  return { ...bookInput({ alone: true }), plan, script: script.script };
}

/** Text without the layout: words one after another. */
export function read(text: string): string {
  return text.replace(/\s+/g, ' ').trim();
}
