/** Stand-in for `lightning/uiRecordApi` over the UI API of the org. A write reads every live record of that id again, as the platform does. */
import { callOrg } from 'page/org';
import { Adapter, freeze } from 'page/wire';

const nameOf = (field) => (typeof field === 'string' ? field : `${field.objectApiName}.${field.fieldApiName}`);

export class getRecord extends Adapter {
  static live = new Set();

  complete(config) {
    return Boolean(config.recordId && (config.fields ?? config.optionalFields));
  }

  async answer({ recordId, fields = [], optionalFields = [] }) {
    const query = new URLSearchParams();
    if (fields.length > 0) query.set('fields', [fields].flat().map(nameOf).join(','));
    if (optionalFields.length > 0) query.set('optionalFields', optionalFields.map(nameOf).join(','));
    try {
      return { data: freeze(await callOrg('GET', `/ui-api/records/${recordId}?${query}`)), error: undefined };
    } catch (error) {
      return { data: undefined, error: freeze(error) };
    }
  }
}

const rereadAll = (ids) => Promise.all([...getRecord.live].filter((one) => ids.includes(one.config?.recordId)).map((one) => one.fetch()));

/** Tells the parts of the host page that are no wires. */
const announce = (ids) => window.dispatchEvent(new CustomEvent('page:records', { detail: { ids } }));

export async function notifyRecordUpdateAvailable(records) {
  const ids = records.map((one) => one.recordId);
  announce(ids);
  await rereadAll(ids);
}

export async function updateRecord({ fields }, { ifUnmodifiedSince } = {}) {
  const { Id, ...changed } = fields;
  const headers = ifUnmodifiedSince ? { 'if-unmodified-since': ifUnmodifiedSince } : {};
  const record = await callOrg('PATCH', `/ui-api/records/${Id}`, { body: { fields: changed }, headers });
  await notifyRecordUpdateAvailable([{ recordId: Id }]);
  return record;
}

export const createRecord = (input) => callOrg('POST', '/ui-api/records', { body: input });

export const deleteRecord = (recordId) => callOrg('DELETE', `/ui-api/records/${recordId}`);

function fieldOf(record, field) {
  let value = { value: record };
  for (const step of nameOf(field).split('.').slice(1)) {
    value = value?.value?.fields?.[step];
    if (value === undefined) return undefined;
  }
  return value;
}

export const getFieldValue = (record, field) => fieldOf(record, field)?.value;
export const getFieldDisplayValue = (record, field) => fieldOf(record, field)?.displayValue;
