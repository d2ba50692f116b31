/**
 * What reading a script or site can find, with its meaning. The list is closed, and a code keeps its meaning: people
 * and editors look problems up by it.
 */
export const PROBLEM_CODES = {
  // the file and its YAML
  YAML_SIZE: 'the file is larger, or has more parts, than a script or site may have',
  YAML_ENCODING: 'the file is not UTF-8',
  YAML_EMPTY: 'the file holds nothing',
  YAML_TEXT: 'a character may hide or change what people read',
  YAML_SYNTAX: 'the text is not YAML 1.2',
  YAML_DEPTH: 'mappings and lists are nested too deeply',
  YAML_ANCHOR: 'an anchor (&name)',
  YAML_ALIAS: 'an alias (*name)',
  YAML_TAG: 'a tag (!name)',
  YAML_MERGE_KEY: 'a merge key (<<)',
  YAML_DIRECTIVE: 'a directive (%NAME)',
  YAML_DOCUMENT: 'more than one document, or text after its end',
  YAML_DUPLICATE_KEY: 'a key stands twice in one mapping',
  YAML_KEY: 'a key is not plain text on one line, or is a reserved word',
  YAML_NUMBER: 'a number that is not a whole number in plain decimal form',
  YAML_NULL: 'a key or list item without a value',
  PROBLEMS_LEFT_OUT: 'there are more problems than are listed',
  // the shape of a script or site
  KIND_UNKNOWN: 'the file is not of the kind, or the version, that was expected',
  KEY_UNKNOWN: 'a key that does not belong there',
  KEY_MISSING: 'a required key is not there',
  VALUE_REFUSED: 'a value is not of the expected form',
  // consistency of a script
  DUPLICATE: 'a step id, act title, name or output file stands twice',
  SEAT_UNKNOWN: 'a seat is named that the script does not have',
  NAME_UNKNOWN: 'a token, material, input, step or other thing is named that the file does not have',
  STEP_UNKNOWN: 'a step type that does not exist',
  STEP_PEOPLE: 'by, check and each contradict each other or the seats',
  STEP_REPEATED: 'a repeated step makes something that can only be made once',
  SEAT_COUNT: 'more people are to be present than the seat has',
  ACT_ORDER: 'an act stands where its kind cannot',
  ACT_PAPER: 'an act on paper has what only the program can give',
  LANGUAGE_MISSING: "a text lacks the ceremony's language",
  SCRIPT_NOT_SUPPORTED: 'a part of the language that this version does not run yet',
  // consistency of a site
  SITE_MARKING: 'the marking does not fit the mode',
  SITE_ACTIVATION: 'the way of activation contradicts itself or the mode',
  SITE_TOKEN: 'a token cannot be told from another one',
  SITE_PERSON: 'a person stands twice, or only as a stand-in',
  SITE_ENVIRONMENT: 'an environment variable that loads code into the token process',
  SITE_MOUNT: 'two media have the same mount point',
} as const;

export type ProblemCode = keyof typeof PROBLEM_CODES;
