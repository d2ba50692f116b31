import { NO_DIGEST, type Sha256 } from '../base/digest.ts';
import { CeremonyError } from '../base/errors.ts';
import { PATH } from '../pack/layout.ts';
import type { Committed } from '../plan/step-type.ts';
import type { Clock, Files, Random } from '../ports.ts';
import { type Link, linkEvent } from '../transcript/chain.ts';
import type { Event, EventData } from '../transcript/event.ts';

const SALT_BYTES = 16;

/**
 * Writes the transcript. An event is committed when its line and then its chain line, line feed included, are
 * durable. Of events that are committed together all lines are durable before the first chain line: a crash leaves at
 * most these without theirs, and what has none does not count.
 */
export class Recorder {
  readonly #files: Files;
  readonly #clock: Clock;
  readonly #random: Random;
  readonly #events: Event[] = [];
  readonly #heads: Sha256[] = [];
  /** Why the transcript can take no more: half a line may stand at its end, and what followed would be unreadable. */
  #broken: unknown;

  /** @param before what is committed already, of a ceremony that goes on */
  constructor(
    files: Files,
    clock: Clock,
    random: Random,
    before?: { events: readonly Event[]; heads: readonly Sha256[] },
  ) {
    this.#events.push(...(before?.events ?? []));
    this.#heads.push(...(before?.heads ?? []));
    this.#files = files;
    this.#clock = clock;
    this.#random = random;
  }

  get events(): readonly Event[] {
    return this.#events;
  }

  /** SHA-256 of the last chain line; 64 zeros before the first. */
  get head(): Sha256 {
    return this.#heads.at(-1) ?? NO_DIGEST;
  }

  /** Head after event `seq`: for a `proposed` event, the id of its proposal. */
  headAt(seq: number): Sha256 {
    return this.#heads[seq - 1] ?? '';
  }

  /** One event: see commitAll. */
  async commit(data: EventData): Promise<Committed> {
    return await this.commitAll([data]);
  }

  /**
   * @param all at least one; none of them says what the head before it is
   * @returns the last of them
   * @throws CeremonyError CLOCK_BACKWARDS: nothing was written; OUTPUT_FULL, OUTPUT_UNWRITABLE and every other error of
   *   the files: this call commits nothing that a caller may go on from, and no later one will, as it throws the same
   */
  async commitAll(all: readonly EventData[]): Promise<Committed> {
    if (this.#broken !== undefined) throw this.#broken;
    const links: Link[] = [];
    for (const data of all) {
      const last = links.at(-1);
      const at = this.#timeOf(data, last?.event ?? this.#events.at(-1));
      const salt = Buffer.from(this.#random.bytes(SALT_BYTES)).toString('hex');
      const seq = this.#events.length + links.length + 1;
      links.push(linkEvent(data, { seq, at, salt }, last?.head ?? this.head));
    }
    const last = links.at(-1);
    if (!last) throw new RangeError('nothing is to be committed');
    try {
      await this.#files.append(PATH.events, links.map(({ eventLine }) => eventLine).join('\n'));
      await this.#files.append(PATH.chain, links.map(({ chainLine }) => chainLine).join('\n'));
    } catch (error) {
      this.#broken = error;
      throw error;
    }
    for (const { event, head } of links) {
      this.#events.push(event);
      this.#heads.push(head);
    }
    return { event: last.event, head: last.head };
  }

  /** @throws CeremonyError CLOCK_BACKWARDS */
  #timeOf(data: EventData, before: Event | undefined): string {
    const at = data.type === 'proposed' ? data.at : this.#clock.now();
    if (before === undefined || at >= before.at) return at;
    throw new CeremonyError('CLOCK_BACKWARDS', `the clock says ${at}, and the last event was at ${before.at}`, {
      hint: 'nothing more is recorded until the clock is right',
    });
  }
}
