/** What a verifier says is wrong, under a stable check id (`CHAIN-PREV`, `QUORUM-COUNT`, …). */
export interface Finding {
  readonly check: string;
  readonly message: string;
  /** File of the pack, with a line number where there is one: `events.jsonl:12`. */
  readonly where: string;
}
