/**
 * Every guess about Salesforce as a named switch. The public documentation is silent or contradictory on these; the README
 * lists them as what to verify first on a live org.
 */
export interface OrgSwitches {
  /** JWT `exp` may lie this far ahead, seconds. Public sources say 3 or 5 minutes (Salesforce APIs §1.1). */
  readonly jwtMaxAheadSeconds: number;
  /** The real service evidently reads an `exp` in milliseconds, which the vendor's own SDK sends (§8.1). */
  readonly jwtAcceptsMilliseconds: boolean;
  /** Status of `invalid_client` and `invalid_client_id`: 400, some report 401 (§1.1). */
  readonly invalidClientStatus: 400 | 401;
  /** `userinfo` and the id URL count as API calls (§1.2: inferred that they do not). */
  readonly userinfoCharged: boolean;
  /** Error code in the body of a 412 (§5.3: a field report). */
  readonly preconditionCode: string;
  /** Grain of record stamps, ms. A finer one would tell two writes of one second apart. */
  readonly stampGrainMs: number;
  /** Text is stored without white space at both ends. */
  readonly trimsText: boolean;
  /** A stage outside the list is refused; off = it is stored and counts as open. */
  readonly refusesUnknownStage: boolean;
  /** Picklist values of a new field are available in record types that were there before (salesforce-package §3: they are not). */
  readonly newPicklistInExistingRecordTypes: boolean;
  /** Standard fields need a field permission for users without a standard profile. */
  readonly standardFieldsNeedPermission: boolean;
  /** Deleting a lookup's target moves the stamps of the rows that pointed at it. */
  readonly setNullMovesStamp: boolean;
  /** Merging moves the system stamps of rows that pointed at a merged record. */
  readonly mergeMovesStamp: boolean;
  /** A failing formula in a validation rule refuses the row; off = the rule counts as not met. */
  readonly brokenRuleRefuses: boolean;
  /** Rows of one query page; the platform gives fewer for wide rows (§5.1). */
  readonly queryPageRows: number;
  /** Child rows in one subquery before it is cut with a `nextRecordsUrl` of its own. */
  readonly childPageRows: number;
  /** An update that changes nothing still moves the stamps. */
  readonly emptyUpdateMovesStamp: boolean;
  /** A flow that fails after the save, without a fault path, refuses the row (§11 question 6). */
  readonly failingFlowRefuses: boolean;
  /** Currency of a single-currency org, told by getUserInfo of the partner SOAP API. */
  readonly orgCurrency: string;
}

export const defaultSwitches: OrgSwitches = {
  jwtMaxAheadSeconds: 300,
  jwtAcceptsMilliseconds: true,
  invalidClientStatus: 400,
  userinfoCharged: false,
  preconditionCode: 'ENTITY_FAILED_IFLASTMODIFIED_ON_UPDATE_CHECK',
  stampGrainMs: 1000,
  trimsText: true,
  refusesUnknownStage: false,
  newPicklistInExistingRecordTypes: false,
  standardFieldsNeedPermission: true,
  setNullMovesStamp: false,
  mergeMovesStamp: true,
  brokenRuleRefuses: true,
  queryPageRows: 2000,
  childPageRows: 200,
  emptyUpdateMovesStamp: true,
  failingFlowRefuses: true,
  orgCurrency: 'USD',
};
