import notShared from '@salesforce/label/c.PC_Status_NotShared';
import inSync from '@salesforce/label/c.PC_Status_InSync';
import sending from '@salesforce/label/c.PC_Status_Sending';
import waiting from '@salesforce/label/c.PC_Status_Waiting';
import onHold from '@salesforce/label/c.PC_Status_OnHold';
import needsYou from '@salesforce/label/c.PC_Status_NeedsYou';
import stopped from '@salesforce/label/c.PC_Status_Stopped';
import won from '@salesforce/label/c.PC_Status_Won';
import lost from '@salesforce/label/c.PC_Status_Lost';
import declined from '@salesforce/label/c.PC_Status_Declined';
import expired from '@salesforce/label/c.PC_Status_Expired';
import retired from '@salesforce/label/c.PC_Status_Retired';
import fromMicrosoft from '@salesforce/label/c.PC_Status_FromMicrosoft';
import neverSent from '@salesforce/label/c.PC_Status_NeverSent';
import lastChange from '@salesforce/label/c.PC_Status_LastChange';
import sendingDetail from '@salesforce/label/c.PC_Status_SendingDetail';
import stoppedDetail from '@salesforce/label/c.PC_Status_StoppedDetail';
import late from '@salesforce/label/c.PC_Status_Late';
import closedDetail from '@salesforce/label/c.PC_Status_ClosedDetail';

export const statusText = Object.freeze({
  notShared,
  inSync,
  sending,
  waiting,
  onHold,
  needsYou,
  stopped,
  won,
  lost,
  declined,
  expired,
  retired,
  fromMicrosoft,
  neverSent,
  lastChange,
  sendingDetail,
  stoppedDetail,
  late,
  closedDetail
});
