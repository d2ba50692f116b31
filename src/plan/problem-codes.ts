/** What a plan can find, with its meaning; beside the codes of reading a script. Closed, and stable. */
export const PLAN_PROBLEM_CODES = {
  PLAN_PEOPLE: 'a seat is not filled as the script demands, or a person fills two seats that exclude each other',
  PLAN_ROSTER: 'the roster does not fit the script: a role, or fewer approvals than the script demands',
  PLAN_TOKEN: 'a token of the script is not bound by the site, or cannot be used as asked',
  PLAN_AUTHORIZATION: 'the authorization does not name what the site binds, or cannot name it',
  PLAN_PROFILE: 'a profile does not exist or cannot be changed as asked',
  PLAN_RULES: 'a rule pack does not exist, or a waiver is wrong',
  PLAN_PARAMETER: 'a parameter of a step cannot work',
  PLAN_NAME:
    'a key, certificate or CRL is used before it is made, or made twice, or a new medium has the name of one that is there',
  PLAN_FILE: 'a file is written twice',
  PLAN_APPROVAL: 'an HSM operation is covered by no proposal, or by two',
  PLAN_ORDER: 'a step stands where it cannot be done, or something that must come before it is missing',
  PLAN_ACTIVATION: 'an activation is left open, or too short for its operations',
  PLAN_DATE: 'a date cannot be computed',
  PLAN_HIERARCHY: 'a certificate does not fit another of its hierarchy',
  PLAN_LINT: 'what would be signed breaks a rule',
  PLAN_MEDIUM: 'a medium is not bound by the site, or has too few copies',
  PLAN_PRINTER: 'shares are to be printed, and the site names no printer',
  PLAN_CUSTODY: 'a thing is used while it is sealed, is not put away on every way out, or its bag is not known',
  PLAN_OBJECTIVE: 'a step that the objective of the ceremony demands is missing',
  PLAN_CONDITION: 'a condition asks for an answer that is not there',
} as const;

export type PlanProblemCode = keyof typeof PLAN_PROBLEM_CODES;
