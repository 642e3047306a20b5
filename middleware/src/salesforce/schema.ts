/**
 * What comes over the wire from Salesforce, parsed at the door. Only what the service uses is described; the mapped fields
 * of an opportunity are the admin's and stay unknown values until `translate` reads them.
 */
import { z } from 'zod';

const Text = z
  .string()
  .nullish()
  .transform((text) => text ?? null);
/** 15 or 18 characters; where it may come from anyone who can publish, nothing else is looked at. */
const RecordId = z.string().regex(/^[A-Za-z0-9]{15}(?:[A-Za-z0-9]{3})?$/, 'is not the id of a record');
const Flag = z
  .boolean()
  .nullish()
  .transform((flag) => flag ?? false);

/** Text such as `2026-11-20T10:00:00.000+0000` (Salesforce APIs §5) → epoch ms. */
const Stamp = z.string().transform((text, context) => {
  const time = Date.parse(text.replace(/([+-]\d\d)(\d\d)$/, '$1:$2'));
  if (Number.isNaN(time)) context.addIssue({ code: 'custom', message: 'is not a time' });
  return time;
});

// ------------------------------------------------------------------------------------------------ sign-in

export const TokenAnswer = z.object({ access_token: z.string().min(1), instance_url: z.url(), id: z.string().min(1) });

export const OAuthRefusal = z.object({
  error: z.string(),
  error_description: z
    .string()
    .nullish()
    .transform((text) => text ?? ''),
});

// ------------------------------------------------------------------------------------------------ calls

const Fields = z
  .array(z.string())
  .nullish()
  .transform((fields) => fields ?? []);

/** What a duplicate rule found; of the records only the ids count. */
const DuplicateResult = z
  .object({
    allowSave: z.boolean().nullish(),
    matchResults: z
      .array(z.object({ matchRecords: z.array(z.object({ record: z.object({ Id: z.string() }).nullish() })).nullish() }))
      .nullish(),
  })
  .transform(({ allowSave, matchResults }) => ({
    mayKeep: allowSave === true,
    records: [
      ...new Set((matchResults ?? []).flatMap((one) => (one.matchRecords ?? []).flatMap(({ record }) => (record ? [record.Id] : [])))),
    ],
  }));

/** `errorCode` in plain answers, `statusCode` inside collections (Salesforce APIs §5.2). */
export const WireError = z
  .object({
    errorCode: Text,
    statusCode: Text,
    message: Text,
    fields: Fields,
    // the service spells it without the l
    duplicateResut: DuplicateResult.nullish(),
    duplicateResult: DuplicateResult.nullish(),
  })
  .transform(({ errorCode, statusCode, message, fields, duplicateResut, duplicateResult }) => ({
    code: errorCode ?? statusCode ?? 'UNKNOWN',
    message: (message ?? '').trim(),
    fields,
    duplicates: duplicateResut ?? duplicateResult ?? null,
  }));
export type WireError = z.infer<typeof WireError>;
export const WireErrors = z.array(WireError).min(1);

export const RawRow = z.looseObject({});
export type RawRow = z.infer<typeof RawRow>;

/** Flat reads: null for an unknown or invisible id. */
export const RetrievedRows = z.array(RawRow.nullable());

export const QueryPage = z.object({ done: z.boolean(), nextRecordsUrl: Text, records: z.array(RawRow) });

/** Children of a subquery; absent when there are none. */
export const ChildPage = QueryPage.nullish().transform((page) => page ?? { done: true, nextRecordsUrl: null, records: [] });

/** One row of a collections call. */
export const SaveResult = z.object({
  id: Text,
  success: z.boolean(),
  errors: z
    .array(WireError)
    .nullish()
    .transform((errors) => errors ?? []),
});
export type SaveResult = z.infer<typeof SaveResult>;
export const SaveResults = z.array(SaveResult);

/** Body of a create. */
export const CreatedBody = z.object({ id: z.string().min(15) });

const PartAnswer = z
  .object({ referenceId: z.string(), httpStatusCode: z.number(), body: z.unknown() })
  .transform(({ referenceId, httpStatusCode, body }) => ({ referenceId, status: httpStatusCode, body }));
export const CompositeAnswer = z.object({ compositeResponse: z.array(PartAnswer) });
export const GraphAnswer = z.object({
  graphs: z
    .array(
      z.object({ graphId: z.string(), isSuccessful: z.boolean(), graphResponse: z.object({ compositeResponse: z.array(PartAnswer) }) }),
    )
    .min(1),
});

export const DescribeAnswer = z.object({
  keyPrefix: Text,
  fields: z.array(
    z.object({
      name: z.string(),
      type: z.string(),
      length: z
        .number()
        .nullish()
        .transform((length) => length ?? 0),
      createable: Flag,
      updateable: Flag,
      relationshipName: Text,
      referenceTo: Fields,
      picklistValues: z
        .array(z.object({ value: z.string(), active: z.boolean() }))
        .nullish()
        .transform((values) => (values ?? []).filter((one) => one.active).map((one) => one.value)),
    }),
  ),
  childRelationships: z
    .array(z.object({ childSObject: Text, relationshipName: Text }))
    .nullish()
    .transform((children) => children ?? []),
});

export const ActionAnswers = z.array(z.object({ isSuccess: z.boolean(), errors: z.array(WireError).nullish() })).min(1);

// ------------------------------------------------------------------------------------------------ rows

const PersonName = z.looseObject({ Name: Text }).nullish();

/** The columns of an opportunity the service itself needs, whatever the mapping says. */
export const OpportunityRow = z.looseObject({
  Id: z.string().min(15),
  Name: Text,
  StageName: Text,
  IsClosed: Flag,
  IsWon: Flag,
  OwnerId: Text,
  AccountId: Text,
  LastModifiedDate: Stamp,
  LastModifiedBy: PersonName,
  LastModifiedById: Text,
  Sync_with_Partner_Center__c: Flag,
  Referral_Identifier__c: Text,
  Referral_Link__c: Text,
  Audit__c: Text,
  PC_Engagement_Id__c: Text,
  PC_Referral_Status__c: Text,
  PC_Deal_Type__c: Text,
  PC_Origin__c: Text,
  PC_Hold_Until__c: Text,
  PC_Sync_State__c: Text,
  PC_Sync_Message__c: Text,
  PC_Last_Synced__c: Text,
  Products__c: Text,
});
export type OpportunityRow = z.infer<typeof OpportunityRow>;

const PersonFields = z.looseObject({ Email: Text, FirstName: Text, LastName: Text, Phone: Text, MobilePhone: Text });
export type PersonFields = z.infer<typeof PersonFields>;
export const OwnerRow = PersonFields.nullish();

export const ContactRoleRow = z.looseObject({
  Id: z.string(),
  ContactId: Text,
  IsPrimary: Flag,
  Contact: PersonFields.extend({ LastModifiedDate: Stamp.nullish() }).nullish(),
});
export type ContactRoleRow = z.infer<typeof ContactRoleRow>;

export const TeamMemberRow = z.looseObject({ Id: z.string(), UserId: Text, User: PersonFields.nullish() });
export type TeamMemberRow = z.infer<typeof TeamMemberRow>;

export const SolutionRow = z.looseObject({
  Id: z.string(),
  Solution_Id__c: Text,
  Solution__r: z.looseObject({ Name: Text, Solution_Id__c: Text }).nullish(),
});
export type SolutionRow = z.infer<typeof SolutionRow>;

const requestKinds = [
  'sync_now',
  'accept',
  'decline',
  'put_back',
  'link',
  'keep_as_new',
  'undo_link',
  'release_hold',
  'retire',
  'confirm',
  'retry',
  'register',
] as const;
const RequestFields = {
  Id: z.string(),
  Reason__c: Text,
  Field__c: Text,
  Value__c: Text,
  Target__c: Text,
  Note__c: Text,
  CreatedBy: PersonName,
};
export const RequestRow = z.looseObject({ ...RequestFields, Kind__c: z.enum(requestKinds), CreatedDate: Stamp });
export const ServiceRequestRow = z.looseObject({
  ...RequestFields,
  Kind__c: Text,
  Outcome__c: Text,
  Attention__r: z.looseObject({ Referral_Id__c: Text }).nullish(),
});

export const ContactRow = z.looseObject({ Id: z.string(), AccountId: Text, Email: Text });
export type ContactRow = z.infer<typeof ContactRow>;
export const UserRow = z.looseObject({ Id: z.string(), Email: Text, Username: Text, IsActive: Flag });
export type UserRow = z.infer<typeof UserRow>;
export const AccountRow = z.looseObject({
  Id: z.string(),
  Name: Text,
  OwnerId: Text,
  BillingPostalCode: Text,
  BillingCity: Text,
  DunsNumber: Text,
  Website: Text,
  Owner: z.looseObject({ IsActive: Flag }).nullish(),
});
export type AccountRow = z.infer<typeof AccountRow>;
export const FoundLeadRow = z.looseObject({ Id: z.string(), Name: Text, Company: Text });
export const LeadRow = z.looseObject({ Id: z.string(), Description: Text });
export const CatalogueRow = z.looseObject({ Id: z.string(), Solution_Id__c: z.string() });
export type CatalogueRow = z.infer<typeof CatalogueRow>;
export const NotificationTypeRow = z.looseObject({ Id: z.string(), DeveloperName: z.string() });
export const OrganizationRow = z.looseObject({ Id: z.string(), IsSandbox: Flag, InstanceName: Text });
export const ChangedRow = z.looseObject({
  Id: z.string(),
  /** As text: it goes back into the next query. */
  SystemModstamp: z.string(),
  OpportunityId: Text,
  Opportunity__c: Text,
  Account: z.looseObject({ SystemModstamp: Text }).nullish(),
  Contact: z.looseObject({ SystemModstamp: Text }).nullish(),
  LinkedEntityId: Text,
  ContentDocument: z.looseObject({ SystemModstamp: Text }).nullish(),
});
export type ChangedRow = z.infer<typeof ChangedRow>;
/** A note that hangs on a deal. */
export const NoteLinkRow = z.looseObject({
  LinkedEntityId: z.string(),
  ContentDocumentId: z.string(),
  ContentDocument: z.looseObject({ LastModifiedDate: Stamp }),
});
export type NoteLinkRow = z.infer<typeof NoteLinkRow>;
export const NamedRow = z.looseObject({ Id: z.string(), Name: Text });
export const IdRow = z.looseObject({ Id: z.string() });

export const CandidateRow = z.looseObject({
  Id: z.string(),
  Name: Text,
  Amount: z
    .number()
    .nullish()
    .transform((amount) => amount ?? null),
  CloseDate: Text,
  Account: z.looseObject({ Name: Text, BillingPostalCode: Text, DunsNumber: Text, Website: Text }).nullish(),
});
export type CandidateRow = z.infer<typeof CandidateRow>;
/** A deal of the same account. */
export const TwinRow = CandidateRow.extend({ AccountId: Text });
export type TwinRow = z.infer<typeof TwinRow>;
export const ReferralRow = z.looseObject({ Id: z.string(), Referral_Identifier__c: Text });
export type ReferralRow = z.infer<typeof ReferralRow>;

export const RoleCandidateRow = z.looseObject({
  Id: z.string(),
  Contact: z.looseObject({ Email: Text }).nullish(),
  Opportunity: CandidateRow.nullish(),
});
export type RoleCandidateRow = z.infer<typeof RoleCandidateRow>;

// ------------------------------------------------------------------------------------------------ custom metadata

export const FieldMapRow = z.looseObject({
  DeveloperName: z.string(),
  Salesforce_Path__c: Text,
  Referral_Path__c: Text,
  Direction__c: Text,
  On_Create__c: Flag,
  On_Update__c: Flag,
  Owner__c: Text,
  Default_Value__c: Text,
  Transform__c: Text,
  Limit__c: z
    .number()
    .nullish()
    .transform((limit) => limit ?? null),
  Confidential__c: Flag,
});
export type FieldMapRow = z.infer<typeof FieldMapRow>;
export const ValueMapRow = z.looseObject({
  DeveloperName: z.string(),
  Map__c: Text,
  Salesforce_Value__c: Text,
  Partner_Center_Value__c: Text,
  Direction__c: Text,
});
export type ValueMapRow = z.infer<typeof ValueMapRow>;
export const StageRow = z.looseObject({ ApiName: z.string(), IsActive: Flag, IsClosed: Flag, IsWon: Flag });
export type StageRow = z.infer<typeof StageRow>;
export const SettingRow = z.looseObject({ DeveloperName: z.string(), Value__c: Text });
export const ReferenceRow = z.looseObject({ List__c: Text, Value__c: Text, Active__c: Flag });

// ------------------------------------------------------------------------------------------------ events and positions

/** `PC_Sync_Request__e` as decoded from Avro. */
export const SyncRequestEvent = z.object({
  CreatedDate: z
    .number()
    .nullish()
    .transform((at) => at ?? 0),
  Record_Id__c: RecordId,
  Object__c: Text,
  Opportunity_Id__c: z
    .union([RecordId, z.literal('')])
    .nullish()
    .transform((id) => id || null),
  Reason__c: Text,
});

/** Where a sweep stands; see `side/sweep.ts`. */
export const SweepPosition = z.object({
  v: z.literal(1),
  /** Changes from here on are looked for, epoch ms; null = everything that is shared. */
  from: z.number().nullable(),
  /** Server time at which this sweep began, epoch ms: the next one's `from`. */
  next: z.number().nullable(),
  source: z.number().int().min(0),
  after: z.object({ stamp: z.string(), id: z.string() }).nullable(),
});
export type SweepPosition = z.infer<typeof SweepPosition>;
