import { PATH } from '../pack/layout.ts';
import type { Event } from '../transcript/event.ts';

/** Where an event stands, as findings name it. */
export function at(event: Pick<Event, 'seq'>): string {
  return `${PATH.events}:${event.seq}`;
}

export function eventLine(number: number): string {
  return `${PATH.events}:${number}`;
}

export function chainLine(number: number): string {
  return `${PATH.chain}:${number}`;
}
