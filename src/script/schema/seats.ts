import { z } from 'zod';
import { OPERATION_CLASSES, type OperationClass } from '../../quorum/classes.ts';
import { line, name } from './words.ts';

/** As many as one share set has numbers for (x from 1 to 255). */
const MOST_PEOPLE = 255;

const people = z.int().min(1).max(MOST_PEOPLE);

/** A role of the ceremony, and how many hold it. */
const seat = z.strictObject({
  of: people.describe('How many people hold this role'),
  present: people.exactOptional().describe('How many of them come; all without it'),
  duties: line(200).exactOptional(),
  independent: z.boolean().exactOptional().describe('Not employed by the CA'),
});

/** `all` stands for everybody in `each` and `check`. */
const seatName = name.refine((text) => text !== 'all', { error: 'a name other than "all", which means everybody' });

export const seats = z
  .record(seatName, seat)
  .refine((all) => Object.keys(all).length > 0, { error: 'at least one seat' })
  .describe('The roles of the ceremony');

/** A quorum of one is none. */
const floor = z.int().min(2).max(MOST_PEOPLE).exactOptional();

const classes = Object.fromEntries(OPERATION_CLASSES.map((name) => [name, floor])) as {
  readonly [C in OperationClass]: typeof floor;
};

export const quorums = z
  .strictObject(classes)
  .describe('Least number of approvals by operation class; a roster below it is refused');
