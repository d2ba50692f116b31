import type { Json } from '../base/canonical-json.ts';
import { escapeForeign } from '../base/text.ts';
import type { Path } from './positions.ts';
import { DEFAULT_LANGUAGE } from './script.ts';
import { clip, demandKnown, itemsOf, memberOf, membersOf, namesOf, type Reporter, textOf } from './tree.ts';

/** What steps are judged against, collected in the order of the script. */
interface Ledger {
  readonly script: Json;
  readonly report: Reporter;
  readonly seats: readonly string[];
  /** What has been named so far → where. By kind, since a key and its certificate may share a name. */
  readonly ids: Map<string, Path>;
  readonly outs: Map<string, Path>;
  readonly made: Map<string, Path>;
}

/** Steps: ids, names and files are unique, seats exist, and who does and who checks is one meaning. */
export function checkSteps(script: Json, report: Reporter): void {
  const made = new Map<string, Path>();
  for (const [name, use] of membersOf(memberOf(script, 'uses'))) {
    for (const kind of namesOf(use)) if (kind !== 'of') made.set(`${kind} ${name}`, ['uses', name]);
  }
  const seats = namesOf(memberOf(script, 'seats'));
  const ledger: Ledger = { script, report, seats, ids: new Map(), outs: new Map(), made };
  for (const [actIndex, act] of itemsOf(memberOf(script, 'acts')).entries()) {
    for (const [stepIndex, step] of itemsOf(memberOf(act, 'steps')).entries()) {
      const path = ['acts', actIndex, 'steps', stepIndex];
      checkCondition(step, path, ledger);
      checkNames(step, path, ledger);
      checkPeople(step, path, ledger);
      checkLanguages(step, path, ledger);
    }
  }
}

function checkNames(step: Json, path: Path, { report, ids, outs, made }: Ledger): void {
  const once = (known: Map<string, Path>, name: string, what: string, where: Path) => {
    const first = known.get(name);
    if (first === undefined) {
      known.set(name, where);
      return;
    }
    const hint = `it stands first on line ${report.positions.key(first).line}`;
    report.atValue(
      'DUPLICATE',
      where,
      `the ${what} "${escapeForeign(clip(name.split(' ').at(-1) ?? ''))}" stands twice`,
      hint,
    );
  };
  const id = textOf(memberOf(step, 'id'));
  const out = textOf(memberOf(step, 'out'));
  const makes = memberOf(step, 'makes');
  if (id !== undefined) once(ids, id, 'step id', [...path, 'id']);
  if (out !== undefined) once(outs, out, 'output file', [...path, 'out']);
  for (const [kind, name] of membersOf(makes)) {
    if (typeof name === 'string') once(made, `${kind} ${name}`, `name of a ${kind}`, [...path, 'makes', kind]);
  }
  if (memberOf(step, 'each') === undefined) return;
  for (const key of ['out', 'makes']) {
    if (memberOf(step, key) !== undefined) {
      report.atKey(
        'STEP_REPEATED',
        [...path, key],
        `a step with "each" is done several times, and "${key}" names one thing`,
      );
    }
  }
}

function checkPeople(step: Json, path: Path, { script, report, seats }: Ledger): void {
  const by = textOf(memberOf(step, 'by'));
  const each = textOf(memberOf(step, 'each'));
  const check = memberOf(step, 'check');
  const seat = (name: string, where: Path) => {
    // Without any seat that is the problem, and not each place where one is named.
    if (seats.length > 0) demandKnown(report, 'SEAT_UNKNOWN', where, 'seat', name, seats);
  };
  if (by !== undefined) {
    seat(by, [...path, 'by']);
    const of = memberOf(memberOf(memberOf(script, 'seats'), by), 'of');
    if (each !== undefined) {
      const text = '"by" and "each" both say who performs the step, expected one of them';
      report.atKey('STEP_PEOPLE', [...path, 'by'], text);
    } else if (typeof of === 'number' && of > 1) {
      const text = `"by" names a seat of ${of} people, expected a seat of one`;
      report.atValue('STEP_PEOPLE', [...path, 'by'], text, `"each: ${by}" repeats the step for each of them`);
    }
  }
  if (each !== undefined && each !== 'all') seat(each, [...path, 'each']);
  const inList = Array.isArray(check);
  for (const [index, checker] of itemsOf(check).entries()) {
    if (typeof checker !== 'string') continue;
    const where = inList ? [...path, 'check', index] : [...path, 'check'];
    if (checker === 'all') {
      if (inList) report.atValue('STEP_PEOPLE', where, '"all" in a list of seats, expected "check: all" or seats');
      continue;
    }
    seat(checker, where);
    if (checker === by || checker === each) {
      report.atValue('STEP_PEOPLE', where, `the seat "${checker}" checks what it does itself, expected another seat`);
    }
  }
}

function checkCondition(step: Json, path: Path, { script, report, ids }: Ledger): void {
  const when = memberOf(step, 'when');
  const input = textOf(memberOf(when, 'input'));
  const answer = textOf(memberOf(when, 'answer'));
  if (input !== undefined) {
    demandKnown(
      report,
      'NAME_UNKNOWN',
      [...path, 'when', 'input'],
      'input',
      input,
      namesOf(memberOf(script, 'inputs')),
    );
  }
  // Only steps before this one have an answer.
  if (answer !== undefined) {
    demandKnown(report, 'NAME_UNKNOWN', [...path, 'when', 'answer'], 'earlier step', answer, [...ids.keys()]);
  }
}

function checkLanguages(step: Json, path: Path, { script, report }: Ledger): void {
  const say = memberOf(step, 'say');
  const language = textOf(memberOf(memberOf(script, 'ceremony'), 'language')) ?? DEFAULT_LANGUAGE;
  const languages = namesOf(say);
  if (languages.length > 0 && !languages.includes(language)) {
    report.atKey('LANGUAGE_MISSING', [...path, 'say'], `the text lacks the ceremony's language "${language}"`);
  }
}
