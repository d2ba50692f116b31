import type { Sha256 } from '../base/digest.ts';
import { CeremonyError } from '../base/errors.ts';
import type { Finding } from '../base/finding.ts';
import { escapeForeign } from '../base/text.ts';
import { PATH, SEALED_PATHS } from '../pack/layout.ts';
import { openPack, type Pack } from '../pack/pack-reader.ts';
import type { PackSource } from '../pack/source.ts';
import type { Check, CheckContext, Unjudged } from './check.ts';
import { type Claim, claimsOf, SHARED_WITH_RUNNER } from './claims.ts';
import { type EvidenceItem, evidenceOf } from './evidence.ts';
import { partsOf } from './make-parts.ts';
import type { Derivations, VerifyOptions } from './options.ts';
import { orNone, PartMissing } from './part-missing.ts';
import type { PartName, Parts } from './parts.ts';
import { CHECKS } from './registry.ts';
import { uncheckedNotes } from './unchecked.ts';

/** A check that could not run, because what it needs could not be read. It has passed nothing. */
export interface NotRun {
  readonly check: string;
  readonly because: string;
}

export interface Verification {
  readonly findings: readonly Finding[];
  readonly notRun: readonly NotRun[];
  /** What a reader should know that is no fault, such as another version of a rule pack. */
  readonly notes: readonly string[];
  readonly claims: readonly Claim[];
  /** Where the chain ends; undefined where it cannot be read. What the chain says is judged by the findings. */
  readonly ends: { readonly events: number; readonly head: Sha256 } | undefined;
  /** What became of the evidence that comes after the close. */
  readonly evidence: readonly EvidenceItem[];
  /** Code that ran the ceremony and verifies its pack: an error in it shows in neither. */
  readonly shared: readonly string[];
}

/** More findings of one check than this are counted, not listed: a pack comes from strangers. */
const MOST_PER_CHECK = 100;

/**
 * Verifies a pack: everything is derived again from it, by all checks, and all findings are listed. Pure.
 * @throws CeremonyError PACK_UNREADABLE when this is no pack at all
 */
export function verifyPack(
  source: PackSource,
  options: VerifyOptions,
  derive: Derivations,
  checks: readonly Check[] = CHECKS,
): Verification {
  const pack = openPack(source);
  if (pack.size(PATH.events) === undefined && pack.size(PATH.manifest) === undefined) {
    throw new CeremonyError(
      'PACK_UNREADABLE',
      `there is neither ${PATH.events} nor ${PATH.manifest}: this is no evidence pack`,
    );
  }
  const get = partsOf(pack, derive, options);
  const found = new Findings();
  const notRun: NotRun[] = [];
  const notes = new Set(uncheckedNotes(pack, derive).map((text) => escapeForeign(text)));
  const unjudged = new Map<string, Unjudged>();
  const missing: PartMissing[] = [];
  for (const check of [...checks.filter((one) => !one.last), ...checks.filter((one) => one.last)]) {
    const context: CheckContext = {
      pack,
      options,
      derive,
      report: (where, message, id = check.id) => found.add({ check: id, where, message }),
      found: (where) => found.at(where),
      note: (text) => notes.add(escapeForeign(text)),
      unjudged: (step, because) => {
        if (!unjudged.has(step)) unjudged.set(step, { step, because });
        notes.add(`step "${step}" is not judged again: ${escapeForeign(because)}`);
      },
    };
    try {
      check.run(gather(check.needs, get), context);
    } catch (error) {
      if (error instanceof PartMissing) {
        if (isUnsealed(error, options, pack)) {
          notes.add('the ceremony was never sealed: there is no manifest, and nothing that hangs on it was checked');
        } else {
          notRun.push({ check: check.id, because: because(error) });
          missing.push(error);
        }
      } else if (error instanceof CeremonyError) {
        // A document that a check alone reads: its refusal is that check's finding.
        found.add({ check: check.id, where: PATH.events, message: error.message });
      } else {
        throw error;
      }
    }
  }
  // Last, so that the owner's own words, which may say more, come first.
  for (const { owner, where, message } of missing) found.require({ check: owner, where, message });
  const findings = found.all();
  // A check that is its own reason has reported; it is not listed as kept from running.
  const kept = notRun.filter(({ check }) => !findings.some((finding) => finding.check === check));
  const claims = claimsOf({ pack, get, options, derive, findings, notRun: kept, unjudged: [...unjudged.values()] });
  const evidence = evidenceOf(pack, orNone(get), (folder) => found.below(folder));
  return {
    findings,
    notRun: kept,
    notes: [...notes],
    claims,
    ends: endsOf(get),
    evidence,
    shared: SHARED_WITH_RUNNER,
  };
}

function endsOf(get: <N extends PartName>(name: N) => Parts[N]): Verification['ends'] {
  try {
    const heads = get('heads');
    const head = heads.at(-1);
    return head === undefined ? undefined : { events: heads.length, head };
  } catch (error) {
    if (error instanceof PartMissing) return undefined;
    throw error;
  }
}

function gather<N extends PartName>(needs: readonly N[], get: (name: N) => Parts[N]): Pick<Parts, N> {
  return Object.fromEntries(needs.map((name) => [name, get(name)])) as Pick<Parts, N>;
}

function because(missing: PartMissing): string {
  return escapeForeign(`${missing.where}: ${missing.message} (${missing.owner})`);
}

/** An interrupted ceremony has no seal: what is written with it is absent, and that is no fault. */
function isUnsealed(missing: PartMissing, options: VerifyOptions, pack: Pack): boolean {
  return (
    options.outcome === 'interrupted' &&
    missing.owner === 'PACK-MISSING' &&
    SEALED_PATHS.includes(missing.where) &&
    pack.size(missing.where) === undefined
  );
}

/** Findings in the order of the checks, each once. */
class Findings {
  readonly #byCheck = new Map<string, Finding[]>();
  readonly #places = new Map<string, string>();
  readonly #more = new Map<string, number>();

  add(finding: Finding): void {
    const { check, where, message } = finding;
    const escaped = { check, where: escapeForeign(where), message: escapeForeign(message) };
    const list = this.#byCheck.get(check) ?? [];
    if (!this.#places.has(where)) this.#places.set(where, check);
    this.#byCheck.set(check, list);
    if (list.some((one) => one.where === escaped.where && one.message === escaped.message)) return;
    if (list.length < MOST_PER_CHECK) list.push(escaped);
    else this.#more.set(check, (this.#more.get(check) ?? 0) + 1);
  }

  at(where: string): string | undefined {
    return this.#places.get(where);
  }

  /** Whether anything was reported of a folder or of what lies in it, those included that are counted alone. */
  below(folder: string): boolean {
    return [...this.#places.keys()].some((where) => where === folder || where.startsWith(`${folder}/`));
  }

  /** A part that cannot be read is never passed over: its owner has at least this finding. */
  require(finding: Finding): void {
    if (!this.#byCheck.has(finding.check)) this.add(finding);
  }

  all(): readonly Finding[] {
    return [...this.#byCheck.entries()]
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .flatMap(([check, list]) => {
        const more = this.#more.get(check);
        return more ? [...list, { check, where: '', message: `${more} more findings of this check` }] : list;
      });
  }
}
