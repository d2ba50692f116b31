import { NO_DIGEST, type Sha256 } from '../base/digest.ts';
import { CeremonyError } from '../base/errors.ts';
import { PATH } from '../pack/layout.ts';
import type { Committed } from '../plan/step-type.ts';
import type { Clock, Files, Random } from '../ports.ts';
import { linkEvent } from '../transcript/chain.ts';
import type { Event, EventData } from '../transcript/event.ts';

const SALT_BYTES = 16;

/**
 * Writes the transcript. An event is committed when its line and then its chain line, line feed included, are
 * durable; a crash leaves at most one event line without its chain line, and that one does not count.
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

  /**
   * @throws CeremonyError CLOCK_BACKWARDS: nothing was written; OUTPUT_FULL, OUTPUT_UNWRITABLE and every other error of
   *   the files: nothing was committed, and nothing will be, as every later call throws the same
   */
  async commit(data: EventData): Promise<Committed> {
    if (this.#broken !== undefined) throw this.#broken;
    const at = data.type === 'proposed' ? data.at : this.#clock.now();
    const before = this.#events.at(-1)?.at;
    if (before !== undefined && at < before) {
      throw new CeremonyError('CLOCK_BACKWARDS', `the clock says ${at}, and the last event was at ${before}`, {
        hint: 'nothing more is recorded until the clock is right',
      });
    }
    const salt = Buffer.from(this.#random.bytes(SALT_BYTES)).toString('hex');
    const link = linkEvent(data, { seq: this.#events.length + 1, at, salt }, this.head);
    try {
      await this.#files.append(PATH.events, link.eventLine);
      await this.#files.append(PATH.chain, link.chainLine);
    } catch (error) {
      this.#broken = error;
      throw error;
    }
    this.#events.push(link.event);
    this.#heads.push(link.head);
    return { event: link.event, head: link.head };
  }
}
