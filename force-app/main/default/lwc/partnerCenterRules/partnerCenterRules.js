/**
 * What the components say and offer, as pure functions: no wires, no clock, no writing.
 * @typedef {import('./checklist').CheckLine} CheckLine
 * @typedef {import('./doors').Door} Door
 * @typedef {import('./doors').DoorName} DoorName
 * @typedef {import('./nextStep').NextStep} NextStep
 * @typedef {import('./settings').Settings} Settings
 * @typedef {import('./status').Status} Status
 */
export { checklistOf } from './checklist';
export { countryKnown } from './countries';
export { doorOf, doorOfAttention } from './doors';
export { fieldNameOf, fieldLabelOf, fieldNames, helpKinds } from './fields';
export { nextStep, serviceNotice } from './nextStep';
export { canRegister, microsoftWords, pathOf, stateOf, isFinal } from './path';
export { defaultSettings, readSettings, registrationChoices } from './settings';
export { statusOf } from './status';
export { ageText, durationText, expiryOf, timeText } from './times';
export { unreadOf } from './unread';
export { valueText } from './values';
