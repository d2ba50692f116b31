/** The classes of operations for which a roster sets a number of approvals. A step type fixes its class. */
export const OPERATION_CLASSES = [
  'authorize',
  'administer',
  'inventory',
  'generate',
  'sign',
  'backup',
  'restore',
  'destroy',
] as const;

export type OperationClass = (typeof OPERATION_CLASSES)[number];
