import { isOfPaper } from '../ledger/paper-shares.ts';
import type { ShareSet } from '../quorum/share-set.ts';
import type { Event, ProposedEvent } from '../transcript/event.ts';
import { type Plan, stepsOf } from './plan.ts';

/*
 * Which share sets open an HSM, by the record so far. Pure; used while running and when verifying, where the descriptors
 * have been read before.
 */

type Proposed = Event & ProposedEvent;
/** HSMs as they were left, and the steps. */
type Room = Pick<Plan, 'tokens' | 'acts' | 'uses'>;

/** A share set of an HSM. */
export interface KnownSet {
  /** The script's name of the HSM. */
  readonly hsm: string;
  readonly set: ShareSet;
  /** The medium on which its envelopes lie, where the plan says it. */
  readonly medium: string | undefined;
}

/**
 * The sets that open each HSM: those of the ledger, or of its last preparation, as those before it were given up, and in
 * their places those of the rotations that were done. One that was not done replaces nothing.
 */
export function currentSets(plan: Room, events: readonly Event[]): readonly KnownSet[] {
  const proposals = new Map<number, Proposed>();
  const made = (proposed: Proposed, set: ShareSet): KnownSet => ({
    hsm: hsmOf(proposed),
    set,
    medium: mediumOf(plan, proposed),
  });
  let known: readonly KnownSet[] = plan.tokens.flatMap(({ name, sets = [], envelopes }) =>
    sets.map((set) => ({ hsm: name, set, medium: envelopes })),
  );
  for (const event of events) {
    if (event.type === 'proposed') {
      proposals.set(event.seq, event);
      if (opOf(event) !== 'prepare-token') continue;
      const hsm = hsmOf(event);
      const sets = event.descriptor['sets'] as unknown as readonly ShareSet[];
      known = [...known.filter((one) => one.hsm !== hsm), ...sets.map((set) => made(event, set))];
    } else if (event.type === 'result' && event.outcome === 'done') {
      const proposed = proposals.get(event.proposal);
      if (!proposed || opOf(proposed) !== 'rotate-activation') continue;
      const replaced = (proposed.descriptor['replaces'] as { readonly id: string }).id;
      const next = made(proposed, setOf(proposed));
      known = known.map((one) => (one.hsm === next.hsm && one.set.id === replaced ? next : one));
    }
  }
  return known;
}

/** The sets whose envelopes people open when they approve a proposal. */
export function setsToOpen(plan: Room, proposed: Proposed, events: readonly Event[]): readonly KnownSet[] {
  const hsm = hsmOf(proposed);
  const current = currentSets(plan, events).filter((one) => one.hsm === hsm);
  if (opOf(proposed) === 'prepare-token') return current;
  // To have the wrapping key trusted both log in, one after the other.
  if (opOf(proposed) === 'wrap-key')
    return [...current, { hsm, set: setOf(proposed), medium: mediumOf(plan, proposed) }];
  if (opOf(proposed) === 'unwrap-key') {
    const kek = backedUp(plan, proposed);
    return [
      ...current.filter(({ set }) => set.kind === 'user'),
      ...(kek ? [{ hsm, set: kek, medium: mediumOf(plan, proposed) }] : []),
    ];
  }
  // What is only decided opens nothing.
  if (opOf(proposed) === 'set-key-state' || opOf(proposed) === 'record-loss') return [];
  if (opOf(proposed) === 'zeroize-token') return current.filter(({ set }) => set.kind === 'so');
  if (opOf(proposed) !== 'rotate-activation') return current.filter(({ set }) => set.kind === 'user');
  const next = setOf(proposed);
  return [...current.filter(({ set }) => set.kind === next.kind), { hsm, set: next, medium: mediumOf(plan, proposed) }];
}

/** The set under which a key that is to be restored was wrapped, as an earlier ceremony left it. */
function backedUp({ uses = {} }: Room, { descriptor }: Proposed): ShareSet | undefined {
  const { id } = descriptor['set'] as { readonly id?: unknown };
  return Object.values(uses).flatMap((use) => (use.kind === 'backup' && use.set.id === id ? [use.set] : []))[0];
}

/**
 * The proposal of a step's wrapping that was begun and of which nobody knows whether it came to its end: what it has wrapped
 * may lie on a medium; or of which shares of its set have been printed. It is finished with the set that it was begun with. Undefined
 * when there is none.
 */
export function begunWrapping(step: string, events: readonly Event[]): Proposed | undefined {
  for (const intent of events.toReversed()) {
    if (intent.type !== 'intent') continue;
    const proposed = events.find(
      (event): event is Proposed => event.type === 'proposed' && event.seq === intent.proposal,
    );
    if (proposed?.step !== step || opOf(proposed) !== 'wrap-key') continue;
    const result = events.find((event) => event.type === 'result' && event.proposal === intent.proposal);
    return result?.type === 'result' && result.outcome === 'done' ? undefined : proposed;
  }
  return beingPrinted(step, events);
}

/** Under which shares were printed, or begun to be: they are of that set, and so is what is wrapped then. */
function beingPrinted(step: string, events: readonly Event[]): Proposed | undefined {
  const page = events.findLast((event) => isOfPaper(event) && event.step === step);
  return events.findLast(
    (event): event is Proposed => event.type === 'proposed' && event.step === step && event.seq < (page?.seq ?? 0),
  );
}

/** The new set of a rotation, or the one under which a key is wrapped. */
export function setOf({ descriptor }: Pick<ProposedEvent, 'descriptor'>): ShareSet {
  return descriptor['set'] as unknown as ShareSet;
}

/**
 * The proposal of a step's rotation that was begun and of which nobody knows whether the token took the new PIN: it was
 * neither done, nor is it certain that the token was not reached. Undefined when there is none.
 */
export function begunRotation(step: string, events: readonly Event[]): Proposed | undefined {
  const results = new Map(events.flatMap((event) => (event.type === 'result' ? [[event.proposal, event]] : [])));
  for (const intent of events.toReversed()) {
    if (intent.type !== 'intent') continue;
    const proposed = events.find(
      (event): event is Proposed => event.type === 'proposed' && event.seq === intent.proposal,
    );
    if (proposed?.step !== step || opOf(proposed) !== 'rotate-activation') continue;
    const result = results.get(intent.proposal);
    if (result?.outcome === 'done') return undefined;
    if (result?.facts['reached'] !== 'no') return proposed;
  }
  return undefined;
}

/** By the descriptor, which was read as what it says: what the event calls it is compared elsewhere. */
function opOf({ descriptor }: ProposedEvent): unknown {
  return descriptor['op'];
}

function hsmOf({ descriptor }: ProposedEvent): string {
  return String((descriptor['hsm'] as { readonly name?: unknown }).name);
}

/** A step that makes sets names the medium of their envelopes. */
function mediumOf(plan: Room, { step }: Proposed): string | undefined {
  return stepsOf(plan).find(({ key }) => key === step)?.params['envelopes'] as string | undefined;
}
