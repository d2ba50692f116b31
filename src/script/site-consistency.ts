import type { Json } from '../base/canonical-json.ts';
import type { Positions } from './positions.ts';
import type { Problem } from './problem.ts';
import type { ProblemCode } from './problem-codes.ts';
import { demandKnown, itemsOf, makeReporter, memberOf, membersOf, namesOf, type Reporter, textOf } from './tree.ts';

/** Variables that make the dynamic loader or Node run foreign code beside the module whose digest was approved. */
const LOADS_CODE = /^(?:LD_PRELOAD|LD_AUDIT|NODE_.*)$/;

/** What can be judged of a site binding from itself alone, as it was read. */
export function checkSite(site: Json, positions: Positions): readonly Problem<ProblemCode>[] {
  const report = makeReporter(positions);
  checkMarking(site, report);
  checkModules(site, report);
  checkTokens(site, report);
  checkPeople(site, report);
  checkMedia(site, report);
  return report.problems;
}

function checkMarking(site: Json, report: Reporter): void {
  const mode = memberOf(site, 'mode');
  const marking = memberOf(site, 'marking');
  if (mode === 'production' && marking !== undefined && marking !== 'none') {
    report.atValue('SITE_MARKING', ['marking'], 'a production site marks what it makes, expected "none"');
  }
  if (mode === 'rehearsal' && marking === 'none') {
    const hint = 'marking: { common-name-prefix: "REHEARSAL ", label-prefix: rehearsal- }';
    report.atValue(
      'SITE_MARKING',
      ['marking'],
      'a rehearsal does not mark what it makes, expected both prefixes',
      hint,
    );
  }
}

function checkModules(site: Json, report: Reporter): void {
  const modules = memberOf(site, 'modules');
  const media = namesOf(memberOf(site, 'media'));
  for (const [module, value] of membersOf(modules)) {
    for (const variable of namesOf(memberOf(value, 'environment'))) {
      if (LOADS_CODE.test(variable)) {
        const text = `the environment variable "${variable}" loads code into the token process`;
        report.atKey('SITE_ENVIRONMENT', ['modules', module, 'environment', variable], text);
      }
    }
    const keptOn = textOf(memberOf(memberOf(value, 'key-files'), 'kept-on'));
    if (keptOn !== undefined)
      demandKnown(report, 'NAME_UNKNOWN', ['modules', module, 'key-files', 'kept-on'], 'medium', keptOn, media);
  }
  const cards = textOf(memberOf(memberOf(site, 'quorum-tokens'), 'module'));
  if (cards !== undefined)
    demandKnown(report, 'NAME_UNKNOWN', ['quorum-tokens', 'module'], 'module', cards, namesOf(modules));
}

function checkTokens(site: Json, report: Reporter): void {
  const modules = namesOf(memberOf(site, 'modules'));
  const seen = new Map<string, string>();
  for (const [token, value] of membersOf(memberOf(site, 'tokens'))) {
    const path = ['tokens', token];
    const module = textOf(memberOf(value, 'module'));
    if (module !== undefined) demandKnown(report, 'NAME_UNKNOWN', [...path, 'module'], 'module', module, modules);
    const serial = textOf(memberOf(value, 'serial'));
    const blank = memberOf(value, 'blank') === true;
    if (serial !== undefined && blank) {
      report.atKey(
        'SITE_TOKEN',
        [...path, 'blank'],
        'a token is named by its serial and as blank, expected one of them',
      );
    } else if (memberOf(value, 'serial') === undefined && !blank) {
      const hint = 'a token has a "serial"; one that gets it only when initialised, "blank: true"';
      report.atKey('SITE_TOKEN', path, `the token "${token}" has neither "serial" nor "blank: true"`, hint);
    }
    const identity = JSON.stringify(serial === undefined ? [module, memberOf(value, 'model')] : [serial]);
    const other = seen.get(identity);
    if (other === undefined) seen.set(identity, token);
    else if (serial !== undefined) {
      report.atValue('SITE_TOKEN', [...path, 'serial'], `the serial "${serial}" is that of the token "${other}"`);
    } else if (blank) {
      const text = `the blank token "${token}" has the same module and model as "${other}"`;
      report.atKey('SITE_TOKEN', [...path, 'blank'], text, "give the device's own serial");
    }
    checkActivation(site, value, [...path, 'activation'], report);
  }
}

function checkActivation(site: Json, token: Json, path: readonly string[], report: Reporter): void {
  const activation = memberOf(token, 'activation');
  const need = memberOf(activation, 'need');
  const of = memberOf(activation, 'of');
  if (typeof need === 'number' && typeof of === 'number' && need > of) {
    report.atValue('SITE_ACTIVATION', [...path, 'need'], `${need} are needed of ${of}, expected at most ${of}`);
  }
  if (memberOf(activation, 'means') === 'pin' && memberOf(site, 'mode') === 'production') {
    const text = 'activation by one PIN in a production site, expected shares, device-quorum or split-pin';
    report.atValue('SITE_ACTIVATION', [...path, 'means'], text);
  }
  const length = textOf(memberOf(memberOf(activation, 'pin'), 'length'));
  const [least = 0, most = 0] = length?.split('..').map(Number) ?? [];
  if (length !== undefined && least > most) {
    report.atValue('SITE_ACTIVATION', [...path, 'pin', 'length'], `the length "${length}" begins above its end`);
  }
}

function checkPeople(site: Json, report: Reporter): void {
  const seats = new Map<string, string>();
  for (const [seat, people] of membersOf(memberOf(site, 'people'))) {
    let standsIn = true;
    const here = new Set<string>();
    for (const [index, person] of itemsOf(people).entries()) {
      const path = ['people', seat, index];
      const instead = textOf(memberOf(person, 'instead'));
      const id = textOf(person) ?? instead;
      if (instead === undefined) standsIn = false;
      else if (standsIn)
        report.atValue('SITE_PERSON', path, `"${instead}" stands in for nobody, expected a person before`);
      if (id === undefined) continue;
      if (here.has(id)) report.atValue('SITE_PERSON', path, `"${id}" stands twice in the seat "${seat}"`);
      else if (seats.has(id)) {
        report.warnAtValue('SITE_PERSON', path, `"${id}" also has the seat "${seats.get(id)}": one person counts once`);
      }
      here.add(id);
      if (!seats.has(id)) seats.set(id, seat);
    }
  }
}

function checkMedia(site: Json, report: Reporter): void {
  const mounts = new Map<string, string>();
  for (const [medium, copies] of membersOf(memberOf(site, 'media'))) {
    for (const [index, copy] of itemsOf(copies).entries()) {
      const at = textOf(memberOf(copy, 'at'));
      if (at === undefined) continue;
      const other = mounts.get(at);
      if (other !== undefined) {
        report.atValue(
          'SITE_MOUNT',
          ['media', medium, index, 'at'],
          `the mount point "${at}" is also that of "${other}"`,
        );
      }
      mounts.set(at, medium);
    }
  }
}
