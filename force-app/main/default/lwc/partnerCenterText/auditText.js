import title from '@salesforce/label/c.PC_Audit_Title';
import toPartner from '@salesforce/label/c.PC_Audit_ToPartner';
import toSalesforce from '@salesforce/label/c.PC_Audit_ToSalesforce';
import inside from '@salesforce/label/c.PC_Audit_Inside';
import failures from '@salesforce/label/c.PC_Audit_Failures';
import way from '@salesforce/label/c.PC_Audit_Way';
import allWays from '@salesforce/label/c.PC_Audit_AllWays';
import field from '@salesforce/label/c.PC_Audit_Field';
import allFields from '@salesforce/label/c.PC_Audit_AllFields';
import search from '@salesforce/label/c.PC_Audit_Search';
import searchHint from '@salesforce/label/c.PC_Audit_SearchHint';
import copy from '@salesforce/label/c.PC_Audit_Copy';
import copied from '@salesforce/label/c.PC_Audit_Copied';
import copyFailed from '@salesforce/label/c.PC_Audit_CopyFailed';
import exportCsv from '@salesforce/label/c.PC_Audit_ExportCsv';
import count from '@salesforce/label/c.PC_Audit_Count';
import empty from '@salesforce/label/c.PC_Audit_Empty';
import emptyHint from '@salesforce/label/c.PC_Audit_EmptyHint';
import noMatch from '@salesforce/label/c.PC_Audit_NoMatch';
import clear from '@salesforce/label/c.PC_Audit_Clear';
import noPermissionTitle from '@salesforce/label/c.PC_Audit_NoPermissionTitle';
import noPermission from '@salesforce/label/c.PC_Audit_NoPermission';
import by from '@salesforce/label/c.PC_Audit_By';
import service from '@salesforce/label/c.PC_Audit_Service';
import request from '@salesforce/label/c.PC_Audit_Request';
import code from '@salesforce/label/c.PC_Audit_Code';
import changed from '@salesforce/label/c.PC_Audit_Changed';
import changedHidden from '@salesforce/label/c.PC_Audit_ChangedHidden';
import from from '@salesforce/label/c.PC_Audit_From';
import to from '@salesforce/label/c.PC_Audit_To';
import lost from '@salesforce/label/c.PC_Audit_Lost';
import emptyValue from '@salesforce/label/c.PC_Audit_EmptyValue';
import resultDone from '@salesforce/label/c.PC_Audit_ResultDone';
import resultWaiting from '@salesforce/label/c.PC_Audit_ResultWaiting';
import resultRefused from '@salesforce/label/c.PC_Audit_ResultRefused';
import resultFailed from '@salesforce/label/c.PC_Audit_ResultFailed';
import actCreated from '@salesforce/label/c.PC_Audit_ActCreated';
import actUpdated from '@salesforce/label/c.PC_Audit_ActUpdated';
import actLinked from '@salesforce/label/c.PC_Audit_ActLinked';
import actAdopted from '@salesforce/label/c.PC_Audit_ActAdopted';
import actAccepted from '@salesforce/label/c.PC_Audit_ActAccepted';
import actDeclined from '@salesforce/label/c.PC_Audit_ActDeclined';
import actWon from '@salesforce/label/c.PC_Audit_ActWon';
import actLost from '@salesforce/label/c.PC_Audit_ActLost';
import actExpired from '@salesforce/label/c.PC_Audit_ActExpired';
import actRetired from '@salesforce/label/c.PC_Audit_ActRetired';
import actConflict from '@salesforce/label/c.PC_Audit_ActConflict';
import actRefused from '@salesforce/label/c.PC_Audit_ActRefused';
import actHeld from '@salesforce/label/c.PC_Audit_ActHeld';
import actParked from '@salesforce/label/c.PC_Audit_ActParked';
import actFailed from '@salesforce/label/c.PC_Audit_ActFailed';
import actDiffers from '@salesforce/label/c.PC_Audit_ActDiffers';
import actMissing from '@salesforce/label/c.PC_Audit_ActMissing';
import actStopped from '@salesforce/label/c.PC_Audit_ActStopped';
import actResumed from '@salesforce/label/c.PC_Audit_ActResumed';
import actGone from '@salesforce/label/c.PC_Audit_ActGone';
import actNoted from '@salesforce/label/c.PC_Audit_ActNoted';
import time from '@salesforce/label/c.PC_Audit_Time';
import who from '@salesforce/label/c.PC_Audit_Who';
import act from '@salesforce/label/c.PC_Audit_Act';
import result from '@salesforce/label/c.PC_Audit_Result';
import oldValue from '@salesforce/label/c.PC_Audit_OldValue';
import newValue from '@salesforce/label/c.PC_Audit_NewValue';
import lostValue from '@salesforce/label/c.PC_Audit_LostValue';
import codeColumn from '@salesforce/label/c.PC_Audit_CodeColumn';
import text from '@salesforce/label/c.PC_Audit_Text';
import requestColumn from '@salesforce/label/c.PC_Audit_RequestColumn';

export const auditText = Object.freeze({
  title,
  toPartner,
  toSalesforce,
  inside,
  failures,
  way,
  allWays,
  field,
  allFields,
  search,
  searchHint,
  copy,
  copied,
  copyFailed,
  exportCsv,
  count,
  empty,
  emptyHint,
  noMatch,
  clear,
  noPermissionTitle,
  noPermission,
  by,
  service,
  request,
  code,
  changed,
  changedHidden,
  from,
  to,
  lost,
  emptyValue,
  resultDone,
  resultWaiting,
  resultRefused,
  resultFailed,
  actCreated,
  actUpdated,
  actLinked,
  actAdopted,
  actAccepted,
  actDeclined,
  actWon,
  actLost,
  actExpired,
  actRetired,
  actConflict,
  actRefused,
  actHeld,
  actParked,
  actFailed,
  actDiffers,
  actMissing,
  actStopped,
  actResumed,
  actGone,
  actNoted,
  time,
  who,
  act,
  result,
  oldValue,
  newValue,
  lostValue,
  codeColumn,
  text,
  requestColumn
});
