import title from '@salesforce/label/c.PC_Panel_Title';
import loading from '@salesforce/label/c.PC_Panel_Loading';
import syncNow from '@salesforce/label/c.PC_Panel_SyncNow';
import more from '@salesforce/label/c.PC_Panel_More';
import toggle from '@salesforce/label/c.PC_Panel_Toggle';
import toggleOn from '@salesforce/label/c.PC_Panel_ToggleOn';
import toggleOff from '@salesforce/label/c.PC_Panel_ToggleOff';
import pathTitle from '@salesforce/label/c.PC_Panel_PathTitle';
import pathPartner from '@salesforce/label/c.PC_Panel_PathPartner';
import pathMicrosoft from '@salesforce/label/c.PC_Panel_PathMicrosoft';
import pathStage from '@salesforce/label/c.PC_Panel_PathStage';
import pathStageHint from '@salesforce/label/c.PC_Panel_PathStageHint';
import pathShared from '@salesforce/label/c.PC_Panel_PathShared';
import pathReceived from '@salesforce/label/c.PC_Panel_PathReceived';
import pathAccepted from '@salesforce/label/c.PC_Panel_PathAccepted';
import pathClosed from '@salesforce/label/c.PC_Panel_PathClosed';
import pathWon from '@salesforce/label/c.PC_Panel_PathWon';
import pathLost from '@salesforce/label/c.PC_Panel_PathLost';
import pathDeclined from '@salesforce/label/c.PC_Panel_PathDeclined';
import pathExpired from '@salesforce/label/c.PC_Panel_PathExpired';
import pathRetired from '@salesforce/label/c.PC_Panel_PathRetired';
import stepDone from '@salesforce/label/c.PC_Panel_StepDone';
import stepCurrent from '@salesforce/label/c.PC_Panel_StepCurrent';
import stepAhead from '@salesforce/label/c.PC_Panel_StepAhead';
import microsoftNotAsked from '@salesforce/label/c.PC_Panel_MicrosoftNotAsked';
import microsoftPrivate from '@salesforce/label/c.PC_Panel_MicrosoftPrivate';
import microsoftVisible from '@salesforce/label/c.PC_Panel_MicrosoftVisible';
import microsoftPending from '@salesforce/label/c.PC_Panel_MicrosoftPending';
import microsoftAccepted from '@salesforce/label/c.PC_Panel_MicrosoftAccepted';
import microsoftDeclined from '@salesforce/label/c.PC_Panel_MicrosoftDeclined';
import microsoftExpired from '@salesforce/label/c.PC_Panel_MicrosoftExpired';
import microsoftWon from '@salesforce/label/c.PC_Panel_MicrosoftWon';
import microsoftLost from '@salesforce/label/c.PC_Panel_MicrosoftLost';
import microsoftSeller from '@salesforce/label/c.PC_Panel_MicrosoftSeller';
import microsoftSent from '@salesforce/label/c.PC_Panel_MicrosoftSent';
import unread from '@salesforce/label/c.PC_Panel_Unread';
import unreadOne from '@salesforce/label/c.PC_Panel_UnreadOne';
import unreadDone from '@salesforce/label/c.PC_Panel_UnreadDone';
import questions from '@salesforce/label/c.PC_Panel_Questions';
import conflict from '@salesforce/label/c.PC_Panel_Conflict';
import inSalesforce from '@salesforce/label/c.PC_Panel_InSalesforce';
import inPartnerCenter from '@salesforce/label/c.PC_Panel_InPartnerCenter';
import changedBy from '@salesforce/label/c.PC_Panel_ChangedBy';
import since from '@salesforce/label/c.PC_Panel_Since';
import useThis from '@salesforce/label/c.PC_Panel_UseThis';
import useThisOf from '@salesforce/label/c.PC_Panel_UseThisOf';
import empty from '@salesforce/label/c.PC_Panel_Empty';
import suggestions from '@salesforce/label/c.PC_Panel_Suggestions';
import link from '@salesforce/label/c.PC_Panel_Link';
import linkTo from '@salesforce/label/c.PC_Panel_LinkTo';
import score from '@salesforce/label/c.PC_Panel_Score';
import keepAsNew from '@salesforce/label/c.PC_Panel_KeepAsNew';
import undoLink from '@salesforce/label/c.PC_Panel_UndoLink';
import confirm from '@salesforce/label/c.PC_Panel_Confirm';
import retry from '@salesforce/label/c.PC_Panel_Retry';
import cure from '@salesforce/label/c.PC_Panel_Cure';
import glance from '@salesforce/label/c.PC_Panel_Glance';
import solutions from '@salesforce/label/c.PC_Panel_Solutions';
import noSolutions from '@salesforce/label/c.PC_Panel_NoSolutions';
import contact from '@salesforce/label/c.PC_Panel_Contact';
import noContact from '@salesforce/label/c.PC_Panel_NoContact';
import team from '@salesforce/label/c.PC_Panel_Team';
import help from '@salesforce/label/c.PC_Panel_Help';
import noHelp from '@salesforce/label/c.PC_Panel_NoHelp';
import seen from '@salesforce/label/c.PC_Panel_Seen';
import seenYes from '@salesforce/label/c.PC_Panel_SeenYes';
import seenNo from '@salesforce/label/c.PC_Panel_SeenNo';
import dealType from '@salesforce/label/c.PC_Panel_DealType';
import crmId from '@salesforce/label/c.PC_Panel_CrmId';
import registration from '@salesforce/label/c.PC_Panel_Registration';
import reason from '@salesforce/label/c.PC_Panel_Reason';
import askHelp from '@salesforce/label/c.PC_Panel_AskHelp';
import makeVisible from '@salesforce/label/c.PC_Panel_MakeVisible';
import closeWon from '@salesforce/label/c.PC_Panel_CloseWon';
import closeLost from '@salesforce/label/c.PC_Panel_CloseLost';
import register from '@salesforce/label/c.PC_Panel_Register';
import retire from '@salesforce/label/c.PC_Panel_Retire';
import releaseHold from '@salesforce/label/c.PC_Panel_ReleaseHold';
import accept from '@salesforce/label/c.PC_Panel_Accept';
import decline from '@salesforce/label/c.PC_Panel_Decline';
import timeline from '@salesforce/label/c.PC_Panel_Timeline';
import earlier from '@salesforce/label/c.PC_Panel_Earlier';
import noTimeline from '@salesforce/label/c.PC_Panel_NoTimeline';
import showAll from '@salesforce/label/c.PC_Panel_ShowAll';
import showLess from '@salesforce/label/c.PC_Panel_ShowLess';
import openLink from '@salesforce/label/c.PC_Panel_OpenLink';
import putBack from '@salesforce/label/c.PC_Panel_PutBack';
import putBackOf from '@salesforce/label/c.PC_Panel_PutBackOf';
import noPermissionTitle from '@salesforce/label/c.PC_Panel_NoPermissionTitle';
import noPermission from '@salesforce/label/c.PC_Panel_NoPermission';
import notFoundTitle from '@salesforce/label/c.PC_Panel_NotFoundTitle';
import someHidden from '@salesforce/label/c.PC_Panel_SomeHidden';
import detailsFailed from '@salesforce/label/c.PC_Panel_DetailsFailed';
import saved from '@salesforce/label/c.PC_Panel_Saved';
import shared from '@salesforce/label/c.PC_Panel_Shared';
import unshared from '@salesforce/label/c.PC_Panel_Unshared';
import asked from '@salesforce/label/c.PC_Panel_Asked';
import movedOn from '@salesforce/label/c.PC_Panel_MovedOn';
import answerDone from '@salesforce/label/c.PC_Panel_AnswerDone';
import answerRefused from '@salesforce/label/c.PC_Panel_AnswerRefused';
import answerLater from '@salesforce/label/c.PC_Panel_AnswerLater';
import progressAsked from '@salesforce/label/c.PC_Panel_ProgressAsked';
import progressWorking from '@salesforce/label/c.PC_Panel_ProgressWorking';
import progressDone from '@salesforce/label/c.PC_Panel_ProgressDone';
import progressNone from '@salesforce/label/c.PC_Panel_ProgressNone';

export const panelText = Object.freeze({
  title,
  loading,
  syncNow,
  more,
  toggle,
  toggleOn,
  toggleOff,
  pathTitle,
  pathPartner,
  pathMicrosoft,
  pathStage,
  pathStageHint,
  pathShared,
  pathReceived,
  pathAccepted,
  pathClosed,
  pathWon,
  pathLost,
  pathDeclined,
  pathExpired,
  pathRetired,
  stepDone,
  stepCurrent,
  stepAhead,
  microsoftNotAsked,
  microsoftPrivate,
  microsoftVisible,
  microsoftPending,
  microsoftAccepted,
  microsoftDeclined,
  microsoftExpired,
  microsoftWon,
  microsoftLost,
  microsoftSeller,
  microsoftSent,
  unread,
  unreadOne,
  unreadDone,
  questions,
  conflict,
  inSalesforce,
  inPartnerCenter,
  changedBy,
  since,
  useThis,
  useThisOf,
  empty,
  suggestions,
  link,
  linkTo,
  score,
  keepAsNew,
  undoLink,
  confirm,
  retry,
  cure,
  glance,
  solutions,
  noSolutions,
  contact,
  noContact,
  team,
  help,
  noHelp,
  seen,
  seenYes,
  seenNo,
  dealType,
  crmId,
  registration,
  reason,
  askHelp,
  makeVisible,
  closeWon,
  closeLost,
  register,
  retire,
  releaseHold,
  accept,
  decline,
  timeline,
  earlier,
  noTimeline,
  showAll,
  showLess,
  openLink,
  putBack,
  putBackOf,
  noPermissionTitle,
  noPermission,
  notFoundTitle,
  someHidden,
  detailsFailed,
  saved,
  shared,
  unshared,
  asked,
  movedOn,
  answerDone,
  answerRefused,
  answerLater,
  progressAsked,
  progressWorking,
  progressDone,
  progressNone
});
