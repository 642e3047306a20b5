/** Gathers the facts the doctor judges. Each question stands alone: one that fails leaves the others be. */
import { toSyncError } from '../../errors.ts';
import { ServiceAnswer } from '../schema.ts';
import { known, type Asked, type DoctorFacts, type GuardFacts } from './facts.ts';
import {
  assignmentFacts,
  describedEvent,
  describeVisible,
  grantedEvent,
  grantedVisible,
  readAssignments,
  readFeatures,
  readFlows,
  readOrg,
  readPackage,
  readRecordTypes,
  type AdminView,
  type OrgView,
} from './questions.ts';

export interface Sources {
  readonly admin: AdminView | null;
  /** The org with the rights of the integration user. */
  readonly service: OrgView | null;
  /** Why there is no view of the service, when there is none. */
  readonly whyNoService: string;
  /** The settings of the service; null where it is not configured. */
  readonly settings: {
    readonly user: string | null;
    readonly orgs: readonly string[];
    readonly sandboxes: readonly string[];
    readonly simulated: boolean;
  } | null;
  /** Asks the service for what only it knows; null where it is not configured. */
  readonly ask: (() => Promise<{ readonly where: 'running service' | 'this process'; readonly answer: unknown }>) | null;
}

async function asked<T>(question: () => Promise<T>): Promise<Asked<T>> {
  try {
    return known(await question());
  } catch (thrown) {
    return { kind: 'unknown', why: toSyncError(thrown).message };
  }
}

const leftOut = (why: string): Asked<never> => ({ kind: 'left-out', why });

const short = (id: string): string => id.slice(0, 15);

function guardOf(settings: NonNullable<Sources['settings']>, orgId: string): GuardFacts {
  const names = (ids: readonly string[]): boolean => ids.some((id) => short(id) === short(orgId));
  return { named: names(settings.orgs), sandboxNamed: names(settings.sandboxes), simulated: settings.simulated };
}

export async function gatherFacts(sources: Sources): Promise<DoctorFacts> {
  const { admin, service, settings, whyNoService } = sources;
  const eyes: OrgView | null = admin ?? service;
  if (eyes === null) {
    const nothing = leftOut(whyNoService);
    return {
      org: { kind: 'unknown', why: whyNoService },
      package: nothing,
      visible: nothing,
      assignments: nothing,
      event: nothing,
      flows: nothing,
      recordTypes: nothing,
      features: nothing,
      guard: nothing,
      reached: nothing,
      service: nothing,
    };
  }
  const { get } = eyes;
  const onlyAdmin = 'only an administrator sees this: add --org <alias>';
  const org = await asked(() => readOrg(eyes));
  const told = sources.ask === null ? leftOut(whyNoService) : await asked(sources.ask);
  if (org.kind !== 'known') {
    const nothing = leftOut('the org could not be asked');
    return {
      org,
      package: nothing,
      visible: nothing,
      assignments: nothing,
      event: nothing,
      flows: nothing,
      recordTypes: nothing,
      features: nothing,
      guard: nothing,
      ...serviceFacts(told),
    };
  }

  const expected = settings?.user ?? null;
  const rows = admin === null ? leftOut(onlyAdmin) : await asked(() => readAssignments(get));
  const integration =
    rows.kind === 'known'
      ? rows.value.find((row) => row.set === 'PC_Integration' && (expected === null || row.user.toLowerCase() === expected.toLowerCase()))
      : undefined;
  const ofIntegration = <T>(
    byItself: ((view: OrgView) => Promise<T>) | null,
    byGrants: (userId: string, user: string) => Promise<T>,
  ): Promise<Asked<T>> => {
    // the integration user's own view is the truth; what its permission sets grant comes second
    if (service !== null && byItself !== null) return asked(() => byItself(service));
    if (integration === undefined) return Promise.resolve(leftOut('nobody has the permission set PC_Integration'));
    return asked(() => byGrants(integration.userId, integration.user));
  };

  const parts = admin === null ? leftOut(onlyAdmin) : await asked(() => readPackage(admin));
  if (parts.kind === 'known' && parts.value.none) {
    const later = leftOut('the package is not deployed yet');
    return {
      org,
      package: parts,
      visible: later,
      assignments: later,
      event: later,
      flows: later,
      recordTypes: later,
      features: await asked(() => readFeatures(get)),
      guard: settings === null ? leftOut(whyNoService) : known(guardOf(settings, org.value.orgId)),
      ...serviceFacts(told),
    };
  }
  return {
    org,
    package: parts,
    visible: await ofIntegration(
      (view) => describeVisible(view.get, expected ?? 'the integration user'),
      (userId, user) => grantedVisible(get, userId, user),
    ),
    assignments: rows.kind === 'known' ? known(assignmentFacts(rows.value, expected)) : rows,
    event: await ofIntegration(
      (view) => describedEvent(view.get),
      (userId) => grantedEvent(get, userId),
    ),
    flows: admin === null ? leftOut(onlyAdmin) : await asked(() => readFlows(get)),
    recordTypes: await asked(() => readRecordTypes(get)),
    features: await asked(() => readFeatures(get)),
    guard: settings === null ? leftOut(whyNoService) : known(guardOf(settings, org.value.orgId)),
    ...serviceFacts(told),
  };
}

function serviceFacts(
  told: Asked<{ readonly where: 'running service' | 'this process'; readonly answer: unknown }>,
): Pick<DoctorFacts, 'reached' | 'service'> {
  if (told.kind !== 'known') return { reached: told, service: told };
  const answer = ServiceAnswer.safeParse(told.value.answer);
  return {
    reached: known(told.value.where),
    service: answer.success
      ? known(answer.data)
      : { kind: 'unknown', why: 'The running service is of another version: it answers in another form.' },
  };
}
