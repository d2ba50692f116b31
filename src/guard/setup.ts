import type { Ledger } from '../ledger/ledger.ts';
import type { Authorization } from '../quorum/authorization.ts';
import type { Roster } from '../quorum/roster.ts';
import type { Attend, TokenProcess } from '../token/client.ts';
import type { GuardTerminal } from './terminal.ts';

/** @param loginMs how long people may take at the device before they are asked whether to wait on; as usual unless told */
export type StartToken = (module: string, attend: Attend, loginMs?: number) => Promise<TokenProcess>;

/** What a guard is given before anybody asks it anything. */
export interface GuardSetup {
  readonly authorization: Authorization;
  readonly roster: Roster;
  readonly terminal: GuardTerminal;
  /** Starts a token process for a module of the authorization, after holding its file to the authorized digest. */
  readonly startToken: StartToken;
  /** UTC, whole seconds. */
  readonly now: () => string;
  /** Whether the ceremony goes on after an interruption; not unless told. */
  readonly resumes?: boolean;
  /** Where paper shares are printed; nowhere unless told. */
  readonly printer?: string | null;
  /** Of the pack before this ceremony; null for the first of a CA. */
  readonly ledger?: Ledger | null;
}
