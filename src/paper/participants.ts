import type { Plan } from '../plan/plan.ts';
import type { BookInput } from './book-input.ts';

/** A person who is called to the ceremony. The number stands wherever their name does: names may be alike, or be cut. */
export interface Participant {
  readonly number: number;
  readonly seat: string;
  readonly role: string;
  /** Empty where nobody has said it yet: then it is written in. */
  readonly name: string;
  readonly organisation: string;
  /** What the script says the role is for. */
  readonly duties: string;
  /** Not employed by the CA. */
  readonly independent: boolean;
}

/** Everybody whom the plan calls, numbered in the script's order of roles. */
export class Participants {
  readonly all: readonly Participant[];
  readonly #bySeat: ReadonlyMap<string, Participant>;

  constructor({ plan, script, people }: Pick<BookInput, 'plan' | 'script' | 'people'>) {
    this.all = seatsOf(plan).map(([role, seat], index) => ({
      number: index + 1,
      seat,
      role,
      name: people.get(seat)?.name ?? '',
      organisation: people.get(seat)?.organisation ?? '',
      duties: script.seats[role]?.duties ?? '',
      independent: script.seats[role]?.independent ?? false,
    }));
    this.#bySeat = new Map(this.all.map((one) => [one.seat, one]));
  }

  find(seat: string): Participant | undefined {
    return this.#bySeat.get(seat);
  }

  /** `Alice Ames (crypto-officer-1)`, as on the screen. */
  named(seat: string): string {
    const name = this.find(seat)?.name ?? '';
    return name === '' ? seat : `${name} (${seat})`;
  }

  /** `3  Alice Ames`: for narrow places. */
  short(seat: string): string {
    const one = this.find(seat);
    return one ? `${one.number}  ${one.name || one.seat}` : seat;
  }
}

function seatsOf(plan: Plan): (readonly [role: string, seat: string])[] {
  return Object.entries(plan.seats).flatMap(([role, seats]) => seats.map((seat) => [role, seat] as const));
}
