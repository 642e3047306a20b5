/** The rows a new org holds: the organization, profiles, stages, currencies, the administrator; and adding users. */
import { profiles, type ProfileKind } from './access.ts';
import type { RecordValues } from './schema-model.ts';
import type { OrgFeatures } from './standard-objects.ts';
import { standardStages } from './standard-stages.ts';
import type { OrgState } from './state.ts';

export interface NewUser {
  readonly username: string;
  readonly firstName?: string;
  readonly lastName: string;
  readonly email?: string;
  readonly phone?: string;
  readonly title?: string;
  readonly profile: ProfileKind;
}

export interface OrgRows {
  readonly adminId: string;
  addUser(user: NewUser): string;
  assign(userId: string, permissionSet: string): void;
  unassign(userId: string, permissionSet: string): void;
}

export const adminUsername = 'admin@cosell.test';

export function createOrgRows(state: OrgState, features: OrgFeatures, sandbox: boolean): OrgRows {
  const put = (object: string, values: RecordValues, id = state.newId(object)): string => {
    const now = state.stamp();
    state.put(object, { Id: id, IsDeleted: false, CreatedDate: now, LastModifiedDate: now, SystemModstamp: now, ...values });
    return id;
  };
  put(
    'Organization',
    {
      Name: 'Contoso Cloud Partners',
      InstanceName: sandbox ? 'DEU9S' : 'DEU9',
      IsSandbox: sandbox,
      TrialExpirationDate: null,
      NamespacePrefix: null,
      OrganizationType: 'Enterprise Edition',
      Country: 'SE',
      TimeZoneSidKey: 'GMT',
      DefaultLocaleSidKey: 'en_US',
      LanguageLocaleKey: 'en_US',
    },
    state.orgId,
  );
  const profileIds = new Map<ProfileKind, string>();
  for (const kind of ['admin', 'standard', 'minimum'] as const)
    profileIds.set(kind, put('Profile', { Name: profiles[kind], UserType: 'Standard' }));
  for (const [index, stage] of standardStages.entries()) {
    put('OpportunityStage', {
      MasterLabel: stage.name,
      ApiName: stage.name,
      IsActive: true,
      SortOrder: index + 1,
      IsClosed: stage.closed,
      IsWon: stage.won,
      ForecastCategoryName: stage.forecast,
      DefaultProbability: stage.probability,
    });
  }
  if (features.multiCurrency) {
    for (const [IsoCode, ConversionRate] of [
      ['USD', 1],
      ['EUR', 0.9],
      ['GBP', 0.8],
      ['SEK', 10.5],
    ] as const) {
      put('CurrencyType', { IsoCode, ConversionRate, IsActive: true, IsCorporate: IsoCode === 'USD', DecimalPlaces: 2 });
    }
  }
  const addUser = (user: NewUser): string => {
    if (state.find('User', 'Username', user.username).length > 0) throw new Error(`The simulated org already has a user ${user.username}.`);
    const id = put('User', {
      Username: user.username,
      FirstName: user.firstName ?? null,
      LastName: user.lastName,
      Name: user.firstName === undefined ? user.lastName : `${user.firstName} ${user.lastName}`,
      Alias: user.lastName.slice(0, 8).toLowerCase(),
      Email: user.email ?? user.username,
      Phone: user.phone ?? null,
      Title: user.title ?? null,
      IsActive: true,
      ProfileId: profileIds.get(user.profile) ?? null,
      UserType: 'Standard',
      TimeZoneSidKey: 'GMT',
      LocaleSidKey: 'en_US',
      LanguageLocaleKey: 'en_US',
    });
    return id;
  };
  const adminId = addUser({
    username: adminUsername,
    firstName: 'Ada',
    lastName: 'Admin',
    title: 'Salesforce Administrator',
    profile: 'admin',
  });
  const setNamed = (name: string): RecordValues => {
    const set = state.find('PermissionSet', 'Name', name)[0];
    if (!set) throw new Error(`The simulated org has no permission set ${name}. Deploy the package first.`);
    return set;
  };
  const assignmentsOf = (userId: string, set: RecordValues): RecordValues[] =>
    state.find('PermissionSetAssignment', 'AssigneeId', userId).filter((row) => row['PermissionSetId'] === set['Id']);
  return {
    adminId,
    addUser,
    assign: (userId, permissionSet) => {
      const set = setNamed(permissionSet);
      if (assignmentsOf(userId, set).length > 0) return;
      put('PermissionSetAssignment', {
        AssigneeId: userId,
        PermissionSetId: set['Id'] ?? null,
        PermissionSetGroupId: set['PermissionSetGroupId'] ?? null,
      });
    },
    unassign: (userId, permissionSet) => {
      for (const row of assignmentsOf(userId, setNamed(permissionSet))) state.remove('PermissionSetAssignment', String(row['Id']));
    },
  };
}
