import title from '@salesforce/label/c.PC_Health_Title';
import running from '@salesforce/label/c.PC_Health_Running';
import paused from '@salesforce/label/c.PC_Health_Paused';
import signIn from '@salesforce/label/c.PC_Health_SignIn';
import degraded from '@salesforce/label/c.PC_Health_Degraded';
import silent from '@salesforce/label/c.PC_Health_Silent';
import silentDetail from '@salesforce/label/c.PC_Health_SilentDetail';
import signInDetail from '@salesforce/label/c.PC_Health_SignInDetail';
import pausedDetail from '@salesforce/label/c.PC_Health_PausedDetail';
import reported from '@salesforce/label/c.PC_Health_Reported';
import notConnectedTitle from '@salesforce/label/c.PC_Health_NotConnectedTitle';
import notConnected from '@salesforce/label/c.PC_Health_NotConnected';
import noPermissionTitle from '@salesforce/label/c.PC_Health_NoPermissionTitle';
import noPermission from '@salesforce/label/c.PC_Health_NoPermission';
import backlog from '@salesforce/label/c.PC_Health_Backlog';
import backlogNone from '@salesforce/label/c.PC_Health_BacklogNone';
import oldest from '@salesforce/label/c.PC_Health_Oldest';
import links from '@salesforce/label/c.PC_Health_Links';
import parked from '@salesforce/label/c.PC_Health_Parked';
import parkedNone from '@salesforce/label/c.PC_Health_ParkedNone';
import api from '@salesforce/label/c.PC_Health_Api';
import apiUsed from '@salesforce/label/c.PC_Health_ApiUsed';
import apiForecast from '@salesforce/label/c.PC_Health_ApiForecast';
import apiTight from '@salesforce/label/c.PC_Health_ApiTight';
import apiOut from '@salesforce/label/c.PC_Health_ApiOut';
import webhook from '@salesforce/label/c.PC_Health_Webhook';
import webhookOk from '@salesforce/label/c.PC_Health_WebhookOk';
import webhookLost from '@salesforce/label/c.PC_Health_WebhookLost';
import webhookTaken from '@salesforce/label/c.PC_Health_WebhookTaken';
import webhookMissing from '@salesforce/label/c.PC_Health_WebhookMissing';
import webhookMissingCure from '@salesforce/label/c.PC_Health_WebhookMissingCure';
import webhookNone from '@salesforce/label/c.PC_Health_WebhookNone';
import webhookNoneCure from '@salesforce/label/c.PC_Health_WebhookNoneCure';
import token from '@salesforce/label/c.PC_Health_Token';
import tokenAge from '@salesforce/label/c.PC_Health_TokenAge';
import tokenOld from '@salesforce/label/c.PC_Health_TokenOld';
import tokenFine from '@salesforce/label/c.PC_Health_TokenFine';
import sweep from '@salesforce/label/c.PC_Health_Sweep';
import sweepNever from '@salesforce/label/c.PC_Health_SweepNever';
import cadenceDefault from '@salesforce/label/c.PC_Health_CadenceDefault';
import causes from '@salesforce/label/c.PC_Health_Causes';
import causeCount from '@salesforce/label/c.PC_Health_CauseCount';
import causeCountOne from '@salesforce/label/c.PC_Health_CauseCountOne';
import retryAll from '@salesforce/label/c.PC_Health_RetryAll';
import sweepNow from '@salesforce/label/c.PC_Health_SweepNow';
import reload from '@salesforce/label/c.PC_Health_Reload';
import waiting from '@salesforce/label/c.PC_Health_Waiting';
import waitingNone from '@salesforce/label/c.PC_Health_WaitingNone';
import adminOnly from '@salesforce/label/c.PC_Health_AdminOnly';
import asked from '@salesforce/label/c.PC_Health_Asked';
import version from '@salesforce/label/c.PC_Health_Version';
import open from '@salesforce/label/c.PC_Health_Open';
import incoming from '@salesforce/label/c.PC_Health_Incoming';
import kind_match from '@salesforce/label/c.PC_Health_Kind_match';
import kind_parked from '@salesforce/label/c.PC_Health_Kind_parked';
import kind_conflict from '@salesforce/label/c.PC_Health_Kind_conflict';
import kind_refused from '@salesforce/label/c.PC_Health_Kind_refused';
import kind_confirm from '@salesforce/label/c.PC_Health_Kind_confirm';
import kind_settings from '@salesforce/label/c.PC_Health_Kind_settings';
import lastAnswer from '@salesforce/label/c.PC_Health_LastAnswer';
import refresh from '@salesforce/label/c.PC_Health_Refresh';

export const healthText = Object.freeze({
  title,
  running,
  paused,
  signIn,
  degraded,
  silent,
  silentDetail,
  signInDetail,
  pausedDetail,
  reported,
  notConnectedTitle,
  notConnected,
  noPermissionTitle,
  noPermission,
  backlog,
  backlogNone,
  oldest,
  links,
  parked,
  parkedNone,
  api,
  apiUsed,
  apiForecast,
  apiTight,
  apiOut,
  webhook,
  webhookOk,
  webhookLost,
  webhookTaken,
  webhookMissing,
  webhookMissingCure,
  webhookNone,
  webhookNoneCure,
  token,
  tokenAge,
  tokenOld,
  tokenFine,
  sweep,
  sweepNever,
  cadenceDefault,
  causes,
  causeCount,
  causeCountOne,
  retryAll,
  sweepNow,
  reload,
  waiting,
  waitingNone,
  adminOnly,
  asked,
  version,
  open,
  incoming,
  kind_match,
  kind_parked,
  kind_conflict,
  kind_refused,
  kind_confirm,
  kind_settings,
  lastAnswer,
  refresh
});
