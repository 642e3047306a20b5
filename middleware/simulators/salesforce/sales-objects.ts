/** Accounts, contacts, opportunities and what hangs on them: the fields a co-sell connector can meet, not all of Salesforce. */
import { always, lookup, nameField, of, picklist, readOnly, text } from './field-builders.ts';
import type { FieldDefinition, ObjectDefinition } from './schema-model.ts';
import type { OrgFeatures } from './standard-objects.ts';
import { standardStages } from './standard-stages.ts';
import { objectDefinition, standardField as field, systemFields } from './system-fields.ts';

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
export function salesObjects(features: OrgFeatures): ObjectDefinition[] {
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
      lookup('MasterRecordId', 'Account', undefined, readOnly),
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
      lookup('MasterRecordId', 'Contact', undefined, readOnly),
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
