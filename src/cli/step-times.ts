import type { Clock, People, Place } from '../ports.ts';

/**
 * How long the steps of a ceremony take: of each what it does, without what people take until they are ready for it and
 * until they let it end. What is read from it is for whoever wants a faster ceremony, and is no part of the record.
 */
export class StepTimes {
  readonly #clock: Pick<Clock, 'milliseconds'>;
  readonly #times = new Map<string, number>();
  #began: { readonly key: string; readonly at: number } | undefined;

  constructor(clock: Pick<Clock, 'milliseconds'>) {
    this.#clock = clock;
  }

  /** The same people, at whose steps it looks. */
  watching(people: People): People {
    return {
      open: (opening, ceremony) => people.open(opening, ceremony),
      endAct: (act, head) => people.endAct(act, head),
      say: (lines) => people.say(lines),
      ask: (question) => people.ask(question),
      choose: (choice) => people.choose(choice),
      call: (call) => people.call(call),
      enter: async (place) => {
        const wanted = await people.enter(place);
        this.#begin(place);
        return wanted;
      },
      leave: async (place, recorded) => {
        this.#end(place);
        return await people.leave(place, recorded);
      },
    };
  }

  /** Whole milliseconds by the key of the step; of one that was run again, all of them. One that did not end is not there. */
  get milliseconds(): Readonly<Record<string, number>> {
    return Object.fromEntries([...this.#times].map(([key, time]) => [key, Math.round(time)]));
  }

  #begin({ step: { key } }: Place): void {
    this.#began = { key, at: this.#clock.milliseconds() };
  }

  #end({ step: { key } }: Place): void {
    if (this.#began?.key !== key) return;
    const took = this.#clock.milliseconds() - this.#began.at;
    this.#times.set(key, (this.#times.get(key) ?? 0) + took);
    this.#began = undefined;
  }
}
