import { PythonFloat } from './python-float.ts';
import { isList, sortedEntries } from './python-json.ts';
import type { Answer } from './python-json.ts';

type Scalar = null | boolean | number | bigint | string | PythonFloat;

const DECLARATION = "<?xml version='1.0' encoding='UTF-8'?>\n";

/**
 * Writes an answer as upstream's XML (api-v2.md section 3): a child per key in code point order,
 * keys starting `@` as attributes, list items named by the singular of the list, no white space.
 */
export function writeXml(answer: { readonly [key: string]: Answer }): string {
  return DECLARATION + writeElement('response', answer);
}

function writeElement(name: string, value: Answer): string {
  if (isObject(value)) return writeObject(name, value);
  if (isList(value)) {
    const item = singularOf(name);
    return wrap(name, '', value.map((each) => writeElement(item, each)).join(''));
  }
  return wrap(name, '', escapeText(writeScalar(value)));
}

function writeObject(name: string, value: { readonly [key: string]: Answer }): string {
  let attributes = '';
  let children = '';
  for (const [key, member] of sortedEntries(value)) {
    if (key.startsWith('@') && !isObject(member) && !isList(member)) {
      attributes += ` ${key.slice(1)}="${escapeAttribute(writeScalar(member))}"`;
    } else {
      children += writeElement(key, member);
    }
  }
  return wrap(name, attributes, children);
}

function wrap(name: string, attributes: string, content: string): string {
  return content === '' ? `<${name}${attributes} />` : `<${name}${attributes}>${content}</${name}>`;
}

function writeScalar(value: Scalar): string {
  if (value === null) return 'None';
  if (value === true) return 'True';
  if (value === false) return 'False';
  return value.toString();
}

/** `mediums` → `medium`, `…ies` → `…y`; upstream drops one `s`, hence `hashes` → `hashe`. */
function singularOf(name: string): string {
  if (name.endsWith('ies')) return `${name.slice(0, -3)}y`;
  return name.endsWith('s') ? name.slice(0, -1) : name;
}

function isObject(value: Answer): value is { readonly [key: string]: Answer } {
  return (
    typeof value === 'object' && value !== null && !isList(value) && !(value instanceof PythonFloat)
  );
}

function escapeText(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}

function escapeAttribute(text: string): string {
  return escapeText(text)
    .replaceAll('"', '&quot;')
    .replaceAll('\n', '&#10;')
    .replaceAll('\t', '&#09;')
    .replaceAll('\r', '&#13;');
}
