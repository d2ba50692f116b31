import { readdirSync, readFileSync } from 'node:fs';
import { lazyIssue } from '../../src/adapters/issuing.ts';
import type { JsonObject } from '../../src/base/canonical-json.ts';
import { sha256 } from '../../src/base/digest.ts';
import { readProfileTemplate } from '../../src/pki/profile-template.ts';
import { lintDraft } from '../../src/plan/lint-draft.ts';
import { makePlan, type Planning } from '../../src/plan/make-plan.ts';
import { readAuthorization } from '../../src/quorum/authorization.ts';
import { readRoster } from '../../src/quorum/roster.ts';
import { type Problem, printProblems } from '../../src/script/problem.ts';
import { readScript, readSite, type ScriptReading } from '../../src/script/read-script.ts';
import { STEP_TYPES } from '../../src/steps/registry.ts';
import { authorizationDocument, documentBytes, makeMembers, rosterDocument, siteText, WINDOW } from '../forge/stage.ts';

/** The script that ships, of which every line is right: tests make one thing wrong. */
export const SCRIPT = readFileSync(new URL('../../ceremonies/root-generation.yaml', import.meta.url), 'utf8');
/** A site for it, with people who have software tokens. */
export const SITE = siteText('rehearsal');

/** The first occurrence of one text becomes another. */
export type Edit = readonly [from: string, to: string];

export interface Change {
  readonly script?: readonly Edit[];
  readonly site?: readonly Edit[];
  /** Changes the roster's document in place. */
  readonly roster?: (roster: Mutable) => void;
  /** Changes the authorization's document in place; the digests in it are right already. */
  readonly authorization?: (authorization: Mutable) => void;
  /** Script alone, as `lint` judges it. */
  readonly alone?: boolean;
}

// biome-ignore lint/suspicious/noExplicitAny: a document that a test takes apart
export type Mutable = any;

export interface Planned extends Planning {
  /** Those of the plan and of lint at both ends of the window. */
  readonly all: readonly Problem[];
  /** As people read them: script first. */
  readonly printed: string;
}

const FOLDER = new URL('../../templates/profiles/', import.meta.url);
export const TEMPLATES = new Map(
  readdirSync(FOLDER).map((file) => {
    const name = file.replace(/\.json$/, '');
    return [name, readProfileTemplate(readFileSync(new URL(file, FOLDER), 'utf8'), name)] as const;
  }),
);
const MEMBERS = makeMembers();

/** What speaks against a script alone, for which no site says which pack it follows: `CODE text`, warnings left out. */
export function problemsAlone(script: string, edits: readonly Edit[]): string[] {
  const { problems } = makePlan({
    script: readScript(Buffer.from(edited(script, edits)), 'script.yaml', STEP_TYPES),
    stepTypes: STEP_TYPES,
    templates: TEMPLATES,
    window: [WINDOW.from, WINDOW.until],
  });
  return problems.flatMap(({ severity, code, text }) => (severity === 'problem' ? [`${code} ${text}`] : [])).sort();
}

/** @throws Error for an edit that changes nothing */
export function edited(text: string, edits: readonly Edit[] = []): string {
  return edits.reduce((before, [from, to]) => {
    if (!before.includes(from)) throw new Error(`the text does not have ${JSON.stringify(from)}`);
    return before.replace(from, () => to);
  }, text);
}

/** The documents beside a site, as the bytes that are read: the digests in the authorization fit the other two. */
export function documentsOf(
  scriptDigest: string,
  siteBinding: string,
  change: Change = {},
): { readonly roster: Uint8Array; readonly authorization: Uint8Array } {
  const rosterJson = structuredClone(rosterDocument(MEMBERS)) as Mutable;
  change.roster?.(rosterJson);
  const roster = documentBytes(rosterJson as JsonObject);
  const digests = { script: scriptDigest, site: sha256(siteBinding), roster: sha256(roster) };
  const permit = structuredClone(authorizationDocument(digests, MEMBERS, 'rehearsal')) as Mutable;
  change.authorization?.(permit);
  return { roster, authorization: documentBytes(permit as JsonObject) };
}

/** Plans the script that ships, with these changes, on a site of software tokens. */
export function planOf(change: Change = {}): Planning & { script: ScriptReading; siteText: string } {
  const scriptText = edited(SCRIPT, change.script);
  const siteBinding = edited(SITE, change.site);
  const script = readScript(Buffer.from(scriptText), 'script.yaml', STEP_TYPES);
  const common = { script, stepTypes: STEP_TYPES, templates: TEMPLATES, window: [WINDOW.from, WINDOW.until] as const };
  if (change.alone) return { ...makePlan(common), script, siteText: siteBinding };
  const documents = documentsOf(script.sha256, siteBinding, change);
  const planning = makePlan({
    ...common,
    site: readSite(Buffer.from(siteBinding), 'site.yaml'),
    roster: readRoster(documents.roster),
    authorization: readAuthorization(documents.authorization),
  });
  return { ...planning, script, siteText: siteBinding };
}

/** The same, with what the issued certificates and CRLs would break. */
export async function planned(change: Change = {}): Promise<Planned> {
  const planning = planOf(change);
  const linted = planning.draft
    ? await lintDraft(planning.draft, planning.script.positions, lazyIssue, [WINDOW.from, WINDOW.until])
    : [];
  const all = [...planning.problems, ...linted];
  const of = (file: string) => all.filter((problem) => problem.file === file);
  const printed =
    printProblems(of('script.yaml'), planning.script.source) + printProblems(of('site.yaml'), planning.siteText);
  return { ...planning, all, printed };
}
