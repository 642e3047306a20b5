/** All texts of the components, by topic. Each is a custom label, so that an admin can translate it. */
export { auditText } from './auditText';
export { checkText } from './checkText';
export { doorText } from './doorText';
export { errorText } from './errorText';
export { expiryText } from './expiryText';
export { fieldText } from './fieldText';
export { healthText } from './healthText';
export { nextText } from './nextText';
export { panelText } from './panelText';
export { requestText } from './requestText';
export { statusText } from './statusText';

/**
 * Fills `{0}`, `{1}` … of a label; a placeholder without a value stays visible.
 * @param {string} template
 * @param {...(string | number)} values
 * @returns {string}
 */
export function fill(template, ...values) {
  return template.replace(/\{(\d)\}/g, (mark, index) =>
    Number(index) < values.length ? String(values[Number(index)]) : mark
  );
}
