import { z } from 'zod';
import { act } from './acts.ts';
import { ceremony, waiver } from './ceremony.ts';
import { profile } from './profiles.ts';
import { quorums, seats } from './seats.ts';
import { inputFile, material, token, use } from './things.ts';
import { distinct, evidenceKind, name } from './words.ts';

/** The version of the script language that this program reads. */
export const SCRIPT_VERSION = 1;

export const scriptSchema = z.strictObject({
  quorate: z.literal(SCRIPT_VERSION).describe('Version of the script language'),
  ceremony,
  rules: distinct(name).describe('Rule packs that certificates and CRLs are held to'),
  waivers: z.array(waiver).default([]),
  profiles: z.record(name, profile).default({}),
  seats,
  quorums: quorums.default({}),
  tokens: z.record(name, token).default({}),
  materials: z.record(name, material).default({}),
  inputs: z.record(name, inputFile).default({}),
  uses: z.record(name, use).default({}),
  evidence: distinct(evidenceKind)
    .default([])
    .describe('Kinds of evidence that is promised for after the close, as addenda'),
  acts: z.array(act).min(1, { error: 'at least one act' }),
});
