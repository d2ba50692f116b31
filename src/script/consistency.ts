import type { Json } from '../base/canonical-json.ts';
import { checkActs } from './consistency-acts.ts';
import { checkSteps } from './consistency-steps.ts';
import type { Positions } from './positions.ts';
import type { Problem } from './problem.ts';
import type { ProblemCode } from './problem-codes.ts';
import { demandKnown, itemsOf, makeReporter, memberOf, membersOf, namesOf, type Reporter, textOf } from './tree.ts';

/**
 * What can be judged of a script from the script alone, without simulating it: that names lead somewhere, nothing
 * is defined twice, people and acts fit. The value is judged as it was read, ill-formed parts left out.
 */
export function checkConsistency(script: Json, positions: Positions): readonly Problem<ProblemCode>[] {
  const report = makeReporter(positions);
  checkSeats(script, report);
  checkWaivers(script, report);
  checkInputs(script, report);
  checkMaterials(script, report);
  checkActs(script, report);
  checkSteps(script, report);
  return report.problems;
}

function checkSeats(script: Json, report: Reporter): void {
  for (const [seat, value] of membersOf(memberOf(script, 'seats'))) {
    const of = memberOf(value, 'of');
    const present = memberOf(value, 'present');
    if (typeof of === 'number' && typeof present === 'number' && present > of) {
      report.atValue(
        'SEAT_COUNT',
        ['seats', seat, 'present'],
        `${present} are present of a seat of ${of}, expected at most ${of}`,
      );
    }
  }
}

function checkWaivers(script: Json, report: Reporter): void {
  const seen = new Set<string>();
  for (const [index, waiver] of itemsOf(memberOf(script, 'waivers')).entries()) {
    const rule = textOf(memberOf(waiver, 'rule'));
    if (rule === undefined) continue;
    if (seen.has(rule)) report.atValue('DUPLICATE', ['waivers', index, 'rule'], `the rule "${rule}" is waived twice`);
    seen.add(rule);
  }
}

/** Names under which a script knows something of a kind: from an earlier ceremony, or made by one of its steps. */
function namesOfKind(script: Json, kind: 'key' | 'certificate' | 'crl'): string[] {
  const used = membersOf(memberOf(script, 'uses')).filter(([, use]) => memberOf(use, kind) !== undefined);
  const made = itemsOf(memberOf(script, 'acts'))
    .flatMap((act) => itemsOf(memberOf(act, 'steps')))
    .map((step) => textOf(memberOf(memberOf(step, 'makes'), kind)));
  return [...used.map(([name]) => name), ...made.filter((name) => name !== undefined)];
}

function inputsOfType(script: Json, type: 'certificate' | 'issued-list'): string[] {
  const inputs = membersOf(memberOf(script, 'inputs'));
  return inputs.filter(([, input]) => textOf(memberOf(input, 'type')) === type).map(([name]) => name);
}

function checkInputs(script: Json, report: Reporter): void {
  const media = membersOf(memberOf(script, 'materials')).filter(
    ([, material]) => memberOf(material, 'kind') === 'medium',
  );
  // Read once: a script may have a thousand inputs, and as many steps that make certificates.
  const known = {
    on: media.map(([name]) => name),
    issuer: [...namesOfKind(script, 'certificate'), ...inputsOfType(script, 'certificate')],
    certificates: inputsOfType(script, 'issued-list'),
    'must-equal': namesOf(memberOf(script, 'uses')),
  };
  for (const [input, value] of membersOf(memberOf(script, 'inputs'))) {
    const demand = (key: keyof typeof known, what: string) => {
      const name = textOf(memberOf(value, key));
      if (name !== undefined) demandKnown(report, 'NAME_UNKNOWN', ['inputs', input, key], what, name, known[key]);
    };
    demand('on', 'medium among the materials called');
    demand('issuer', 'certificate called');
    demand('certificates', 'input of type issued-list called');
    demand('must-equal', 'thing from an earlier ceremony called');
  }
}

function checkMaterials(script: Json, report: Reporter): void {
  const seats = namesOf(memberOf(script, 'seats'));
  for (const [material, value] of membersOf(memberOf(script, 'materials'))) {
    const demand = (code: ProblemCode, key: string, what: string, known: readonly string[]) => {
      const name = textOf(memberOf(value, key));
      if (name !== undefined) demandKnown(report, code, ['materials', material, key], what, name, known);
    };
    demand('NAME_UNKNOWN', 'token', 'token', namesOf(memberOf(script, 'tokens')));
    demand('SEAT_UNKNOWN', 'each', 'seat', seats);
    demand('SEAT_UNKNOWN', 'brought-by', 'seat', seats);
  }
}
