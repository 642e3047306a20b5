/** The metadata types the simulated org takes. The list is closed: a deployment that names another type fails by that name. */

export interface MetadataType {
  readonly name: string;
  /** Folder in the zip. */
  readonly directory: string;
  /** File ending without a dot; empty for bundles. */
  readonly suffix: string;
  readonly layout: 'file' | 'bundle' | 'folder' | 'child';
  /** Order of deployment: what others refer to comes first. */
  readonly phase: number;
  /** Children: the type whose file holds them and the element in it. */
  readonly parent?: { readonly type: string; readonly element: string };
}

const file = (phase: number, name: string, directory: string, suffix: string): MetadataType => ({
  name,
  directory,
  suffix,
  layout: 'file',
  phase,
});
const inFolder = (phase: number, name: string, directory: string, suffix: string): MetadataType => ({
  name,
  directory,
  suffix,
  layout: 'folder',
  phase,
});
const part = (phase: number, name: string, type: string, element: string, directory: string): MetadataType => ({
  name,
  directory,
  suffix: '',
  layout: 'child',
  phase,
  parent: { type, element },
});

export const METADATA_TYPES: readonly MetadataType[] = [
  file(1, 'CustomPermission', 'customPermissions', 'customPermission'),
  file(1, 'CustomNotificationType', 'notificationtypes', 'notiftype'),
  file(1, 'CustomLabels', 'labels', 'labels'),
  part(1, 'CustomLabel', 'CustomLabels', 'labels', 'labels'),
  file(1, 'CspTrustedSite', 'cspTrustedSites', 'cspTrustedSite'),
  file(1, 'RemoteSiteSetting', 'remoteSiteSettings', 'remoteSite'),
  file(2, 'CustomObject', 'objects', 'object'),
  part(3, 'CustomField', 'CustomObject', 'fields', 'objects'),
  part(4, 'RecordType', 'CustomObject', 'recordTypes', 'objects'),
  part(4, 'ValidationRule', 'CustomObject', 'validationRules', 'objects'),
  part(4, 'ListView', 'CustomObject', 'listViews', 'objects'),
  part(4, 'CompactLayout', 'CustomObject', 'compactLayouts', 'objects'),
  part(4, 'FieldSet', 'CustomObject', 'fieldSets', 'objects'),
  file(5, 'CustomMetadata', 'customMetadata', 'md'),
  file(5, 'PlatformEventChannel', 'platformEventChannels', 'platformEventChannel'),
  file(6, 'PlatformEventChannelMember', 'platformEventChannelMembers', 'platformEventChannelMember'),
  file(6, 'ManagedEventSubscription', 'managedEventSubscriptions', 'managedEventSubscription'),
  file(6, 'Flow', 'flows', 'flow'),
  { name: 'LightningComponentBundle', directory: 'lwc', suffix: '', layout: 'bundle', phase: 7 },
  file(8, 'QuickAction', 'quickActions', 'quickAction'),
  file(9, 'FlexiPage', 'flexipages', 'flexipage'),
  file(9, 'Layout', 'layouts', 'layout'),
  file(10, 'CustomTab', 'tabs', 'tab'),
  file(11, 'CustomApplication', 'applications', 'app'),
  file(12, 'ReportType', 'reportTypes', 'reportType'),
  inFolder(13, 'Report', 'reports', 'report'),
  inFolder(14, 'Dashboard', 'dashboards', 'dashboard'),
  file(15, 'PermissionSet', 'permissionsets', 'permissionset'),
  file(16, 'PermissionSetGroup', 'permissionsetgroups', 'permissionsetgroup'),
  file(17, 'ExternalClientApplication', 'externalClientApps', 'eca'),
  file(18, 'ExtlClntAppOauthSettings', 'extlClntAppOauthSettings', 'ecaOauth'),
  file(18, 'ExtlClntAppGlobalOauthSettings', 'extlClntAppGlobalOauthSets', 'ecaGlblOauth'),
  file(18, 'ExtlClntAppOauthConfigurablePolicies', 'extlClntAppOauthPolicies', 'ecaOauthPlcy'),
  file(18, 'ExtlClntAppConfigurablePolicies', 'extlClntAppPolicies', 'ecaPlcy'),
];

const byName = new Map(METADATA_TYPES.map((type) => [type.name, type]));

export const metadataType = (name: string): MetadataType | undefined => byName.get(name);

/** Types whose files lie in the zip by themselves. */
export const FILE_TYPES = METADATA_TYPES.filter((type) => type.layout !== 'child');
