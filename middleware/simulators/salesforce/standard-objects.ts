/** The standard objects the simulated org starts with: the fields a co-sell connector can meet, not all of Salesforce. */
import type { FieldDefinition, FieldType, ObjectDefinition, PicklistValue } from './schema-model.ts';
import { objectDefinition, standardField as field, systemFields } from './system-fields.ts';

/** What differs between orgs before anything is deployed. */
export interface OrgFeatures {
  readonly multiCurrency: boolean;
  readonly teams: boolean;
  /** State and country picklists: `BillingCountryCode` and its like exist. */
  readonly countryPicklists: boolean;
  /** The data service's `DunsNumber` on accounts. */
  readonly dunsNumber: boolean;
}

const picklist = (values: readonly string[], restricted = false, first = false): Pick<FieldDefinition, 'picklist'> => ({
  picklist: {
    restricted,
    values: values.map((value, index): PicklistValue => ({ value, label: value, active: true, isDefault: first && index === 0 })),
  },
});
const readOnly = { createable: false, updateable: false } as const;
const always = { permissionable: false } as const;
const lookup = (name: string, target: string, childRelationshipName?: string, extra: Partial<FieldDefinition> = {}): FieldDefinition =>
  field(name, 'Lookup', {
    referenceTo: [target],
    relationshipName: name.replace(/Id$/, ''),
    deleteConstraint: 'SetNull',
    ...(childRelationshipName === undefined ? {} : { childRelationshipName }),
    ...extra,
  });
const text = (name: string, length: number, extra: Partial<FieldDefinition> = {}): FieldDefinition =>
  field(name, 'Text', { length, ...extra });
const of = (type: FieldType, ...names: string[]): FieldDefinition[] => names.map((name) => field(name, type));

/** Street, city … of one address; the permission is the compound field's. */
function address(prefix: string, codes: boolean): FieldDefinition[] {
  const covered = { permissionName: `${prefix}Address` };
  return [
    field(`${prefix}Street`, 'TextArea', { length: 255, ...covered }),
    text(`${prefix}City`, 40, covered),
    text(`${prefix}State`, 80, covered),
    text(`${prefix}PostalCode`, 20, covered),
    text(`${prefix}Country`, 80, covered),
    ...(codes
      ? [
          field(`${prefix}StateCode`, 'Picklist', { ...covered, ...picklist([]) }),
          field(`${prefix}CountryCode`, 'Picklist', { ...covered, ...picklist(['DE', 'FR', 'GB', 'NL', 'SE', 'US'], true) }),
        ]
      : []),
  ];
}

export interface StageDefinition {
  readonly name: string;
  readonly probability: number;
  readonly closed: boolean;
  readonly won: boolean;
  readonly forecast: string;
}

/** The stages of a new org. */
export const standardStages: readonly StageDefinition[] = [
  { name: 'Prospecting', probability: 10, closed: false, won: false, forecast: 'Pipeline' },
  { name: 'Qualification', probability: 10, closed: false, won: false, forecast: 'Pipeline' },
  { name: 'Needs Analysis', probability: 20, closed: false, won: false, forecast: 'Pipeline' },
  { name: 'Value Proposition', probability: 50, closed: false, won: false, forecast: 'Pipeline' },
  { name: 'Id. Decision Makers', probability: 60, closed: false, won: false, forecast: 'Pipeline' },
  { name: 'Perception Analysis', probability: 70, closed: false, won: false, forecast: 'Pipeline' },
  { name: 'Proposal/Price Quote', probability: 75, closed: false, won: false, forecast: 'Pipeline' },
  { name: 'Negotiation/Review', probability: 90, closed: false, won: false, forecast: 'Pipeline' },
  { name: 'Closed Won', probability: 100, closed: true, won: true, forecast: 'Closed' },
  { name: 'Closed Lost', probability: 0, closed: true, won: false, forecast: 'Omitted' },
];

const leadSources = ['Web', 'Phone Inquiry', 'Partner Referral', 'Purchased List', 'Other'];
const contactRoles = [
  'Business User',
  'Decision Maker',
  'Economic Buyer',
  'Economic Decision Maker',
  'Evaluator',
  'Executive Sponsor',
  'Influencer',
  'Technical Buyer',
  'Other',
];
const personName = (): FieldDefinition[] => [
  field('Name', 'Text', { length: 121, ...readOnly, ...always, label: 'Full Name' }),
  text('FirstName', 40, always),
  text('LastName', 80, { required: true, ...always }),
  field('Salutation', 'Picklist', { ...picklist(['Mr.', 'Ms.', 'Mx.', 'Dr.', 'Prof.']), ...always }),
];
const nameField = (length: number): FieldDefinition => text('Name', length, { required: true, ...always });
const setup = { openToRead: true, adminOnly: true, kind: 'setting', sharingModel: 'Read' } as const;

function salesObjects(features: OrgFeatures): ObjectDefinition[] {
  const account = objectDefinition({
    name: 'Account',
    label: 'Account',
    pluralLabel: 'Accounts',
    kind: 'standard',
    keyPrefix: '001',
    sharingModel: 'Read',
    fields: [
      ...systemFields('custom'),
      nameField(255),
      field('Type', 'Picklist', picklist(['Prospect', 'Customer - Direct', 'Customer - Channel', 'Other'])),
      lookup('ParentId', 'Account', 'ChildAccounts'),
      ...address('Billing', features.countryPicklists),
      ...address('Shipping', features.countryPicklists),
      text('AccountNumber', 40),
      field('Phone', 'Phone', { length: 40 }),
      field('Website', 'Url', { length: 255 }),
      field('Industry', 'Picklist', picklist(['Banking', 'Consulting', 'Manufacturing', 'Retail', 'Technology', 'Other'])),
      field('AnnualRevenue', 'Currency', { precision: 18, scale: 0 }),
      field('NumberOfEmployees', 'Number', { precision: 8, scale: 0, label: 'Employees' }),
      field('Description', 'LongTextArea', { length: 32000 }),
      ...(features.dunsNumber ? [text('DunsNumber', 9, { label: 'D-U-N-S Number' })] : []),
    ],
  });
  const contact = objectDefinition({
    name: 'Contact',
    label: 'Contact',
    pluralLabel: 'Contacts',
    kind: 'standard',
    keyPrefix: '003',
    sharingModel: 'ControlledByParent',
    fields: [
      ...systemFields('custom'),
      ...personName(),
      lookup('AccountId', 'Account', 'Contacts', { deleteConstraint: 'Cascade' }),
      field('Email', 'Email', { length: 80 }),
      field('Phone', 'Phone', { length: 40, label: 'Business Phone' }),
      field('MobilePhone', 'Phone', { length: 40 }),
      text('Title', 128),
      text('Department', 80),
      ...address('Mailing', features.countryPicklists),
      field('HasOptedOutOfEmail', 'Checkbox', { defaultValue: 'false' }),
      field('LeadSource', 'Picklist', picklist(leadSources)),
      field('Description', 'LongTextArea', { length: 32000 }),
    ],
  });
  const opportunity = objectDefinition({
    name: 'Opportunity',
    label: 'Opportunity',
    pluralLabel: 'Opportunities',
    kind: 'standard',
    keyPrefix: '006',
    sharingModel: 'Private',
    fields: [
      ...systemFields('custom'),
      nameField(120),
      lookup('AccountId', 'Account', 'Opportunities', { deleteConstraint: 'Cascade' }),
      field('Description', 'LongTextArea', { length: 32000 }),
      field('StageName', 'Picklist', { label: 'Stage', required: true, ...always, ...picklist(standardStages.map((stage) => stage.name)) }),
      field('Amount', 'Currency', { precision: 18, scale: 2 }),
      field('Probability', 'Percent', { precision: 3, scale: 0, label: 'Probability (%)' }),
      field('ExpectedRevenue', 'Currency', { precision: 18, scale: 2, ...readOnly }),
      field('TotalOpportunityQuantity', 'Number', { precision: 18, scale: 2, label: 'Quantity' }),
      field('CloseDate', 'Date', { required: true, ...always }),
      field('Type', 'Picklist', { label: 'Opportunity Type', ...picklist(['Existing Business', 'New Business']) }),
      text('NextStep', 255),
      field('LeadSource', 'Picklist', picklist(leadSources)),
      field('IsClosed', 'Checkbox', { ...readOnly, ...always, label: 'Closed' }),
      field('IsWon', 'Checkbox', { ...readOnly, ...always, label: 'Won' }),
      text('ForecastCategory', 40, { ...readOnly, ...always }),
      field('ForecastCategoryName', 'Picklist', { ...always, ...picklist(['Omitted', 'Pipeline', 'Best Case', 'Commit', 'Closed']) }),
      lookup('CampaignId', 'Campaign', 'Opportunities'),
      field('HasOpportunityLineItem', 'Checkbox', { ...readOnly, ...always, label: 'Has Line Item' }),
    ],
  });
  const contactRole = objectDefinition({
    name: 'OpportunityContactRole',
    label: 'Opportunity Contact Role',
    pluralLabel: 'Opportunity Contact Roles',
    kind: 'standard',
    keyPrefix: '00K',
    sharingModel: 'ControlledByParent',
    accessThrough: { object: 'Opportunity', field: 'OpportunityId' },
    fields: [
      ...systemFields('detail'),
      lookup('OpportunityId', 'Opportunity', 'OpportunityContactRoles', {
        deleteConstraint: 'Cascade',
        required: true,
        updateable: false,
        ...always,
      }),
      lookup('ContactId', 'Contact', 'OpportunityContactRoles', { deleteConstraint: 'Cascade', required: true, ...always }),
      field('Role', 'Picklist', { ...picklist(contactRoles), ...always }),
      field('IsPrimary', 'Checkbox', { defaultValue: 'false', label: 'Primary', ...always }),
    ],
  });
  const teamMember = objectDefinition({
    name: 'OpportunityTeamMember',
    label: 'Opportunity Team Member',
    pluralLabel: 'Opportunity Team Member',
    kind: 'standard',
    keyPrefix: '00q',
    sharingModel: 'ControlledByParent',
    accessThrough: { object: 'Opportunity', field: 'OpportunityId' },
    fields: [
      ...systemFields('detail'),
      lookup('OpportunityId', 'Opportunity', 'OpportunityTeamMembers', {
        deleteConstraint: 'Cascade',
        required: true,
        updateable: false,
        ...always,
      }),
      lookup('UserId', 'User', undefined, { required: true, updateable: false, ...always }),
      field('Name', 'Text', { length: 361, ...readOnly, ...always }),
      field('TeamMemberRole', 'Picklist', {
        ...picklist(['Account Manager', 'Channel Manager', 'Executive Sponsor', 'Opportunity Owner', 'Sales Rep']),
        ...always,
      }),
      field('OpportunityAccessLevel', 'Picklist', { ...picklist(['Read', 'Edit', 'All'], true), ...always }),
    ],
  });
  const campaign = objectDefinition({
    name: 'Campaign',
    label: 'Campaign',
    pluralLabel: 'Campaigns',
    kind: 'standard',
    keyPrefix: '701',
    sharingModel: 'Read',
    fields: [
      ...systemFields('custom'),
      nameField(80),
      field('IsActive', 'Checkbox', { defaultValue: 'false', label: 'Active' }),
      field('Status', 'Picklist', picklist(['Planned', 'In Progress', 'Completed', 'Aborted'])),
      field('Type', 'Picklist', picklist(['Conference', 'Webinar', 'Partners', 'Other'])),
      ...of('Date', 'StartDate', 'EndDate'),
    ],
  });
  const lead = objectDefinition({
    name: 'Lead',
    label: 'Lead',
    pluralLabel: 'Leads',
    kind: 'standard',
    keyPrefix: '00Q',
    sharingModel: 'Private',
    fields: [
      ...systemFields('custom'),
      ...personName(),
      text('Company', 255, { required: true, ...always }),
      field('Email', 'Email', { length: 80 }),
      field('Phone', 'Phone', { length: 40 }),
      text('Title', 128),
      field('Status', 'Picklist', {
        required: true,
        ...always,
        ...picklist(['Open - Not Contacted', 'Working - Contacted', 'Closed - Converted', 'Closed - Not Converted'], false, true),
      }),
      field('LeadSource', 'Picklist', picklist(leadSources)),
      field('NumberOfEmployees', 'Number', { precision: 8, scale: 0, label: 'No. of Employees' }),
      ...address('', features.countryPicklists).map((part) => ({ ...part, permissionName: 'Address' })),
      field('IsConverted', 'Checkbox', { ...readOnly, ...always }),
      field('Description', 'LongTextArea', { length: 32000 }),
    ],
  });
  return [account, contact, opportunity, contactRole, ...(features.teams ? [teamMember] : []), campaign, lead];
}

const settingObject = (
  name: string,
  keyPrefix: string,
  fields: readonly FieldDefinition[],
  extra: Partial<Omit<ObjectDefinition, 'fields'>> = {},
): ObjectDefinition =>
  objectDefinition({
    name,
    label: name.replace(/([a-z])([A-Z])/g, '$1 $2'),
    pluralLabel: name,
    keyPrefix,
    ...setup,
    ...extra,
    fields: fields.map((one) => ({ ...one, permissionable: false })),
  });

function setupObjects(features: OrgFeatures): ObjectDefinition[] {
  const plain = systemFields('plain');
  return [
    settingObject('User', '005', [
      ...plain.filter((one) => one.name !== 'IsDeleted'),
      field('Name', 'Text', { length: 121, ...readOnly }),
      text('Username', 80, { required: true, unique: true }),
      text('FirstName', 40),
      text('LastName', 80, { required: true }),
      text('Alias', 8),
      field('Email', 'Email', { length: 128 }),
      field('Phone', 'Phone', { length: 40 }),
      text('Title', 80),
      text('CompanyName', 80),
      field('IsActive', 'Checkbox', { defaultValue: 'true', label: 'Active' }),
      lookup('ProfileId', 'Profile', 'Users'),
      text('UserType', 40),
      text('TimeZoneSidKey', 40),
      text('LocaleSidKey', 40),
      text('LanguageLocaleKey', 40),
    ]),
    settingObject('Profile', '00e', [...plain, nameField(255), text('UserType', 40)]),
    settingObject('Organization', '00D', [
      ...plain,
      nameField(80),
      text('InstanceName', 5),
      field('IsSandbox', 'Checkbox'),
      field('TrialExpirationDate', 'DateTime'),
      text('NamespacePrefix', 15),
      text('OrganizationType', 40),
      text('Country', 80),
      text('TimeZoneSidKey', 40),
      text('DefaultLocaleSidKey', 40),
      text('LanguageLocaleKey', 40),
    ]),
    settingObject('RecordType', '012', [
      ...plain,
      nameField(80),
      text('DeveloperName', 80),
      text('SobjectType', 40),
      field('IsActive', 'Checkbox'),
    ]),
    settingObject('OpportunityStage', '01J', [
      ...plain,
      text('MasterLabel', 255),
      text('ApiName', 255),
      field('IsActive', 'Checkbox'),
      field('SortOrder', 'Number', { precision: 9, scale: 0 }),
      field('IsClosed', 'Checkbox'),
      field('IsWon', 'Checkbox'),
      text('ForecastCategoryName', 40),
      field('DefaultProbability', 'Percent', { precision: 3, scale: 0 }),
    ]),
    settingObject('PermissionSet', '0PS', [
      ...plain,
      text('Name', 80),
      text('Label', 80),
      text('Type', 40),
      lookup('PermissionSetGroupId', 'PermissionSetGroup'),
      field('IsOwnedByProfile', 'Checkbox'),
      field('IsCustom', 'Checkbox'),
    ]),
    settingObject('PermissionSetGroup', '0PG', [...plain, text('DeveloperName', 80), text('MasterLabel', 80), text('Status', 40)]),
    settingObject('PermissionSetAssignment', '0Pa', [
      ...plain,
      lookup('PermissionSetId', 'PermissionSet', 'Assignments'),
      lookup('PermissionSetGroupId', 'PermissionSetGroup', 'Assignments'),
      lookup('AssigneeId', 'User', 'PermissionSetAssignments', { required: true }),
    ]),
    settingObject('CustomPermission', '0CP', [...plain, text('DeveloperName', 80), text('MasterLabel', 80)]),
    settingObject('CustomNotificationType', '0ML', [
      ...plain,
      text('CustomNotifTypeName', 80),
      text('DeveloperName', 80),
      text('MasterLabel', 80),
      field('Desktop', 'Checkbox'),
      field('Mobile', 'Checkbox'),
    ]),
    ...(features.multiCurrency
      ? [
          settingObject('CurrencyType', '01L', [
            ...plain,
            text('IsoCode', 3),
            field('IsActive', 'Checkbox'),
            field('IsCorporate', 'Checkbox'),
            field('ConversionRate', 'Number', { precision: 18, scale: 6 }),
            field('DecimalPlaces', 'Number', { precision: 1, scale: 0 }),
          ]),
        ]
      : []),
    settingObject(
      'UserRecordAccess',
      '0Ua',
      [
        text('Id', 18),
        text('RecordId', 18),
        text('UserId', 18),
        ...of('Checkbox', 'HasReadAccess', 'HasEditAccess', 'HasDeleteAccess', 'HasTransferAccess', 'HasAllAccess'),
        text('MaxAccessLevel', 20),
      ],
      { computed: true },
    ),
  ];
}

export const standardObjects = (features: OrgFeatures): ObjectDefinition[] => [...salesObjects(features), ...setupObjects(features)];

/** The field every object with money or owner has in an org with several currencies. */
export const currencyField: FieldDefinition = field('CurrencyIsoCode', 'Picklist', {
  label: 'Currency ISO Code',
  ...always,
  ...picklist(['USD', 'EUR', 'GBP', 'SEK'], true),
});
