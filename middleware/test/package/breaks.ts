/** Planted faults: what a rule must find. Each names the rule, a file, and the piece of text that is changed. */

export interface Break {
  readonly rule: string;
  readonly path: string;
  readonly from: string;
  /** Replaces the first `from`; a whole new file when `from` is empty. */
  readonly to: string;
  readonly says: RegExp;
}

const main = 'force-app/main/default';
const objects = `${main}/objects`;
const opp = `${objects}/Opportunity/fields`;
const field = (name: string): string => `${opp}/${name}.field-meta.xml`;
const flow = (name: string): string => `${main}/flows/${name}.flow-meta.xml`;
const set = (name: string): string => `${main}/permissionsets/${name}.permissionset-meta.xml`;
const record = (name: string): string => `${main}/customMetadata/${name}.md-meta.xml`;
const layout = (name: string): string => `${main}/layouts/${name}.layout-meta.xml`;
const page = `${main}/flexipages/PC_Opportunity_Page.flexipage-meta.xml`;
const home = `${main}/flexipages/PC_Home_Page.flexipage-meta.xml`;
const report = (name: string): string => `force-reports/main/default/reports/PC_Partner_Center/${name}.report-meta.xml`;
const dashboard = 'force-reports/main/default/dashboards/PC_Partner_Center/PC_Overview.dashboard-meta.xml';
const lwc = (bundle: string, file: string): string => `${main}/lwc/${bundle}/${bundle}${file}`;

const cases: readonly (readonly [rule: string, path: string, from: string, to: string, says: RegExp])[] = [
  // names
  ['file-name', field('PC_Expires__c'), '<fullName>PC_Expires__c', '<fullName>PC_Expirs__c', /is not the name of the file/],
  [
    'file-name',
    `${main}/notificationtypes/PC_Accepted.notiftype-meta.xml`,
    '<customNotifTypeName>PC_Accepted',
    '<customNotifTypeName>PC_Acepted',
    /customNotifTypeName/,
  ],
  ['lengths', field('PC_Expires__c'), '<label>Expires', '<label>The moment at which the unanswered deal expires', /40 are allowed/],
  ['lengths', set('PC_Seller'), '<description>', `<description>${'For sellers. '.repeat(20)}`, /255 are allowed/],
  [
    'api-name',
    `${opp}/PC_Two__Bars__c.field-meta.xml`,
    '',
    '<CustomField xmlns="http://soap.sforce.com/2006/04/metadata"><fullName>PC_Two__Bars__c</fullName></CustomField>',
    /no valid API name/,
  ],
  [
    'prefix',
    `${main}/flows/Deal_Changed.flow-meta.xml`,
    '',
    '<Flow xmlns="http://soap.sforce.com/2006/04/metadata"/>',
    /needs the prefix PC_/,
  ],
  [
    'explains',
    field('PC_Expires__c'),
    '<inlineHelpText>Until then the deal must be answered. Afterwards Partner Center closes it.</inlineHelpText>',
    '',
    /inlineHelpText is missing/,
  ],
  [
    'explains',
    flow('PC_Request_Created'),
    '<description>Hands',
    '<label>x</label><description></description><description>Hands',
    /description is missing/,
  ],
  ['finished', field('PC_Expires__c'), 'Until then', 'TODO Until then', /unfinished text/],
  [
    'once',
    `force-teams/main/default/flows/PC_Opportunity_Deleted.flow-meta.xml`,
    '',
    '<Flow xmlns="http://soap.sforce.com/2006/04/metadata"/>',
    /the same component stands/,
  ],
  // fields and objects
  ['field-shape', field('PC_Shared_Notes__c'), '<visibleLines>4</visibleLines>', '', /needs visibleLines/],
  ['field-shape', field('PC_Visible_to_Microsoft__c'), '<type>Checkbox', '<required>false</required><type>Checkbox', /takes no required/],
  ['field-shape', field('PC_Expires__c'), '<required>false', '<required>true', /breaks every other integration/],
  ['field-shape', field('PC_Expires__c'), '<type>', '<trackHistory>true</trackHistory><type>', /twenty fields/],
  ['picklist', field('PC_Marketplace_Intent__c'), '<restricted>false', '<restricted>true', /only the help picklist is restricted/],
  ['picklist', field('PC_Marketplace_Intent__c'), '<fullName>No</fullName>', '<fullName>Yes</fullName>', /a value stands twice/],
  ['microsoft-fields', field('Audit__c'), '<length>100000', '<length>99000', /length must be 100000/],
  ['microsoft-fields', field('How_can_Microsoft_help__c'), '<fullName>General or other', '<fullName>Anything else', /six values/],
  ['field-type', `${objects}/PC_Sync_Request__e/fields/Reason__c.field-meta.xml`, '<type>Text', '<type>Picklist', /event field is plain/],
  [
    'field-type',
    `${objects}/PC_Setting__mdt/fields/Value__c.field-meta.xml`,
    'SubscriberControlled',
    'DeveloperControlled',
    /must be able to edit/,
  ],
  [
    'sharing',
    `${objects}/PC_Attention__c/PC_Attention__c.object-meta.xml`,
    '<sharingModel>Private',
    '<sharingModel>ReadWrite',
    /sharingModel must be Private/,
  ],
  [
    'sharing',
    `${objects}/PC_Request__c/fields/Opportunity__c.field-meta.xml`,
    '<writeRequiresMasterRead>false',
    '<writeRequiresMasterRead>true',
    /edit rights on the deal/,
  ],
  [
    'relationship',
    `${objects}/PC_Request__c/fields/Attention__c.field-meta.xml`,
    '<referenceTo>PC_Attention__c',
    '<referenceTo>PC_Atention__c',
    /does not exist/,
  ],
  [
    'relationship',
    `${objects}/PC_Service_Request__c/fields/Attention__c.field-meta.xml`,
    'PC_Service_Requests',
    'PC_Requests',
    /also stands/,
  ],
  [
    'object-shape',
    `${objects}/Opportunity/Opportunity.object-meta.xml`,
    '',
    '<CustomObject xmlns="http://soap.sforce.com/2006/04/metadata"/>',
    /replaces the customer's settings/,
  ],
  [
    'object-shape',
    `${objects}/PC_Sync_Request__e/PC_Sync_Request__e.object-meta.xml`,
    'PublishAfterCommit',
    'PublishImmediately',
    /published after commit/,
  ],
  [
    'object-shape',
    `${objects}/PC_Solution__c/PC_Solution__c.object-meta.xml`,
    '<deploymentStatus>Deployed',
    '<deploymentStatus>InDevelopment',
    /must be Deployed/,
  ],
  ['formula', field('PC_Sync_Mark__c'), 'ISBLANK(PC_Sync_State__c)', 'ISBLANK(PC_Sync_Stat__c)', /PC_Sync_Stat__c does not exist/],
  ['formula', field('PC_Sync_Mark__c'), 'IF(ISBLANK', 'IFF(ISBLANK', /function IFF/],
  ['formula', field('PC_Sync_Mark__c'), '= "Needs you"', '= "Need you"', /no sync state/],
  [
    'formula',
    `${objects}/PC_Request__c/validationRules/Administrators_Only.validationRule-meta.xml`,
    '"retire"',
    '"retired"',
    /no value "retired"/,
  ],
  [
    'admin-requests',
    `${objects}/PC_Request__c/validationRules/Administrators_Only.validationRule-meta.xml`,
    'ISPICKVAL(Kind__c, "retire")',
    'ISPICKVAL(Kind__c, "accept")',
    /kept to administrators/,
  ],
  [
    'request-kinds',
    `${objects}/PC_Request__c/fields/Kind__c.field-meta.xml`,
    '<fullName>put_back',
    '<fullName>putback',
    /the kinds must be/,
  ],
  ['length-known', `${objects}/PC_Request__c/fields/Message__c.field-meta.xml`, '<length>4000', '<length>400', /up to 4000 characters/],
  // permissions
  ['permission-field', set('PC_Seller'), 'Opportunity.PC_Expires__c', 'Opportunity.PC_Expire__c', /does not exist/],
  ['permission-field', set('PC_Seller'), '<field>Opportunity.PC_Expires__c', '<field>Opportunity.StageName', /cannot be granted/],
  ['permission-object', set('PC_Integration_All_Deals'), '<allowDelete>true', '<allowDelete>false', /depends on allowDelete/],
  ['permission-object', set('PC_Seller'), '<object>Opportunity</object>', '<object>Lead</object>', /depends on Read Opportunity/],
  ['permission-name', set('PC_Integration'), '<name>ApiEnabled', '<name>ApiUnlimited', /may be unknown/],
  ['permission-name', set('PC_Seller'), '<tab>PC_Solution__c', '<tab>PC_Solutions__c', /tab PC_Solutions__c does not exist/],
  [
    'permission-name',
    `${main}/permissionsetgroups/PC_Partner_Center_Admins.permissionsetgroup-meta.xml`,
    '<permissionSets>PC_Seller',
    '<permissionSets>PC_Sellers',
    /does not exist/,
  ],
  [
    'granted',
    set('PC_Seller'),
    '<field>Opportunity.PC_Expires__c</field>\n        <readable>true',
    '<field>Opportunity.PC_Expires__c</field>\n        <readable>false',
    /is invisible/,
  ],
  [
    'seller-rights',
    set('PC_Seller'),
    '<editable>false</editable>\n        <field>Opportunity.Referral_Identifier__c',
    '<editable>true</editable>\n        <field>Opportunity.Referral_Identifier__c',
    /not for sellers to write/,
  ],
  ['special-rights', set('PC_Admin'), '<name>PC_Administer', '<name>PC_Bypass_Sync', /belongs to PC_Integration alone/],
  // layouts
  [
    'layout-name',
    layout('Opportunity-Opportunity Layout'),
    '',
    '<Layout xmlns="http://soap.sforce.com/2006/04/metadata"/>',
    /replaces the customer's/,
  ],
  [
    'layout-name',
    `${objects}/PC_Solution__c/PC_Solution__c.object-meta.xml`,
    '<label>Microsoft Solution',
    '<label>Co-sell Solution',
    /named after the label/,
  ],
  ['layout-field', layout('PC_Solution__c-Microsoft Solution Layout'), '<field>Kind__c', '<field>Sort__c', /Sort__c does not exist/],
  [
    'layout-required',
    layout('Opportunity-Partner Center Opportunity Layout'),
    '<behavior>Required</behavior>\n                <field>StageName',
    '<behavior>Edit</behavior>\n                <field>StageName',
    /StageName must be on the layout/,
  ],
  ['layout-columns', layout('PC_Solution__c-Microsoft Solution Layout'), 'TwoColumnsTopToBottom', 'OneColumn', /has 1 columns/],
  [
    'layout-link',
    layout('Opportunity-Partner Center Opportunity Layout'),
    '<relatedList>PC_Request__c.Opportunity__c',
    '<relatedList>PC_Request__c.Attention__c',
    /does not lead to Opportunity/,
  ],
  [
    'layout-link',
    layout('Opportunity-Partner Center Opportunity Layout'),
    'Opportunity.PC_Accept',
    'Opportunity.PC_Acept',
    /does not exist/,
  ],
  [
    'one-way',
    layout('Opportunity-Partner Center Opportunity Layout'),
    '<behavior>Readonly</behavior>\n                <field>PC_Visible_to_Microsoft__c',
    '<behavior>Edit</behavior>\n                <field>PC_Visible_to_Microsoft__c',
    /cannot be taken back/,
  ],
  // flows
  ['flow-shape', flow('PC_Opportunity_Changed'), '<status>Active', '<status>Draft', /only an active flow/],
  ['flow-shape', flow('PC_Opportunity_Deleted'), 'RecordBeforeDelete', 'RecordAfterSave', /does not go with Delete/],
  [
    'flow-graph',
    flow('PC_Opportunity_Changed'),
    '<targetReference>Publish_Saved',
    '<targetReference>Publish_Save',
    /there is no element Publish_Save/,
  ],
  [
    'flow-fault',
    flow('PC_Request_Created'),
    '<faultConnector>\n            <targetReference>Keep_Fault</targetReference>\n        </faultConnector>',
    '',
    /has no fault path/,
  ],
  ['flow-reference', flow('PC_Opportunity_Changed'), '$Record__Prior.Amount', '$Record__Prior.Amont', /leads nowhere/],
  ['flow-reference', flow('PC_Opportunity_Changed'), '$Record__Prior.Amount', '$Record__Prior.Name', /cannot be compared/],
  ['flow-event', flow('PC_Opportunity_Changed'), '<stringValue>switched_off', '<stringValue>switchedoff', /the reasons must be/],
  ['flow-event', flow('PC_Request_Created'), '<field>Record_Id__c', '<field>Record__c', /no field Record__c/],
  [
    'flow-formula',
    flow('PC_Opportunity_Changed'),
    'ISCHANGED({!$Record.Sync_with_Partner_Center__c})',
    'ISCHANGED({!$Record.Audit__c})',
    /long text/,
  ],
  [
    'flow-formula',
    flow('PC_Opportunity_Changed'),
    'ISCHANGED({!$Record.Sync_with_Partner_Center__c})\n)',
    'ISCHANGED({!$Record.Sync_with_Partner_Center__c})',
    /brackets/,
  ],
  [
    'flow-cost',
    flow('PC_Contact_Role_Changed'),
    '<filterFormula>{!$Record.Opportunity.Sync_with_Partner_Center__c}</filterFormula>',
    '',
    /entry condition must be/,
  ],
  ['flow-bypass', flow('PC_Opportunity_Changed'), '<booleanValue>true', '<booleanValue>false', /first thing a flow asks/],
  [
    'flow-watched',
    record('PC_Field_Map.Campaign'),
    '<value xsi:type="xsd:string">To Partner Center',
    '<value xsi:type="xsd:string">Off',
    /CampaignId is compared, but not shared/,
  ],
  [
    'flow-clone',
    flow('PC_Opportunity_Clone_Cleanup'),
    '<assignToReference>$Record.PC_Hold_Until__c',
    '<assignToReference>$Record.PC_Expires__c',
    /PC_Hold_Until__c would be taken over/,
  ],
  [
    'flow-action',
    'force-alerts/main/default/flows/PC_Heartbeat_Stopped.flow-meta.xml',
    '<stringValue>PC_Needs_You',
    '<stringValue>PC_Need_You',
    /no notification type PC_Need_You/,
  ],
  // pages
  ['page-name', page, '<value>Facet-PartnerCenterLeft', '<value>Facet-PartnerCenterRight', /must be used exactly once/],
  ['page-template', page, '<name>sidebar', '<name>leftbar', /no region leftbar/],
  ['page-field', page, 'Record.PC_Sync_State__c', 'Record.PC_Sync_Stat__c', /does not exist on Opportunity/],
  ['page-component', page, 'force:highlightsPanel', 'force:highlightPanel', /component force:highlightPanel does not exist/],
  ['page-component', page, 'PC_Opportunity_Solutions__r', 'PC_Opportunity_Solution__r', /related list PC_Opportunity_Solution__r/],
  ['page-component', home, '<value>PC_My_Open', '<value>PC_My_Opens', /list view/],
  // records
  [
    'record-value',
    record('PC_Field_Map.Deal_Name'),
    '<value xsi:type="xsd:string">Both',
    '<value xsi:type="xsd:string">Booth',
    /no value "Booth"/,
  ],
  ['record-value', record('PC_Field_Map.Deal_Name'), 'xsd:double', 'xsd:string', /needs xsi:type xsd:double/],
  [
    'record-mapping',
    record('PC_Field_Map.Deal_Name'),
    '<value xsi:type="xsd:string">name',
    '<value xsi:type="xsd:string">nam',
    /no deal field lives/,
  ],
  ['record-mapping', record('PC_Field_Map.Notes'), 'PC_Shared_Notes__c', 'PC_Shared_Note__c', /leads nowhere/],
  ['record-value-map', record('PC_Value_Map.Help_Demo'), 'ProofOfConceptOrDemo', 'ProofOfConcept', /do not belong together/],
  ['record-setting', record('PC_Setting.Matching'), '>ask<', '>always-ask<', /not the safe default/],
  ['record-setting', record('PC_Setting.Won_Stage'), 'Closed Won', 'Won', /not the safe default|disagree/],
  ['record-reference', record('PC_Reference_Value.Decline_3'), '3.0', '2.0', /not numbered from 1/],
  // references
  [
    'app',
    `${main}/applications/PC_Partner_Center.app-meta.xml`,
    '<tabs>PC_Attention__c',
    '<tabs>PC_Atention__c',
    /tab PC_Atention__c does not exist/,
  ],
  ['app', `${main}/applications/PC_Partner_Center.app-meta.xml`, '<actionName>Tab', '<actionName>View', /overrides nothing else/],
  ['tab', `${main}/tabs/PC_Attention__c.tab-meta.xml`, 'Custom53: Bell', 'Custom53: Bel', /is not known/],
  [
    'list-view',
    `${objects}/Opportunity/listViews/PC_Needs_You.listView-meta.xml`,
    '<value>Needs you',
    '<value>Need you',
    /never holds "Need you"/,
  ],
  [
    'list-view',
    `${objects}/Opportunity/listViews/PC_Needs_You.listView-meta.xml`,
    'OPPORTUNITY.AMOUNT',
    'OPPORTUNITY.AMONT',
    /OPPORTUNITY.AMONT does not exist/,
  ],
  [
    'quick-action',
    `${main}/quickActions/Opportunity.PC_Accept.quickAction-meta.xml`,
    'partnerCenterRequest',
    'partnerCentreRequest',
    /does not exist/,
  ],
  ['notification', `${main}/notificationtypes/PC_Accepted.notiftype-meta.xml`, '<mobile>true', '<mobile>false', /and on the phone/],
  [
    'report-type',
    `${main}/reportTypes/PC_Deals_with_Requests.reportType-meta.xml`,
    '<relationship>PC_Requests__r',
    '<relationship>PC_Request__r',
    /does not exist/,
  ],
  [
    'report-type',
    `${main}/reportTypes/PC_Deals.reportType-meta.xml`,
    '<field>PC_Expires__c',
    '<field>PC_Expire__c',
    /PC_Expire__c does not exist/,
  ],
  ['report', report('PC_Sync_States'), '<reportType>PC_Deals__c', '<reportType>PC_Deal__c', /report type PC_Deal__c does not exist/],
  [
    'report',
    report('PC_Sync_States'),
    '<field>Opportunity$PC_Last_Synced__c',
    '<field>Opportunity$PC_Sync_State__c',
    /grouping and no column/,
  ],
  ['dashboard', dashboard, '<report>PC_Partner_Center/PC_Sync_States', '<report>PC_Partner_Center/PC_Sync_State', /does not exist/],
  ['dashboard', dashboard, '<sortBy>RowLabelAscending</sortBy>', '', /needs sortBy/],
  [
    'feature',
    flow('PC_Contact_Role_Changed'),
    '<object>OpportunityContactRole',
    '<object>OpportunityTeamMember',
    /belongs into force-teams/,
  ],
  // components
  ['component-meta', lwc('partnerCenterPlanted', '.js'), '', 'export const planted = 1;', /js-meta.xml is missing/],
  ['component-import', lwc('partnerCenterPlanted', '.js'), '', "import { load } from '@salesforce/apex/Planted.load';", /no Apex/],
  [
    'component-import',
    lwc('partnerCenterPlanted', '.js'),
    '',
    "import field from '@salesforce/schema/Opportunity.PC_Planted__c';",
    /Opportunity.PC_Planted__c does not exist/,
  ],
  [
    'component-import',
    lwc('partnerCenterPlanted', '.js'),
    '',
    "import text from '@salesforce/label/c.PC_Planted';",
    /label PC_Planted does not exist/,
  ],
  [
    'component-query',
    lwc('partnerCenterPlanted', '.js'),
    '',
    'const q = gql`query a { uiapi { query { PC_Attention__c(first: 5, where: { Stats__c: { eq: "Open" } }) { edges { node { Id Kind__c { value } } } } } } }`;',
    /PC_Attention__c.Stats__c does not exist/,
  ],
  [
    'component-query',
    lwc('partnerCenterPlanted', '.js'),
    '',
    'const q = gql`query a { uiapi { query { PC_Attention__c(first: 5) { edges { node { Id Kin__c { value } } } } } } }`;',
    /PC_Attention__c.Kin__c does not exist/,
  ],
  [
    'component-query',
    lwc('partnerCenterPlanted', '.js'),
    '',
    'const q = gql`query a { uiapi { query { Opportunity(first: 1) { edges { node { Id OpportunityContactRoles(first: 5) { edges { node { Rolle { value } } } } } } } } } }`;',
    /OpportunityContactRole.Rolle does not exist/,
  ],
];

export const breaks: readonly Break[] = cases.map(([rule, path, from, to, says]) => ({ rule, path, from, to, says }));
