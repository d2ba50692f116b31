import { memberOf, type Roster } from '../quorum/roster.ts';
import type { Positions } from '../script/positions.ts';
import type { Script } from '../script/script.ts';
import type { Site } from '../script/site.ts';
import type { PlanReporter } from './reporter.ts';
import { enrolledRoles } from './roster-change.ts';

/** Roles whose holders check and judge; they never hold another seat of the same ceremony. */
const INDEPENDENT = ['witness', 'auditor'];

/**
 * Fills the script's seats with the site's people, in the site's order, and holds them to the roster. Without a site
 * every seat gets numbered stand-ins, so that a script can be linted alone.
 */
export function bindPeople(
  script: Script,
  site: { site: Site; positions: Positions } | undefined,
  roster: Roster | undefined,
  reporter: PlanReporter,
): Record<string, readonly string[]> {
  const seats: Record<string, readonly string[]> = {};
  const holder = new Map<string, string>();
  const enrolled = enrolledRoles(script);
  for (const [role, seat] of Object.entries(script.seats)) {
    const present = seat.present ?? seat.of;
    if (!site) {
      seats[role] = Array.from({ length: present }, (_, index) => `${role}-${index + 1}`);
      continue;
    }
    const { positions } = site;
    const named = site.site.people[role];
    if (!named) {
      reporter.atKey(
        positions,
        ['people'],
        'PLAN_PEOPLE',
        `the seat "${role}" has nobody; the script wants ${present}`,
      );
      seats[role] = [];
      continue;
    }
    const people: string[] = [];
    for (const [index, person] of named.entries()) {
      if (typeof person === 'object' && 'instead' in person) continue;
      const path = ['people', role, index];
      if (typeof person !== 'string') {
        reporter.at(
          positions,
          path,
          'PLAN_PEOPLE',
          `"${person.name}" has no id of the roster; guests come with a later version`,
        );
        continue;
      }
      const other = holder.get(person);
      if (other !== undefined) {
        const approves = INDEPENDENT.includes(role) || INDEPENDENT.includes(other);
        const why = approves ? 'a witness or auditor never approves or performs' : 'one person fills one seat';
        reporter.at(positions, path, 'PLAN_PEOPLE', `"${person}" fills the seats "${other}" and "${role}"; ${why}`);
      }
      holder.set(person, role);
      people.push(person);
      // Who is enrolled stands so on the roster once it is changed; its step is held to that.
      if (!roster || enrolled.includes(role)) continue;
      const member = memberOf(roster, person);
      if (!member) reporter.at(positions, path, 'PLAN_ROSTER', `"${person}" is not on the roster`);
      else if (member.role !== role) {
        reporter.at(
          positions,
          path,
          'PLAN_ROSTER',
          `"${person}" is "${member.role}" on the roster, and the site seats them as "${role}"`,
        );
      }
    }
    if (people.length !== present) {
      reporter.at(
        positions,
        ['people', role],
        'PLAN_PEOPLE',
        `the seat "${role}" has ${people.length} people; the script wants ${present} present`,
      );
    }
    seats[role] = people;
  }
  return seats;
}

/** The script's floors against the roster: a class may need more than the floor, never fewer. */
export function holdFloors(
  script: Script,
  positions: Positions,
  roster: Roster | undefined,
  reporter: PlanReporter,
): void {
  if (!roster) return;
  for (const [name, floor] of Object.entries(script.quorums)) {
    const rule = roster.classes.get(name as never);
    const path = ['quorums', name];
    if (!rule)
      reporter.at(
        positions,
        path,
        'PLAN_ROSTER',
        `the roster has no rule for class "${name}"; the script demands ${floor}`,
      );
    else if (floor !== undefined && rule.need < floor) {
      reporter.at(
        positions,
        path,
        'PLAN_ROSTER',
        `the roster lets ${rule.need} approve class "${name}"; the script demands at least ${floor}`,
      );
    }
  }
}
