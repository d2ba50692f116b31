import type { ChainCheck } from './chain-check.ts';
import { chainCeremony } from './checks/chain-ceremony.ts';
import { chainCrlDelta } from './checks/chain-crl-delta.ts';
import { chainCrlEntry } from './checks/chain-crl-entry.ts';
import { chainCrlNumber } from './checks/chain-crl-number.ts';
import { chainDerived } from './checks/chain-derived.ts';
import { chainFork } from './checks/chain-fork.ts';
import { chainGap } from './checks/chain-gap.ts';
import { chainHead } from './checks/chain-head.ts';
import { chainLedger } from './checks/chain-ledger.ts';
import { chainLost } from './checks/chain-lost.ts';
import { chainMode } from './checks/chain-mode.ts';
import { chainNumber } from './checks/chain-number.ts';
import { chainTwice } from './checks/chain-twice.ts';
import { chainUnread } from './checks/chain-unread.ts';

/** Every check between packs; one that minds what another has reported comes after it. */
export const CHAIN_CHECKS: readonly ChainCheck[] = [
  chainUnread,
  chainTwice,
  chainGap,
  chainFork,
  chainCeremony,
  chainNumber,
  chainMode,
  chainHead,
  chainLedger,
  chainLost,
  chainDerived,
  chainCrlNumber,
  chainCrlEntry,
  chainCrlDelta,
];
