import { type Sha256, sha256 } from '../base/digest.ts';
import { CeremonyError } from '../base/errors.ts';
import { differencesOf } from '../pki/request-differences.ts';
import { type FolderFiles, filesBelow, folderPath, requestsRead } from '../plan/folder-input.ts';
import { inputOf, inputPath } from '../plan/inputs.ts';
import { type Plan, type PlannedStep, stepsOf } from '../plan/plan.ts';
import type { SimulateContext } from '../plan/step-type.ts';
import type { World } from '../plan/world.ts';
import type { Event } from '../transcript/event.ts';
import { parseCertificationRequest } from '../x509/certification-request.ts';
import { folderDifferences, MOST_SHOWN } from './folder-differences.ts';

/*
 * `show: NAME.differences`: what a request asks for and will not get, read aloud before anything is signed for it.
 */

/** The request that a step shows, or undefined where it shows nothing. */
export function requestShown({ show }: Pick<PlannedStep, 'show'>): string | undefined {
  const [, input] = /^([^.]+)\.differences$/.exec(show ?? '') ?? [];
  return input;
}

/** Reports what a step says it shows and cannot. */
export function holdShown(world: World, { step, plan, report }: SimulateContext, onPaper: boolean): void {
  if (step.show === undefined) return;
  const input = requestShown(step);
  if (onPaper) report('PLAN_ORDER', ['show'], 'on paper nothing is shown: the program does not run');
  else if (inputOf(plan, input) === undefined)
    report('PLAN_NAME', ['show'], `there is nothing "${step.show}" to show, expected NAME.differences of an input`);
  else if (!world.inputs.has(String(input)))
    report('PLAN_ORDER', ['show'], `"${input}" has not been read yet: no "read-input" step comes before`);
}

/** What of the pack the lines are made of. @throws CeremonyError FILE_MISSING where no request of that name was read */
export function filesShown(plan: Plan, events: readonly Event[], paths: readonly string[], input: string): string[] {
  if (inputOf(plan, input)?.type !== 'csr-folder') return [shownPath(events, input)];
  return [...filesBelow(paths, folderPath(events, input) ?? 'inputs').values()];
}

/** @throws CeremonyError FILE_MISSING where no request of that name was read; what reading one throws */
export function differenceLines(plan: Plan, events: readonly Event[], input: string, files: FolderFiles): string[] {
  if (inputOf(plan, input)?.type === 'csr-folder') return linesOfFolder(plan, events, input, files);
  const path = shownPath(events, input);
  const der = files.get(path);
  if (!der) throw new CeremonyError('FILE_MISSING', `the request "${input}" is not in the pack`);
  const request = parseCertificationRequest(der, path);
  return [
    `Only the key of "${input}" is taken. This is what it asks for and will not get:`,
    ...differencesOf(request, path.replace(/\.csr$/, '.txt')),
    ...subjectsIssued(plan, input),
  ];
}

/** Those of a folder are bounded: each group of requests is cut, and none is left out. */
function linesOfFolder(plan: Plan, events: readonly Event[], input: string, files: FolderFiles): string[] {
  const requests = requestsRead(events, [...files.keys()], (path) => files.get(path), input);
  return [
    `Only the keys of the ${requests.length} requests of "${input}" are taken. This is what they ask for and will not get:`,
    ...folderDifferences(plan, input, requests, MOST_SHOWN),
  ];
}

/** @throws CeremonyError FILE_MISSING */
function shownPath(events: readonly Event[], input: string): string {
  const path = inputPath(events, input);
  if (path === undefined) throw new CeremonyError('FILE_MISSING', `no request "${input}" has been read`);
  return path;
}

export function digestShown(lines: readonly string[]): Sha256 {
  return sha256(lines.join('\n'));
}

/** What certificates will have instead, as the script says it. */
function subjectsIssued(plan: Plan, input: string): string[] {
  return stepsOf(plan).flatMap(({ number, params }) => {
    const { request, subject } = params;
    if (request !== input || subject === null || typeof subject !== 'object' || Array.isArray(subject)) return [];
    const named = Object.entries(subject).map(([type, value]) => `${type}=${String(value)}`);
    return [`Subject of the certificate of step ${number}: ${named.join(', ')}`];
  });
}
