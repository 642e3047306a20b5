/** Values in flow XML. */
import type { FlowOperand } from './flow-model.ts';
import { child, MetadataProblem, type XmlElement } from './metadata-xml.ts';
import { isRealDate, parseTime } from './wire-time.ts';

/** The interpreter's refusal of what it does not know, by name. */
export const unknown = (what: string, place: XmlElement): MetadataProblem =>
  new MetadataProblem(`The simulated org does not know ${what}.`, place);

export function valueOf(element: XmlElement, name: string): FlowOperand {
  const value = child(element, name);
  return value ? operandFrom(value) : { kind: 'literal', value: null };
}

export function operandFrom(element: XmlElement): FlowOperand {
  const [only] = element.children;
  if (!only) return { kind: 'literal', value: null };
  const refuse = (): never => {
    throw new MetadataProblem(`'${only.text}' is not a valid value for ${only.name}`, only);
  };
  switch (only.name) {
    case 'stringValue':
      return only.text.includes('{!') ? { kind: 'template', text: only.text } : { kind: 'literal', value: only.text };
    case 'booleanValue':
      return only.text === 'true' || only.text === 'false' ? { kind: 'literal', value: only.text === 'true' } : refuse();
    case 'numberValue':
      return only.text === '' || Number.isNaN(Number(only.text)) ? refuse() : { kind: 'literal', value: Number(only.text) };
    case 'dateValue':
      return isRealDate(only.text) ? { kind: 'literal', value: { kind: 'date', at: Date.parse(`${only.text}T00:00:00Z`) } } : refuse();
    case 'dateTimeValue': {
      const at = parseTime(only.text);
      return at === null ? refuse() : { kind: 'literal', value: { kind: 'datetime', at } };
    }
    case 'elementReference':
      return { kind: 'reference', path: only.text };
    default:
      throw unknown(`flow value '${only.name}'`, only);
  }
}
