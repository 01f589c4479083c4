import * as z from 'zod';

/** Labels of an object; absent where it has none. */
type Labels = Readonly<Record<string, string>> | undefined;

/** A label selector as kubectl takes it. */
export interface LabelSelector {
  /** As it was written. */
  text: string;
  matches: (labels: Labels) => boolean;
}

const KEY = String.raw`((?:[a-z0-9][-a-z0-9.]*/)?[A-Za-z0-9](?:[-\w.]*[A-Za-z0-9])?)`;
const VALUE = String.raw`((?:[A-Za-z0-9](?:[-\w.]*[A-Za-z0-9])?)?)`;
const EQUAL = new RegExp(`^${KEY}\\s*(=|==|!=)\\s*${VALUE}$`);
const SET = new RegExp(`^${KEY}\\s+(in|notin)\\s*\\(([^()]*)\\)$`);
const EXISTS = new RegExp(`^(!?)\\s*${KEY}$`);

/**
 * Reads `a=b,c!=d,e in (f,g),h notin (i),j,!k`, all of which must hold; undefined for what is none. An absent label
 * is unequal to every value, as the API has it.
 */
export function parseLabelSelector(text: string): LabelSelector | undefined {
  const parts = text.split(/,(?![^()]*\))/).map((part) => requirement(part.trim()));
  if (!parts.every((part) => part !== undefined)) return undefined;
  return { text, matches: (labels = {}) => parts.every((part) => part(labels)) };
}

/** A setting that is a label selector. */
export const labelSelector = z.string().transform((value, context): LabelSelector => {
  const selector = parseLabelSelector(value);
  if (selector !== undefined) return selector;
  context.addIssue('is not a label selector; use for example team=db or env in (prod,stage)');
  return z.NEVER;
});

function requirement(text: string): ((labels: Readonly<Record<string, string>>) => boolean) | undefined {
  const [, key = '', operator, value = ''] = EQUAL.exec(text) ?? SET.exec(text) ?? [];
  const labelOf = (labels: Readonly<Record<string, string>>, name: string) =>
    Object.hasOwn(labels, name) ? labels[name] : undefined;
  switch (operator) {
    case '=':
    case '==':
      return (labels) => labelOf(labels, key) === value;
    case '!=':
      return (labels) => labelOf(labels, key) !== value;
    case 'in':
    case 'notin': {
      const values = value.split(',').map((each) => each.trim());
      return (labels) => values.some((each) => labelOf(labels, key) === each) === (operator === 'in');
    }
    default: {
      const [, not, name = ''] = EXISTS.exec(text) ?? [];
      if (not === undefined) return undefined;
      return (labels) => (labelOf(labels, name) !== undefined) === (not === '');
    }
  }
}
