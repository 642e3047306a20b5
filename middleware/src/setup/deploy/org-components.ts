/** Components of the org by name and definition, through the Metadata API: it also shows what no user may see. */
import type { Connection } from '@salesforce/core';

import { understood } from '../org-reader.ts';
import { MetadataList, MetadataRecords } from '../schema.ts';
import type { Definition } from './compare.ts';

export type ListedType = 'CustomObject' | 'CustomField' | 'CustomMetadata' | 'ReportType';

export interface OrgComponents {
  list(type: ListedType): Promise<readonly string[]>;
  read(type: 'CustomObject' | 'CustomField', names: readonly string[]): Promise<readonly Definition[]>;
}

/** readMetadata takes ten names a call. */
const perCall = 10;

export function orgComponents(connection: Connection): OrgComponents {
  return {
    async list(type) {
      const listed: unknown = await connection.metadata.list([{ type }]);
      return understood(MetadataList, listed).map((one) => one.fullName);
    },
    async read(type, names) {
      const found: Definition[] = [];
      for (let from = 0; from < names.length; from += perCall) {
        const records: unknown = await connection.metadata.read(type, names.slice(from, from + perCall));
        for (const record of understood(MetadataRecords, records)) {
          if (!record.fullName) continue;
          const own = record.valueSet?.valueSetDefinition?.value;
          found.push({
            component: record.fullName,
            label: record.label,
            type: record.type ?? record.eventType,
            length: record.length,
            values: own ? own.filter((value) => value.isActive !== 'false').map((value) => value.fullName ?? '') : null,
            valueSet: record.valueSet?.valueSetName ?? null,
          });
        }
      }
      return found;
    },
  };
}

/** Definitions of those of our components that the org has. */
export async function sameNamed(org: OrgComponents, ours: readonly Definition[]): Promise<readonly Definition[]> {
  const isField = (component: string): boolean => component.includes('.');
  const [objects, fields] = await Promise.all([org.list('CustomObject'), org.list('CustomField')]);
  const have = new Set([...objects, ...fields].map((name) => name.toLowerCase()));
  const both = ours.map((one) => one.component).filter((component) => have.has(component.toLowerCase()));
  return [
    ...(await org.read(
      'CustomObject',
      both.filter((one) => !isField(one)),
    )),
    ...(await org.read('CustomField', both.filter(isField))),
  ];
}
