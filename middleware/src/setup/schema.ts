/** What comes over the wire in the set-up room: answers of an org and of `sf`, as far as set-up reads them. */
import { z } from 'zod';

export const QueryAnswer = z.object({
  records: z.array(z.record(z.string(), z.unknown())),
  done: z.boolean(),
  nextRecordsUrl: z.string().optional(),
});

export const DescribeAnswer = z.object({
  fields: z.array(z.object({ name: z.string(), updateable: z.boolean() })),
});

export const OrganizationRow = z.object({ Id: z.string(), Name: z.string().nullish(), IsSandbox: z.boolean() });

const User = z.object({ Username: z.string(), IsActive: z.boolean() });
export const AssignmentRow = z.object({
  AssigneeId: z.string(),
  Assignee: User,
  PermissionSet: z.object({ Name: z.string() }).nullish(),
  PermissionSetGroup: z.object({ DeveloperName: z.string() }).nullish(),
});

export const FieldGrantRow = z.object({ Field: z.string(), PermissionsRead: z.boolean(), PermissionsEdit: z.boolean() });
export const ObjectGrantRow = z.object({ SobjectType: z.string(), PermissionsRead: z.boolean() });
export const FlowRow = z.object({ ApiName: z.string(), ActiveVersionId: z.string().nullish(), IsActive: z.boolean() });

export const ObjectInfoAnswer = z.object({
  recordTypeInfos: z.record(
    z.string(),
    z.object({ recordTypeId: z.string(), name: z.string(), available: z.boolean(), master: z.boolean() }),
  ),
});
export const PicklistAnswer = z.object({ values: z.array(z.object({ value: z.string() })) });

/** Answer of the service to `doctor.facts`. */
export const ServiceAnswer = z.object({
  orgId: z.string().nullable(),
  refusal: z.string().nullable(),
  salesforce: z.object({ ok: z.boolean(), why: z.string().nullable() }),
  partnerCenter: z.object({ ok: z.boolean(), why: z.string().nullable(), account: z.string().nullable() }),
  webhook: z
    .object({ owner: z.enum(['ours', 'other', 'nobody']), url: z.string().nullable(), missing: z.array(z.string()) })
    .or(z.object({ unknown: z.string() })),
  clock: z.object({ salesforceMs: z.number().nullable(), partnerCenterMs: z.number().nullable() }),
  /** Null when it could not be read. */
  mapping: z.array(z.object({ text: z.string(), cure: z.string(), blocks: z.boolean() })).nullable(),
});
export type ServiceFacts = z.output<typeof ServiceAnswer>;

/** SOAP gives one thing bare and several as a list. */
const listOf = <S extends z.ZodType>(one: S) =>
  z
    .union([z.array(one), one])
    .nullish()
    .transform((value): z.output<S>[] =>
      value === null || value === undefined ? [] : ((Array.isArray(value) ? value : [value]) as z.output<S>[]),
    );
const text = z
  .union([z.string(), z.number(), z.boolean()])
  .nullish()
  .transform((value) => (value === null || value === undefined ? null : String(value)));

export const MetadataList = listOf(z.object({ fullName: z.string() }));

const Value = z.object({ fullName: z.string().nullish(), label: z.string().nullish(), isActive: text });
/** A field or an object as `readMetadata` gives it; an unknown one comes without a name. */
export const MetadataRecords = listOf(
  z.object({
    fullName: z.string().nullish(),
    label: text,
    type: text,
    length: text,
    eventType: text,
    valueSet: z
      .object({
        valueSetName: z.string().nullish(),
        valueSetDefinition: z.object({ value: listOf(Value) }).nullish(),
      })
      .nullish(),
  }),
);

const Problem = z.object({
  componentType: text,
  fullName: text,
  fileName: text,
  problem: text,
  problemType: text,
  lineNumber: text,
});
const DeployResult = z.object({
  id: text,
  success: z.boolean().nullish(),
  status: text,
  numberComponentsTotal: z.number().nullish(),
  numberComponentsDeployed: z.number().nullish(),
  errorMessage: text,
  files: listOf(z.object({ fullName: text, type: text, state: text, filePath: text, error: text, lineNumber: text })),
  details: z.object({ componentFailures: listOf(Problem) }).nullish(),
});
/** What `sf project deploy start --json` prints. */
export const SfAnswer = z.object({
  status: z.number(),
  name: text,
  message: text,
  result: DeployResult.nullish(),
  data: DeployResult.nullish(),
});
export type SfOutcome = z.output<typeof SfAnswer>;
