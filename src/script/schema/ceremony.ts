import { z } from 'zod';
import { calendarDate, fixedDuration } from './dates.ts';
import { distinct, language, line, name } from './words.ts';

/** What the ceremony is for, under which policy, where, and how long it takes. */
export const ceremony = z.strictObject({
  title: line(100).describe('What the ceremony is called on screen and paper'),
  objectives: distinct(name, 1).describe('What it is for; rules ask for the steps that an objective needs'),
  policy: line(200).describe('Policy document and sections under which it is held'),
  place: line(200).describe('The room and its physical protection'),
  lasts: fixedDuration.exactOptional(),
  language: language.exactOptional().describe('Which of the texts in several languages are read; "en" without it'),
});

export const waiver = z.strictObject({
  rule: line(100).describe('Id of the rule that is waived'),
  why: line(400),
  owner: line(100).describe('Who answers for it'),
  until: calendarDate.describe('Last day on which it holds'),
});
