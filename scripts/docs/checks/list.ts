import { CERTIFICATES } from './certificates.ts';
import type { Part } from './check.ts';
import { CRLS } from './crls.ts';
import { KEYS } from './keys.ts';
import { MAKING } from './making.ts';
import { SCRIPT } from './script.ts';
import { SIGNING } from './signing.ts';
import { VERIFYING } from './verifying.ts';

/** This project's checks against misissuance, C1 and on. */
export const CHECKS: readonly Part[] = [
  ...SCRIPT,
  ...CERTIFICATES,
  ...CRLS,
  ...KEYS,
  ...SIGNING,
  ...MAKING,
  ...VERIFYING,
];
