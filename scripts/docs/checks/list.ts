import { CERTIFICATES } from './certificates.ts';
import type { Part } from './check.ts';
import { CRLS } from './crls.ts';
import { MAKING } from './making.ts';
import { VERIFYING } from './verifying.ts';

/** This project's checks against misissuance, C1 and on. */
export const CHECKS: readonly Part[] = [...CERTIFICATES, ...CRLS, ...MAKING, ...VERIFYING];
