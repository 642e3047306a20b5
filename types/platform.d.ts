/** Platform modules the components use, typed as far as they are used. Sources: the developer guide of Lightning web components. */

declare module 'lightning/uiRecordApi' {
  import type { WireAdapterConstructor } from 'lwc';

  export interface FieldId {
    readonly objectApiName: string;
    readonly fieldApiName: string;
  }
  export interface ObjectId {
    readonly objectApiName: string;
  }
  export type FieldReference = FieldId | string;
  export interface UiRecord {
    readonly id: string;
    readonly apiName: string;
    readonly fields: { readonly [name: string]: { readonly value: unknown; readonly displayValue: string | null } };
    readonly lastModifiedDate?: string | null;
  }
  export interface RecordConfig {
    readonly recordId: string | undefined;
    readonly fields?: readonly FieldReference[];
    readonly optionalFields?: readonly FieldReference[];
  }
  export interface RecordResult {
    readonly data?: UiRecord;
    readonly error?: unknown;
  }
  export const getRecord: WireAdapterConstructor<RecordConfig, RecordResult>;
  export function getFieldValue(record: UiRecord, field: FieldReference): unknown;
  export function createRecord(input: {
    readonly apiName: string;
    readonly fields: { readonly [name: string]: unknown };
  }): Promise<UiRecord>;
  export function updateRecord(
    input: { readonly fields: { readonly [name: string]: unknown } },
    options?: { readonly ifUnmodifiedSince: string },
  ): Promise<UiRecord>;
  export function notifyRecordUpdateAvailable(records: readonly { readonly recordId: string }[]): Promise<void>;
}

declare module 'lightning/graphql' {
  import type { WireAdapterConstructor } from 'lwc';

  export interface GraphqlResult {
    readonly data?: Record<string, any>;
    readonly errors?: readonly unknown[];
    readonly refresh?: () => Promise<unknown>;
  }
  export interface GraphqlConfig {
    readonly query: string;
    readonly variables?: { readonly [name: string]: unknown } | undefined;
  }
  export const graphql: WireAdapterConstructor<GraphqlConfig, GraphqlResult>;
  export function gql(parts: TemplateStringsArray): string;
}

declare module 'lightning/navigation' {
  import type { LightningElement, WireAdapterConstructor } from 'lwc';

  export interface PageReference {
    readonly type?: string;
    readonly attributes?: { readonly [name: string]: string | undefined };
    readonly state?: { readonly [name: string]: unknown };
  }
  type Constructor<T> = new (...values: any[]) => T;
  interface Navigation {
    [key: symbol]: (page: PageReference) => void;
  }
  export const NavigationMixin: (<T extends Constructor<LightningElement>>(base: T) => T & Constructor<Navigation>) & {
    readonly Navigate: unique symbol;
    readonly GenerateUrl: unique symbol;
  };
  export const CurrentPageReference: WireAdapterConstructor<Record<string, never>, PageReference | null | undefined>;
}

declare module 'lightning/platformShowToastEvent' {
  export class ShowToastEvent extends CustomEvent<unknown> {
    constructor(toast: { title: string; message?: string; variant?: 'info' | 'success' | 'warning' | 'error' });
  }
}

declare module 'lightning/refresh' {
  export class RefreshEvent extends CustomEvent<unknown> {
    constructor();
  }
}

declare module 'lightning/actions' {
  export class CloseActionScreenEvent extends CustomEvent<unknown> {
    constructor();
  }
}

declare module 'lightning/pageReferenceUtils' {
  export function encodeDefaultFieldValues(values: { readonly [name: string]: unknown }): string;
}

declare module 'lightning/modal' {
  import { LightningElement } from 'lwc';
  export default class LightningModal extends LightningElement {
    static open(options: { readonly label: string; readonly size?: string; readonly [name: string]: unknown }): Promise<any>;
    close(result?: unknown): void;
  }
}

declare module '@salesforce/label/*' {
  const label: string;
  export default label;
}

declare module '@salesforce/customPermission/*' {
  const permission: true | undefined;
  export default permission;
}

declare module '@salesforce/i18n/*' {
  const value: string;
  export default value;
}

declare module '@salesforce/schema/*' {
  const id: import('lightning/uiRecordApi').FieldId;
  export default id;
}
